"""Send a draft's preview to its seller: the messages that buyers will see before and after payment."""

from dataclasses import dataclass

from bot.domain.offers.content_summary import summary_line
from bot.domain.offers.offer import NotReady
from bot.errors import TemporaryError
from bot.ids import TxId, tx_id
from bot.jobs.offer_jobs import PostPreview
from bot.messages import Bought, Line, PreviewAfter, PreviewBefore
from bot.ports import Rooms, RoomState, Store
from bot.services.messaging.direct_room import DirectRoom
from bot.services.messaging.file_message import BuildFileMessage
from bot.services.offers.placeholder import BuildPlaceholder


@dataclass(frozen=True, slots=True)
class PreviewDraft:
    store: Store
    rooms: Rooms
    state: RoomState
    direct_room: DirectRoom
    build_placeholder: BuildPlaceholder
    build_file_message: BuildFileMessage

    async def __call__(self, job: PostPreview) -> None:
        async with self.store.begin() as uow:
            offer = await uow.offers.get(job.offer)
        if offer is None:
            return
        room = await self.direct_room.there_or_elsewhere(job.room, offer.seller, secrets=False)

        def tx(part: str) -> TxId:
            return tx_id("preview", job.cause, part)

        try:
            offer.require_complete()
        except NotReady as missing:
            await self.rooms.confide(room, Line(missing.words), tx("missing"))
            return
        if any(a.encrypted is None for a in offer.attachments):
            raise TemporaryError(f"offer {offer.id} is still being sealed")
        await self.rooms.confide(room, PreviewBefore(), tx("before"))
        teaser = await self.build_placeholder.teaser(offer, room.id)
        if teaser:
            await self.rooms.confide(room, teaser, tx("teaser"))
        await self.rooms.confide(
            room, await self.build_placeholder.placeholder(offer), tx("placeholder")
        )
        for number, free in enumerate(await self.build_placeholder.previews(offer, room.id)):
            await self.rooms.confide(room, free, tx(f"free {number}"))
        await self.rooms.confide(room, PreviewAfter(), tx("after"))
        bought = Bought(
            buyer=offer.seller,
            text=offer.text,
            contents=summary_line(offer.paid),
            seller=offer.seller,
            seller_name=await self.state.name_of(offer.seller),
            again=False,
            link=self.build_placeholder.urls.offer(offer.id),
        )
        header = await self.rooms.confide(room, bought, tx("bought"))
        for attachment in offer.paid:
            message = await self.build_file_message.or_page(offer.id, attachment, None)
            await self.rooms.confide(room, message, tx(attachment.id), reply_to=header)
