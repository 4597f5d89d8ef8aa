"""`!ppv scheduled`: what goes on sale by itself. With a code: at another time, or not after all."""

from dataclasses import dataclass
from textwrap import shorten

from bot.chat.command_call import Asked
from bot.domain.people.permissions import Level
from bot.errors import Refusal
from bot.i18n import spoken, together
from bot.ids import OfferId, UserId, code_of, parse_code, tx_id
from bot.messages import Line
from bot.ports import Rooms, RoomState, Store
from bot.services.auth.authorization import Standing
from bot.services.offers.schedule_sale import PlanSale

_LISTED = 20


@dataclass(frozen=True, slots=True)
class ScheduledCommand:
    store: Store
    rooms: Rooms
    state: RoomState
    standing: Standing
    plan_sale: PlanSale

    async def __call__(self, asked: Asked) -> None:
        origin = asked.origin
        await self.standing.require(origin.sender, Level.SELLER)
        code, rest = [*asked.argument.split(maxsplit=1), "", ""][:2]
        if code:
            words = await self._change(origin.sender, parse_code(code), rest)
        else:
            words = await self._list(origin.sender)
        await self.rooms.confide(asked.chat, Line(words), tx_id("scheduled", origin.event))

    async def _change(self, seller: UserId, offer: OfferId | None, asked: str) -> str:
        """Raises Refusal."""
        if offer is None or not asked:
            raise Refusal(
                spoken(
                    "Which one, and what of it? Write it like this: `!ppv scheduled K7QM2-XPA4E 2026-12-01"
                    " 18:00`, or `!ppv scheduled K7QM2-XPA4E cancel`"
                )
            )
        if asked.lower() in {"cancel", "stop", "off"}:
            await self.plan_sale.call_off(seller, offer)
            return spoken(
                "{code} goes on sale when you say so: it is a draft again.", code=code_of(offer)
            )
        when = asked.removeprefix("at ").strip()
        plan = await self.plan_sale.move(seller, offer, when)
        return spoken("🕒 {code} goes on sale at {time} now.", code=code_of(offer), time=plan.words)

    async def _list(self, seller: UserId) -> str:
        async with self.store.begin() as uow:
            ids = await uow.offers.planned_by(seller)
            offers = [offer for id_ in ids[:_LISTED] if (offer := await uow.offers.get(id_))]
        lines = []
        for offer in offers:
            if offer.plan is not None:
                rooms = ", ".join([await self.state.title(each) for each in offer.plan.rooms])
                lines.append(
                    spoken(
                        "{code} “{text}”: {time}, in {rooms}",
                        code=code_of(offer.id),
                        text=shorten(offer.text, 40, placeholder="…") or "…",
                        time=offer.plan.words,
                        rooms=rooms,
                    )
                )
        if not lines:
            return spoken(
                "Nothing of yours waits for its time. `!ppv publish #room:server at 2026-12-01 18:00` puts"
                " your draft on sale then."
            )
        if len(ids) > _LISTED:
            more = len(ids) - _LISTED
            lines.append(spoken("… and {number} more: `!ppv studio` shows them all.", number=more))
        return together(lines, by="\n")
