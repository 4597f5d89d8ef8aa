"""`!ppv page`: a seller's own page for everybody: turned on and off, worded, and what stands on it."""

from dataclasses import dataclass, replace

from bot.chat.command_call import CommandCall
from bot.domain.people.permissions import Level
from bot.domain.urls import PublicUrls
from bot.errors import UserError
from bot.i18n import concat, gettext_lazy
from bot.ids import UserId, parse_code, tx_id
from bot.messages import Line
from bot.ports import Rooms, RoomState
from bot.services.auth.authorization import Authorizer
from bot.services.offers.edit_storefront import EditStorefront

_HOW = gettext_lazy(
    "`!ppv page on harbour-photos` opens it under that name, `!ppv page show K7QM2-XPA4E` puts an offer on it,"
    " `!ppv help page` tells the rest."
)


@dataclass(frozen=True, slots=True)
class PageCommand:
    rooms: Rooms
    state: RoomState
    authorizer: Authorizer
    edit_storefront: EditStorefront
    urls: PublicUrls

    async def __call__(self, asked: CommandCall) -> None:
        origin = asked.event
        await self.authorizer.require(origin.sender, Level.SELLER)
        what, rest = [*asked.argument.split(maxsplit=1), "", ""][:2]
        words = await self._do(origin.sender, what.lower(), rest.strip())
        await self.rooms.confide(asked.chat, Line(words), tx_id("page", origin.event))

    async def _do(self, seller: UserId, what: str, rest: str) -> str:
        """Raises UserError."""
        match what:
            case "":
                return await self._standing(seller)
            case "on":
                return await self._on(seller, rest)
            case "off":
                await self.edit_storefront.change(seller, lambda front: replace(front, open=False))
                return gettext_lazy(
                    "Your page is closed: nobody sees it any more. Your offers stay on sale."
                )
            case "about":
                await self.edit_storefront.change(seller, lambda front: front.with_about(rest))
                return gettext_lazy("These words stand at the top of your page now.")
            case "show" | "hide":
                return await self._mark(seller, rest, public=what == "show")
            case _:
                raise UserError(
                    gettext_lazy("I don't know what to do with your page there. {how}", how=_HOW)
                )

    async def _standing(self, seller: UserId) -> str:
        front, shown = await self.edit_storefront.of(seller)
        if front is None or not front.open:
            return gettext_lazy("You have no page for everybody. {how}", how=_HOW)
        offers = (
            gettext_lazy("one offer")
            if shown == 1
            else gettext_lazy("{number} offers", number=shown)
        )
        return gettext_lazy(
            "Your page shows {offers} to everybody: {link}\n{how}",
            offers=offers,
            link=self.urls.storefront(front.name),
            how=_HOW,
        )

    async def _on(self, seller: UserId, name: str) -> str:
        if name:
            await self.edit_storefront.name(seller, name, open_=True)
        else:
            await self.edit_storefront.change(seller, lambda front: replace(front, open=True))
        return await self._standing(seller)

    async def _mark(self, seller: UserId, which: str, *, public: bool) -> str:
        if which[:1] in {"#", "!"}:
            room = await self.state.resolve(which)
            number = await self.edit_storefront.mark_room(seller, room, public=public)
            many = number != 1
            what = (
                gettext_lazy("{number} offers", number=number)
                if many
                else gettext_lazy("One offer")
            )
        else:
            offer = parse_code(which)
            if offer is None:
                raise UserError(
                    gettext_lazy(
                        "Which offer? Write its code, or a room for all that you sell there: `!ppv page show"
                        " K7QM2-XPA4E` or `!ppv page show #photos:example.org`"
                    )
                )
            await self.edit_storefront.mark(seller, offer, public=public)
            what, many = gettext_lazy("It"), False
        front, _ = await self.edit_storefront.of(seller)
        if not public:
            return (
                gettext_lazy("{offers} stand on your page no more.", offers=what)
                if many
                else gettext_lazy("{offer} stands on your page no more.", offer=what)
            )
        told = [
            gettext_lazy("{offers} stand on your page, for everybody to read.", offers=what)
            if many
            else gettext_lazy("{offer} stands on your page, for everybody to read.", offer=what)
        ]
        if front is None or not front.open:
            told.append(gettext_lazy("The page itself is closed: `!ppv page on` opens it."))
        return concat(told)
