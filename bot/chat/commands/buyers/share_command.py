"""`!ppv share CODE`: the link to an offer, and a picture of it to be scanned."""

from dataclasses import dataclass

from bot.chat.command_call import Asked
from bot.domain.offers.attachment import Kind, MediaInfo
from bot.domain.offers.offer import OfferState
from bot.domain.urls import Links
from bot.errors import Refusal
from bot.i18n import spoken
from bot.ids import code_of, parse_code, tx_id
from bot.messages import Enclosure, Share
from bot.ports import Pictures, Rooms, Store
from bot.services.messaging.media_cache import HomeserverCopies


@dataclass(frozen=True, slots=True)
class ShareCommand:
    store: Store
    rooms: Rooms
    pictures: Pictures
    copies: HomeserverCopies
    links: Links

    async def __call__(self, asked: Asked) -> None:
        """For whoever knows the code: what the link opens is meant for everybody."""
        origin, id_ = asked.origin, parse_code(asked.argument)
        if id_ is None:
            raise Refusal(spoken("Which offer? Write its code like this: `!ppv share K7QM2-XPA4E`"))
        async with self.store.begin() as uow:
            offer = await uow.offers.get(id_)
        if offer is None or offer.state is not OfferState.OPEN:
            raise Refusal(spoken("There is nothing on sale with that code."))
        link = self.links.offer(offer.id)
        share = Share(text=offer.text, link=link)
        await self.rooms.confide(asked.chat, share, tx_id("share", origin.event))
        png, width, height = await self.pictures.qr_code(link)
        picture = Enclosure(
            name=f"{code_of(offer.id)}.png",
            kind=Kind.IMAGE,
            info=MediaInfo(mimetype="image/png", size=len(png), width=width, height=height),
            file=await self.copies.sealed(png),
        )
        await self.rooms.confide(asked.chat, picture, tx_id("QR code", origin.event))
