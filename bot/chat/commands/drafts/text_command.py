"""`!ppv text …`: the words of the draft, for all to read."""

from dataclasses import dataclass

from bot.chat.command_call import CommandCall
from bot.errors import UserError
from bot.i18n import gettext_lazy
from bot.ports import Store
from bot.services.drafts.chat_draft import edit_draft


@dataclass(frozen=True, slots=True)
class TextCommand:
    store: Store

    async def __call__(self, asked: CommandCall) -> None:
        words = asked.argument.strip()
        if not words:
            raise UserError(
                gettext_lazy(
                    "Which words? Write them like this: `!ppv text Sunset over the harbour`"
                )
            )
        await edit_draft(
            self.store, asked.event, lambda draft: draft.with_text(words).without_draft_card()
        )
