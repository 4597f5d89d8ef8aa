"""From sealed attachments to the messages that hand them over: the goods, with the keys that open them."""

from dataclasses import dataclass

from bot.crypto.encrypted_file import EncryptedFile
from bot.domain.offers.attachment import Attachment, EncryptedBlob
from bot.domain.offers.content_summary import ByteSize
from bot.errors import OperatorError
from bot.i18n import concat
from bot.ids import OfferId
from bot.messages import Goods, GoodsOnPage, GoodsThumbnail
from bot.ports import FileTooLarge, KeyVault, NotTaken
from bot.services.messaging.media_cache import CachedMedia


@dataclass(frozen=True, slots=True)
class BuildFileMessage:
    """What is sold is the key: it is unwrapped here and nowhere else on the way to a person."""

    vault: KeyVault
    cached_media: CachedMedia

    async def __call__(self, offer: OfferId, attachment: Attachment) -> Goods:
        """Raises NotTaken where the homeserver does not take the file, and what ports raise."""
        if attachment.encrypted is None:
            raise OperatorError(f"attachment {attachment.id} of offer {offer} was never sealed")
        thumbnail = attachment.thumbnail
        return Goods(
            name=attachment.name,
            kind=attachment.kind,
            info=attachment.info,
            size=attachment.encrypted.size,
            file=await self._file(offer, attachment.encrypted),
            thumbnail=GoodsThumbnail(
                file=await self._file(offer, thumbnail.encrypted),
                mimetype=thumbnail.mimetype,
                size=thumbnail.encrypted.size,
                width=thumbnail.width,
                height=thumbnail.height,
            )
            if thumbnail
            else None,
        )

    async def _file(self, offer: OfferId, sealed: EncryptedBlob) -> EncryptedFile:
        key = await self.vault.unwrap(sealed.key, sealed.context(offer))
        return EncryptedFile(await self.cached_media.ciphertext(sealed), key, sealed.sha256)

    async def or_page(
        self, offer: OfferId, attachment: Attachment, link: str | None
    ) -> Goods | GoodsOnPage:
        """The same, or what stands for it: `link` leads to the buyer's own page."""
        try:
            return await self(offer, attachment)
        except NotTaken as refused:
            return on_page(attachment, link, too_large=isinstance(refused, FileTooLarge))


def on_page(attachment: Attachment, link: str | None, *, too_large: bool) -> GoodsOnPage:
    size = concat([ByteSize(attachment.size)])
    return GoodsOnPage(attachment.name, size, link, too_large=too_large)
