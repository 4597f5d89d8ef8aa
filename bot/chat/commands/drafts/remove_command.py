"""`!ppv remove 3`: attachment 3 leaves the draft."""

from dataclasses import dataclass

from bot.chat.command_call import CommandCall
from bot.chat.commands.drafts.attachment_numbers import number_in
from bot.domain.offers.offer import Offer
from bot.ports import Store
from bot.services.drafts.chat_draft import edit_draft


@dataclass(frozen=True, slots=True)
class RemoveCommand:
    store: Store

    async def __call__(self, asked: CommandCall) -> None:
        number = number_in(asked.argument, "!ppv remove 3")

        def change(draft: Offer) -> Offer:
            return draft.without_attachment(draft.attachment_at(number).id).without_draft_card()

        await edit_draft(self.store, asked.event, change)
