"""From sealed attachments to the messages that hand them over: the goods, with the keys that open them."""

from dataclasses import dataclass

from bot.crypto.encrypted_file import EncryptedFile
from bot.domain.offers.attachment import Attachment, Sealed
from bot.domain.offers.content_summary import Size
from bot.errors import Broken
from bot.i18n import together
from bot.ids import OfferId
from bot.messages import Goods, GoodsOnPage, GoodsThumbnail
from bot.ports import FileTooLarge, KeyVault, NotTaken
from bot.services.messaging.media_cache import HomeserverCopies


@dataclass(frozen=True, slots=True)
class HandOver:
    """What is sold is the key: it is unwrapped here and nowhere else on the way to a person."""

    vault: KeyVault
    copies: HomeserverCopies

    async def __call__(self, offer: OfferId, attachment: Attachment) -> Goods:
        """Raises NotTaken where the homeserver does not take the file, and what ports raise."""
        if attachment.sealed is None:
            raise Broken(f"attachment {attachment.id} of offer {offer} was never sealed")
        thumbnail = attachment.thumbnail
        return Goods(
            name=attachment.name,
            kind=attachment.kind,
            info=attachment.info,
            size=attachment.sealed.size,
            file=await self._file(offer, attachment.sealed),
            thumbnail=GoodsThumbnail(
                file=await self._file(offer, thumbnail.sealed),
                mimetype=thumbnail.mimetype,
                size=thumbnail.sealed.size,
                width=thumbnail.width,
                height=thumbnail.height,
            )
            if thumbnail
            else None,
        )

    async def _file(self, offer: OfferId, sealed: Sealed) -> EncryptedFile:
        key = await self.vault.unwrap(sealed.key, sealed.context(offer))
        return EncryptedFile(await self.copies.ciphertext(sealed), key, sealed.sha256)

    async def or_page(
        self, offer: OfferId, attachment: Attachment, link: str | None
    ) -> Goods | GoodsOnPage:
        """The same, or what stands for it: `link` leads to the buyer's own page."""
        try:
            return await self(offer, attachment)
        except NotTaken as refused:
            return on_page(attachment, link, too_large=isinstance(refused, FileTooLarge))


def on_page(attachment: Attachment, link: str | None, *, too_large: bool) -> GoodsOnPage:
    size = together([Size(attachment.size)])
    return GoodsOnPage(attachment.name, size, link, too_large=too_large)
