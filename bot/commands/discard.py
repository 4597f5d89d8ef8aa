"""`!ppv discard`: throw the draft away."""

from dataclasses import dataclass

from bot.asked import Asked
from bot.ids import tx_id
from bot.jobs import DestroyKeys
from bot.messages import Line
from bot.ports import Rooms, Store
from bot.selling.compose import NoDraft
from bot.words import spoken


@dataclass(frozen=True, slots=True)
class DiscardCommand:
    store: Store
    rooms: Rooms

    async def __call__(self, asked: Asked) -> None:
        origin = asked.origin
        async with self.store.begin() as uow:
            draft = await uow.offers.draft_in(origin.room, origin.sender)
            if draft is None:
                raise NoDraft
            await uow.offers.save(draft.discarded())
            await uow.jobs.add(DestroyKeys(draft.id))
        words = Line(
            spoken("The draft is gone. Send me a file whenever you want to start a new one.")
        )
        await self.rooms.confide(asked.chat, words, tx_id("discard", origin.event))
