"""`!ppv draft`: show the draft again."""

from dataclasses import dataclass

from bot.chat.command_call import CommandCall
from bot.ids import tx_id
from bot.ports import Media, Rooms, Store
from bot.services.drafts.chat_draft import NoDraft
from bot.services.offers.draft_card import card, notes_on_files
from bot.services.offers.duplicates import FindDuplicates


@dataclass(frozen=True, slots=True)
class DraftCommand:
    store: Store
    rooms: Rooms
    find_duplicates: FindDuplicates
    media: Media

    async def __call__(self, asked: CommandCall) -> None:
        origin = asked.event
        async with self.store.begin() as uow:
            draft = await uow.offers.draft_in(origin.room, origin.sender)
        if draft is None:
            raise NoDraft
        notes = notes_on_files(draft, await self.media.largest())
        shown = card(draft, None, await self.find_duplicates(draft), notes)
        await self.rooms.confide(asked.chat, shown, tx_id("draft", origin.event))
