"""`!ppv text …`: the words of the draft, for all to read."""

from dataclasses import dataclass

from bot.chat.command_call import Asked
from bot.errors import Refusal
from bot.i18n import spoken
from bot.ports import Store
from bot.services.drafts.chat_draft import edit_draft


@dataclass(frozen=True, slots=True)
class TextCommand:
    store: Store

    async def __call__(self, asked: Asked) -> None:
        words = asked.argument.strip()
        if not words:
            raise Refusal(
                spoken("Which words? Write them like this: `!ppv text Sunset over the harbour`")
            )
        await edit_draft(self.store, asked.origin, lambda draft: draft.saying(words).shown_anew())
