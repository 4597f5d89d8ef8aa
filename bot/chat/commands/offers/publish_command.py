"""`!ppv publish #room:server …`: put the draft on sale in one or several rooms, now or `at` a set time."""

from collections.abc import Sequence
from dataclasses import dataclass

from bot.chat.command_call import Asked
from bot.domain.people.permissions import Level
from bot.errors import Refusal
from bot.i18n import spoken
from bot.ids import OfferId, code_of, tx_id
from bot.messages import Line
from bot.ports import Rooms, Store
from bot.services.auth.authorization import Standing
from bot.services.drafts.chat_draft import NoDraft
from bot.services.offers.publish_offer import PutOnSale
from bot.services.offers.schedule_sale import PlanSale


@dataclass(frozen=True, slots=True)
class PublishCommand:
    store: Store
    rooms: Rooms
    standing: Standing
    put_on_sale: PutOnSale
    plan_sale: PlanSale

    async def __call__(self, asked: Asked) -> None:
        origin = asked.origin
        await self.standing.require(origin.sender, Level.SELLER)
        wanted, when = _read(asked.argument)
        if not wanted:
            raise Refusal(spoken("In which room? Write it like this: `!ppv publish #room:server`"))
        async with self.store.begin() as uow:
            draft = await uow.offers.draft_in(origin.room, origin.sender)
        if draft is None:
            raise NoDraft
        if when is None:
            await self.put_on_sale(origin.sender, draft.id, wanted)
        else:
            await self._later(asked, draft.id, wanted, when)

    async def _later(self, asked: Asked, draft: OfferId, wanted: Sequence[str], when: str) -> None:
        origin, code = asked.origin, code_of(draft)
        plan = await self.plan_sale(origin.sender, draft, wanted, when)
        words = Line(
            spoken(
                "🕒 {code} goes on sale at {time}. Until then I keep it aside, and what you send me"
                " begins another draft. `!ppv scheduled {code} cancel` makes it your draft again.",
                code=code,
                time=plan.words,
            )
        )
        await self.rooms.confide(asked.chat, words, tx_id("planned", origin.event))


def _read(argument: str) -> tuple[list[str], str | None]:
    """The rooms, and what stands behind `at`."""
    words = argument.replace(",", " ").split()
    at = next((n for n, word in enumerate(words) if word.lower() == "at"), None)
    return (words, None) if at is None else (words[:at], " ".join(words[at + 1 :]))
