"""Build the messages that represent an offer in a room: teaser, placeholder and free previews."""

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
        """Return the teaser of the first paid file that has one; None if the homeserver rejects the upload."""
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
        """Return the free previews: with encrypted files if the room is encrypted, otherwise with plain ones.

        Files that the homeserver rejects are left out; the offer's page shows them.
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
