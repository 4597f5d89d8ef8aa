"""`!ppv discard`: throw the draft away."""

from dataclasses import dataclass

from bot.chat.command_call import CommandCall
from bot.domain.offers.content_summary import summary_line
from bot.domain.offers.offer import Offer
from bot.domain.people.display_names import one_line
from bot.i18n import Translatable, concat, gettext_lazy
from bot.ids import tx_id
from bot.jobs.offer_jobs import DestroyKeys
from bot.messages import Line
from bot.ports import Rooms, Store
from bot.services.drafts.chat_draft import NoDraft

_SHORT = 60
"""Characters of its words."""


@dataclass(frozen=True, slots=True)
class DiscardCommand:
    store: Store
    rooms: Rooms

    async def __call__(self, asked: CommandCall) -> None:
        origin = asked.event
        async with self.store.begin() as uow:
            draft = await uow.offers.draft_in(origin.room, origin.sender)
            if draft is None:
                raise NoDraft
            await uow.offers.save(draft.discarded())
            await uow.jobs.add(DestroyKeys(draft.id))
        words = Line(_gone(draft))
        await self.rooms.confide(asked.chat, words, tx_id("discard", origin.event))


def _gone(draft: Offer) -> Translatable:
    held: list[object] = [summary_line(draft.attachments)] if draft.attachments else []
    if draft.text:
        short = draft.text if len(draft.text) <= _SHORT else f"{draft.text[:_SHORT].rstrip()}…"
        held.append(gettext_lazy("“{text}”", text=one_line(short)))
    if draft.price:
        held.append(draft.price)
    if not held:
        return gettext_lazy(
            "The draft is gone. Send me a file whenever you want to start a new one."
        )
    return gettext_lazy(
        "The draft is gone: {what}. Send me a file whenever you want to start a new one.",
        what=concat(held, ", "),
    )
