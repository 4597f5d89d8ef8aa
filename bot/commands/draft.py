"""`!ppv draft`: show the draft again."""

from dataclasses import dataclass

from bot.asked import Asked
from bot.ids import tx_id
from bot.ports import Media, Rooms, Store
from bot.selling.compose import NoDraft
from bot.selling.draft_card import card, notes_on_files
from bot.selling.twins import FindTwins


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
