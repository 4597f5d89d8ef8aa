"""From plaintext to a sealed attachment: encrypted and stored in a single pass, never whole in memory."""

import hmac
import secrets
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass, replace

from bot.crypto.attachment_cipher import ContentKey, Encryptor
from bot.crypto.encrypt_stream import encrypted_chunks
from bot.crypto.envelope import KeyContext
from bot.domain.offers.attachment import (
    Attachment,
    EncryptedBlob,
    LocationMetadata,
    MediaInfo,
    MediaKind,
    Thumbnail,
)
from bot.domain.offers.media_types import HEAD_BYTES
from bot.errors import UserError
from bot.i18n import gettext_lazy
from bot.ids import BlobId, OfferId, UserId
from bot.jobs.moderation_jobs import NotifyUser
from bot.ports import BlobStore, KeyVault, Metadata, NoPicture, Picture, Pictures
from bot.services.uploads.fingerprint_key import FingerprintKey

_LARGEST_PICTURE = 32 * 1024 * 1024

_TOO_LARGE = gettext_lazy("it is larger than the 32 MB that I look at.")
_GIVEN_AWAY = gettext_lazy("it is so small or so plain that even a few squares would give it away.")

SmallPicture = Callable[[], Awaitable[bytearray | None]]
"""A picture of what is no picture itself, if there is one."""


@dataclass(frozen=True, slots=True)
class EncryptedAttachment:
    attachment: Attachment
    without_teaser: str | None = None
    """Why it shows none, for the seller, if that is not a matter of course."""

    def to_seller(self, seller: UserId) -> tuple[NotifyUser, ...]:
        """Return the jobs that tell which file has no teaser, and why."""
        if self.without_teaser is None:
            return ()
        words = gettext_lazy(
            "“{name}” can be sold, but it shows no teaser: {why}",
            name=self.attachment.name,
            why=self.without_teaser,
        )
        return (NotifyUser(seller, f"no teaser {self.attachment.id}", words),)


@dataclass(frozen=True, slots=True)
class EncryptContent:
    blobs: BlobStore
    vault: KeyVault
    pictures: Pictures
    fingerprint_key: FingerprintKey
    remove_location: bool = True
    """Unless a seller asks otherwise for a draft."""

    async def __call__(
        self,
        offer: OfferId,
        attachment: Attachment,
        plaintext: AsyncIterator[bytes],
        small: SmallPicture | None = None,
    ) -> EncryptedAttachment:
        """The same, sealed; with a thumbnail and a teaser where there is a picture to make them from."""
        head, plaintext = await _looked_ahead(plaintext, HEAD_BYTES)
        attachment = attachment.with_detected_type(self.pictures.type_of(head))
        found = Metadata()
        if attachment.kind is not MediaKind.FILE:
            # Before it is sealed, because a free preview shows the same bytes to a whole room.
            keep = self._keeps_location(attachment)
            read = self.pictures.with_metadata if keep else self.pictures.without_metadata
            plaintext = read(plaintext, found)
        kept = bytearray() if attachment.kind is MediaKind.IMAGE else None
        fingerprint = hmac.new(await self.fingerprint_key.key(), digestmod="sha256")
        chunks = _keeping(plaintext, kept, _LARGEST_PICTURE)
        sealed = await self._seal(offer, chunks, fingerprint.update)
        if kept is None and small is not None:
            kept = await small()
        picture, why = await self._look(kept)
        outcome = replace(
            attachment.without_source_keys(),
            encrypted=replace(sealed, fingerprint=fingerprint.digest()),
            info=replace(
                attachment.info,
                size=sealed.size,
                place=_place(found, kept=self._keeps_location(attachment)),
            ),
        )
        if picture is None:
            return EncryptedAttachment(outcome, why)
        shown = replace(
            outcome,
            info=_measured(outcome.info, picture)
            if outcome.kind is MediaKind.IMAGE
            else outcome.info,
            thumbnail=await self._thumbnail(offer, picture),
            teaser=picture.teaser,
        )
        return EncryptedAttachment(shown, why)

    def _keeps_location(self, attachment: Attachment) -> bool:
        asked = attachment.info.place
        return not self.remove_location if asked is None else asked is LocationMetadata.REQUESTED

    async def _look(self, kept: bytearray | None) -> tuple[Picture | None, str | None]:
        """Whatever a decoder does, the file is sold. Return the picture, and why there is no teaser."""
        if kept is None:
            return None, None
        if not kept:
            return None, _TOO_LARGE
        try:
            picture = await self.pictures.look(bytes(kept))
        except NoPicture as problem:
            return None, problem.words
        return picture, None if picture.teaser else _GIVEN_AWAY

    async def _seal(
        self,
        offer: OfferId,
        plaintext: AsyncIterator[bytes],
        watching: Callable[[bytes], None] = lambda _plaintext: None,
    ) -> EncryptedBlob:
        key = ContentKey.fresh()
        blob = BlobId(secrets.token_hex(16))
        sealer = Encryptor(key)
        size = await self.blobs.put(blob, encrypted_chunks(plaintext, sealer, watching))
        context = KeyContext(offer, blob, sealer.sha256())
        return EncryptedBlob(blob, context.sha256, size, await self.vault.wrap(key, context))

    async def _thumbnail(self, offer: OfferId, picture: Picture) -> Thumbnail:
        return Thumbnail(
            encrypted=await self._seal(offer, _whole(picture.thumbnail)),
            mimetype=picture.thumbnail_mimetype,
            width=picture.thumbnail_width,
            height=picture.thumbnail_height,
        )


async def counted(
    chunks: AsyncIterator[bytes], require: Callable[[int], None]
) -> AsyncIterator[bytes]:
    """Raises what `require` raises as soon as more comes than is allowed, and UserError for nothing at all."""
    size = 0
    async for chunk in chunks:
        size += len(chunk)
        require(size)
        yield chunk
    if size == 0:
        raise UserError(gettext_lazy("it is empty."))


async def _looked_ahead(
    chunks: AsyncIterator[bytes], most: int
) -> tuple[bytes, AsyncIterator[bytes]]:
    """Return the first bytes, and all of them to be read."""
    iterator = aiter(chunks)
    head = bytearray()
    while len(head) < most and (chunk := await anext(iterator, None)) is not None:
        head += chunk

    async def whole() -> AsyncIterator[bytes]:
        if head:
            yield bytes(head)
        async for chunk in iterator:
            yield chunk

    return bytes(head[:most]), whole()


async def _keeping(
    chunks: AsyncIterator[bytes], kept: bytearray | None, most: int
) -> AsyncIterator[bytes]:
    """Pass all on, and keep a copy for looking at, if it is not too large for that."""
    async for chunk in chunks:
        if kept is not None:
            if len(kept) + len(chunk) <= most:
                kept += chunk
            else:
                kept.clear()
                kept = None
        yield chunk


def _place(found: Metadata, *, kept: bool) -> LocationMetadata | None:
    if kept and (found.place or found.removed):
        return LocationMetadata.REQUESTED
    if not found.place:
        return None
    return LocationMetadata.KEPT if found.unknown else LocationMetadata.REMOVED


async def _whole(data: bytes) -> AsyncIterator[bytes]:
    yield data


def _measured(info: MediaInfo, picture: Picture) -> MediaInfo:
    return replace(info, width=picture.width, height=picture.height)
