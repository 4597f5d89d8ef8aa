"""What stands for an offer in a room: teaser, placeholder, free previews. One look for all places."""

from contextlib import suppress
from dataclasses import dataclass

from bot.domain.offers.content_summary import summary_line
from bot.domain.offers.offer import Offer
from bot.domain.urls import PublicUrls
from bot.ids import RoomId, code_of
from bot.messages import FreePreview, Placeholder, TeaserPicture
from bot.ports import NotTaken, Pictures, RoomEncryption, RoomState
from bot.services.messaging.file_message import BuildFileMessage
from bot.services.messaging.media_cache import CachedMedia


@dataclass(frozen=True, slots=True)
class BuildPlaceholder:
    cached_media: CachedMedia
    build_file_message: BuildFileMessage
    pictures: Pictures
    state: RoomState
    encryption: RoomEncryption
    urls: PublicUrls

    async def teaser(self, offer: Offer, room: RoomId) -> TeaserPicture | None:
        """From the first picture among the goods that has one; none where the homeserver takes no files."""
        source = next((a for a in offer.paid if a.teaser), None)
        if source is None or source.teaser is None:
            return None
        png, width, height = await self.pictures.enlarge(source.teaser)
        with suppress(NotTaken):
            if await self.encryption.is_encrypted(room):
                sealed = await self.cached_media.encrypted(png)
                return TeaserPicture(sealed, len(png), width, height)
            url = await self.cached_media.picture(f"teaser:{source.id}", png)
            return TeaserPicture(url, len(png), width, height)
        return None

    async def placeholder(self, offer: Offer) -> Placeholder:
        return Placeholder(
            text=offer.text,
            price=str(offer.price),
            contents=summary_line(offer.paid),
            free=len(offer.free),
            seller=offer.seller,
            seller_name=await self.state.name_of(offer.seller),
            code=code_of(offer.id),
            link=self.urls.offer(offer.id),
        )

    async def previews(self, offer: Offer, room: RoomId) -> tuple[FreePreview, ...]:
        """What is free is as open as its room: in an encrypted one, only its members get the key.

        What the homeserver does not take is left out; the offer's page shows it.
        """
        encrypted = await self.encryption.is_encrypted(room)
        shown = []
        for free in offer.free:
            with suppress(NotTaken):
                where = (
                    (await self.build_file_message(offer.id, free)).file
                    if encrypted
                    else await self.cached_media.plaintext(offer.id, free)
                )
                shown.append(
                    FreePreview(name=free.name, kind=free.kind, info=free.info, where=where)
                )
        return tuple(shown)
