"""Send sellers the files of their own offer as a buyer gets them."""

from dataclasses import dataclass

from bot.ids import code_of, tx_id
from bot.jobs.offer_jobs import SendSellerCopy
from bot.messages import OwnGoods
from bot.ports import Rooms, Store
from bot.services.messaging.direct_room import DirectRoom
from bot.services.messaging.file_message import BuildFileMessage


@dataclass(frozen=True, slots=True)
class SendSellerCopies:
    store: Store
    rooms: Rooms
    direct_room: DirectRoom
    build_file_message: BuildFileMessage

    async def __call__(self, job: SendSellerCopy) -> None:
        async with self.store.begin() as uow:
            offer = await uow.offers.get(job.offer)
        if offer is None:
            return
        room = await self.direct_room.there_or_elsewhere(job.room, offer.seller)
        header = await self.rooms.confide(
            room, OwnGoods(code_of(offer.id)), tx_id("own", job.cause)
        )
        for attachment in offer.paid:
            await self.rooms.confide(
                room,
                await self.build_file_message.or_page(offer.id, attachment, None),
                tx_id("own", job.cause, attachment.id),
                reply_to=header,
            )
