"""`!ppv publish #room:server …`: put the draft on sale in one or several rooms, now or `at` a set time."""

from collections.abc import Sequence
from dataclasses import dataclass

from bot.chat.command_call import CommandCall
from bot.domain.people.permissions import Level
from bot.errors import UserError
from bot.i18n import gettext_lazy
from bot.ids import OfferId, code_of, tx_id
from bot.messages import Line
from bot.ports import Rooms, Store
from bot.services.auth.authorization import Authorizer
from bot.services.drafts.chat_draft import NoDraft
from bot.services.offers.publish_offer import PublishOffer
from bot.services.offers.schedule_sale import ScheduleSale


@dataclass(frozen=True, slots=True)
class PublishCommand:
    store: Store
    rooms: Rooms
    authorizer: Authorizer
    publish_offer: PublishOffer
    schedule_sale: ScheduleSale

    async def __call__(self, asked: CommandCall) -> None:
        origin = asked.event
        await self.authorizer.require(origin.sender, Level.SELLER)
        wanted, when = _read(asked.argument)
        if not wanted:
            raise UserError(
                gettext_lazy("In which room? Write it like this: `!ppv publish #room:server`")
            )
        async with self.store.begin() as uow:
            draft = await uow.offers.draft_in(origin.room, origin.sender)
        if draft is None:
            raise NoDraft
        if when is None:
            await self.publish_offer(origin.sender, draft.id, wanted)
        else:
            await self._later(asked, draft.id, wanted, when)

    async def _later(
        self, asked: CommandCall, draft: OfferId, wanted: Sequence[str], when: str
    ) -> None:
        origin, code = asked.event, code_of(draft)
        plan = await self.schedule_sale(origin.sender, draft, wanted, when)
        words = Line(
            gettext_lazy(
                "🕒 {code} goes on sale at {time}. Until then I keep it aside, and what you send me"
                " begins another draft. `!ppv scheduled {code} cancel` makes it your draft again.",
                code=code,
                time=plan.display,
            )
        )
        await self.rooms.confide(asked.chat, words, tx_id("planned", origin.event))


def _read(argument: str) -> tuple[list[str], str | None]:
    """The rooms, and what stands behind `at`."""
    words = argument.replace(",", " ").split()
    at = next((n for n, word in enumerate(words) if word.lower() == "at"), None)
    return (words, None) if at is None else (words[:at], " ".join(words[at + 1 :]))
