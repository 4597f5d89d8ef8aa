"""`!ppv draft`: show the draft again."""

from dataclasses import dataclass

from bot.chat.command_call import Asked
from bot.ids import tx_id
from bot.ports import Media, Rooms, Store
from bot.services.drafts.chat_draft import NoDraft
from bot.services.offers.draft_card import card, notes_on_files
from bot.services.offers.duplicates import FindTwins


@dataclass(frozen=True, slots=True)
class DraftCommand:
    store: Store
    rooms: Rooms
    find_twins: FindTwins
    media: Media

    async def __call__(self, asked: Asked) -> None:
        origin = asked.origin
        async with self.store.begin() as uow:
            draft = await uow.offers.draft_in(origin.room, origin.sender)
        if draft is None:
            raise NoDraft
        notes = notes_on_files(draft, await self.media.largest())
        shown = card(draft, None, await self.find_twins(draft), notes)
        await self.rooms.confide(asked.chat, shown, tx_id("draft", origin.event))
