"""`!ppv scheduled`: what goes on sale by itself. With a code: at another time, or not after all."""

from dataclasses import dataclass
from textwrap import shorten

from bot.chat.command_call import CommandCall
from bot.domain.people.permissions import Level
from bot.errors import UserError
from bot.i18n import concat, gettext_lazy
from bot.ids import OfferId, UserId, code_of, parse_code, tx_id
from bot.messages import Line
from bot.ports import Rooms, RoomState, Store
from bot.services.auth.authorization import Authorizer
from bot.services.offers.schedule_sale import ScheduleSale

_LISTED = 20


@dataclass(frozen=True, slots=True)
class ScheduledCommand:
    store: Store
    rooms: Rooms
    state: RoomState
    authorizer: Authorizer
    schedule_sale: ScheduleSale

    async def __call__(self, asked: CommandCall) -> None:
        origin = asked.event
        await self.authorizer.require(origin.sender, Level.SELLER)
        code, rest = [*asked.argument.split(maxsplit=1), "", ""][:2]
        if code:
            words = await self._change(origin.sender, parse_code(code), rest)
        else:
            words = await self._list(origin.sender)
        await self.rooms.confide(asked.chat, Line(words), tx_id("scheduled", origin.event))

    async def _change(self, seller: UserId, offer: OfferId | None, asked: str) -> str:
        """Raises UserError."""
        if offer is None or not asked:
            raise UserError(
                gettext_lazy(
                    "Which one, and what of it? Write it like this: `!ppv scheduled K7QM2-XPA4E 2026-12-01"
                    " 18:00`, or `!ppv scheduled K7QM2-XPA4E cancel`"
                )
            )
        if asked.lower() in {"cancel", "stop", "off"}:
            await self.schedule_sale.cancel(seller, offer)
            return gettext_lazy(
                "{code} goes on sale when you say so: it is a draft again.", code=code_of(offer)
            )
        when = asked.removeprefix("at ").strip()
        plan = await self.schedule_sale.move(seller, offer, when)
        return gettext_lazy(
            "🕒 {code} goes on sale at {time} now.", code=code_of(offer), time=plan.display
        )

    async def _list(self, seller: UserId) -> str:
        async with self.store.begin() as uow:
            ids = await uow.offers.planned_by(seller)
            offers = [offer for id_ in ids[:_LISTED] if (offer := await uow.offers.get(id_))]
        lines = []
        for offer in offers:
            if offer.schedule is not None:
                rooms = ", ".join([await self.state.title(each) for each in offer.schedule.rooms])
                lines.append(
                    gettext_lazy(
                        "{code} “{text}”: {time}, in {rooms}",
                        code=code_of(offer.id),
                        text=shorten(offer.text, 40, placeholder="…") or "…",
                        time=offer.schedule.display,
                        rooms=rooms,
                    )
                )
        if not lines:
            return gettext_lazy(
                "Nothing of yours waits for its time. `!ppv publish #room:server at 2026-12-01 18:00` puts"
                " your draft on sale then."
            )
        if len(ids) > _LISTED:
            more = len(ids) - _LISTED
            lines.append(
                gettext_lazy("… and {number} more: `!ppv studio` shows them all.", number=more)
            )
        return concat(lines, by="\n")
