"""`!ppv page`: a seller's own page for everybody: turned on and off, worded, and what stands on it."""

from dataclasses import dataclass, replace

from bot.chat.command_call import Asked
from bot.domain.people.permissions import Level
from bot.domain.urls import Links
from bot.errors import Refusal
from bot.i18n import spoken, together
from bot.ids import UserId, parse_code, tx_id
from bot.messages import Line
from bot.ports import Rooms, RoomState
from bot.services.auth.authorization import Standing
from bot.services.offers.edit_storefront import KeepStorefront

_HOW = spoken(
    "`!ppv page on harbour-photos` opens it under that name, `!ppv page show K7QM2-XPA4E` puts an offer on it,"
    " `!ppv help page` tells the rest."
)


@dataclass(frozen=True, slots=True)
class PageCommand:
    rooms: Rooms
    state: RoomState
    standing: Standing
    keep: KeepStorefront
    links: Links

    async def __call__(self, asked: Asked) -> None:
        origin = asked.origin
        await self.standing.require(origin.sender, Level.SELLER)
        what, rest = [*asked.argument.split(maxsplit=1), "", ""][:2]
        words = await self._do(origin.sender, what.lower(), rest.strip())
        await self.rooms.confide(asked.chat, Line(words), tx_id("page", origin.event))

    async def _do(self, seller: UserId, what: str, rest: str) -> str:
        """Raises Refusal."""
        match what:
            case "":
                return await self._standing(seller)
            case "on":
                return await self._on(seller, rest)
            case "off":
                await self.keep.change(seller, lambda front: replace(front, open=False))
                return spoken(
                    "Your page is closed: nobody sees it any more. Your offers stay on sale."
                )
            case "about":
                await self.keep.change(seller, lambda front: front.saying(rest))
                return spoken("These words stand at the top of your page now.")
            case "show" | "hide":
                return await self._mark(seller, rest, public=what == "show")
            case _:
                raise Refusal(
                    spoken("I don't know what to do with your page there. {how}", how=_HOW)
                )

    async def _standing(self, seller: UserId) -> str:
        front, shown = await self.keep.of(seller)
        if front is None or not front.open:
            return spoken("You have no page for everybody. {how}", how=_HOW)
        offers = spoken("one offer") if shown == 1 else spoken("{number} offers", number=shown)
        return spoken(
            "Your page shows {offers} to everybody: {link}\n{how}",
            offers=offers,
            link=self.links.storefront(front.name),
            how=_HOW,
        )

    async def _on(self, seller: UserId, name: str) -> str:
        if name:
            await self.keep.name(seller, name, open_=True)
        else:
            await self.keep.change(seller, lambda front: replace(front, open=True))
        return await self._standing(seller)

    async def _mark(self, seller: UserId, which: str, *, public: bool) -> str:
        if which[:1] in {"#", "!"}:
            room = await self.state.resolve(which)
            number = await self.keep.mark_room(seller, room, public=public)
            many = number != 1
            what = spoken("{number} offers", number=number) if many else spoken("One offer")
        else:
            offer = parse_code(which)
            if offer is None:
                raise Refusal(
                    spoken(
                        "Which offer? Write its code, or a room for all that you sell there: `!ppv page show"
                        " K7QM2-XPA4E` or `!ppv page show #photos:example.org`"
                    )
                )
            await self.keep.mark(seller, offer, public=public)
            what, many = spoken("It"), False
        front, _ = await self.keep.of(seller)
        if not public:
            return (
                spoken("{offers} stand on your page no more.", offers=what)
                if many
                else spoken("{offer} stands on your page no more.", offer=what)
            )
        told = [
            spoken("{offers} stand on your page, for everybody to read.", offers=what)
            if many
            else spoken("{offer} stands on your page, for everybody to read.", offer=what)
        ]
        if front is None or not front.open:
            told.append(spoken("The page itself is closed: `!ppv page on` opens it."))
        return together(told)
