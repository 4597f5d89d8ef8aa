"""`!ppv preview`: see the draft as others will."""

from dataclasses import dataclass

from bot.chat.command_call import CommandCall
from bot.jobs.offer_jobs import PostPreview
from bot.ports import Store
from bot.services.drafts.chat_draft import NoDraft


@dataclass(frozen=True, slots=True)
class PreviewCommand:
    store: Store

    async def __call__(self, asked: CommandCall) -> None:
        origin = asked.event
        async with self.store.begin() as uow:
            draft = await uow.offers.draft_in(origin.room, origin.sender)
            if draft is None:
                raise NoDraft
            draft.require_complete()
            await uow.jobs.add(PostPreview(draft.id, origin.room, origin.event), queueing_lock=True)
