"""`!ppv share CODE`: the link to an offer, and a picture of it to be scanned."""

from dataclasses import dataclass

from bot.chat.command_call import CommandCall
from bot.domain.offers.attachment import MediaInfo, MediaKind
from bot.domain.offers.offer import OfferState
from bot.domain.urls import PublicUrls
from bot.errors import UserError
from bot.i18n import gettext_lazy
from bot.ids import code_of, parse_code, tx_id
from bot.messages import Enclosure, Share
from bot.ports import Pictures, Rooms, Store
from bot.services.messaging.media_cache import CachedMedia


@dataclass(frozen=True, slots=True)
class ShareCommand:
    store: Store
    rooms: Rooms
    pictures: Pictures
    cached_media: CachedMedia
    urls: PublicUrls

    async def __call__(self, asked: CommandCall) -> None:
        """For whoever knows the code: what the link opens is meant for everybody."""
        origin, id_ = asked.event, parse_code(asked.argument)
        if id_ is None:
            raise UserError(
                gettext_lazy("Which offer? Write its code like this: `!ppv share K7QM2-XPA4E`")
            )
        async with self.store.begin() as uow:
            offer = await uow.offers.get(id_)
        if offer is None or offer.state is not OfferState.OPEN:
            raise UserError(gettext_lazy("There is nothing on sale with that code."))
        link = self.urls.offer(offer.id)
        share = Share(text=offer.text, link=link)
        await self.rooms.confide(asked.chat, share, tx_id("share", origin.event))
        png, width, height = await self.pictures.qr_code(link)
        picture = Enclosure(
            name=f"{code_of(offer.id)}.png",
            kind=MediaKind.IMAGE,
            info=MediaInfo(mimetype="image/png", size=len(png), width=width, height=height),
            file=await self.cached_media.encrypted(png),
        )
        await self.rooms.confide(asked.chat, picture, tx_id("QR code", origin.event))
