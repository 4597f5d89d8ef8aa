"""`!ppv free 2`: attachment 2 becomes a free preview."""

from dataclasses import dataclass

from bot.chat.command_call import CommandCall
from bot.chat.commands.drafts.attachment_numbers import number_in
from bot.domain.offers.attachment import Attachment
from bot.domain.offers.offer import Offer
from bot.ports import Store
from bot.services.drafts.chat_draft import edit_draft


@dataclass(frozen=True, slots=True)
class FreeCommand:
    store: Store

    async def __call__(self, asked: CommandCall) -> None:
        number = number_in(asked.argument, "!ppv free 2")

        def change(draft: Offer) -> Offer:
            return draft.with_attachment_changed(
                draft.attachment_at(number).id, Attachment.as_preview
            ).without_draft_card()

        await edit_draft(self.store, asked.event, change)
