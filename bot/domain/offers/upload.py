"""A file that a seller's browser sends in parts: what has arrived of it, sealed, until it is whole."""

from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Self

from bot.crypto.envelope import KeyContext, WrappedKey
from bot.domain.offers.attachment import Attachment, MediaInfo, MediaKind, kind_of
from bot.ids import AttachmentId, BlobId, OfferId, UserId

EXPIRES_AFTER = timedelta(days=1)
"""For so long after its last byte."""
_LONGEST_SIDE = 32_768
"""Pixels."""
_LONGEST_PLAYING_MS = 7 * 24 * 3600 * 1000


@dataclass(frozen=True, slots=True, kw_only=True)
class UploadMetadata:
    """What a browser says of a file before it sends it. Nothing of it is proven but the size, in the end."""

    name: str = field(repr=False)
    size: int
    """Bytes."""
    content: str | None = field(default=None, repr=False)
    """A digest of all bytes, as the browser computed it; None makes every upload a file of its own."""
    mimetype: str
    width: int | None = None
    height: int | None = None
    duration_ms: int | None = None

    @property
    def info(self) -> MediaInfo:
        """With the measures of a film and the duration of a sound, where they can be true."""
        kind = kind_of(self.mimetype)
        film, plays = kind is MediaKind.VIDEO, kind in {MediaKind.VIDEO, MediaKind.AUDIO}
        return MediaInfo(
            mimetype=self.mimetype,
            size=self.size,
            width=_within(self.width, _LONGEST_SIDE) if film else None,
            height=_within(self.height, _LONGEST_SIDE) if film else None,
            duration_ms=_within(self.duration_ms, _LONGEST_PLAYING_MS) if plays else None,
        )


@dataclass(frozen=True, slots=True)
class UploadPart:
    """Some bytes in a row, sealed for themselves."""

    start: int
    """The place of the first byte in the file, from 0."""
    size: int
    """Bytes of plaintext."""
    blob: BlobId

    @property
    def position(self) -> str:
        return str(self.start)


@dataclass(frozen=True, slots=True, kw_only=True)
class Upload:
    """An upload that has begun."""

    id: AttachmentId
    """That of the attachment that it becomes."""
    offer: OfferId
    seller: UserId
    name: str = field(repr=False)
    size: int
    """Bytes of the whole file."""
    info: MediaInfo
    key: WrappedKey
    """Opens the parts, and is used for nothing else."""
    last_activity_at: datetime
    """When something of it arrived last."""
    parts: tuple[UploadPart, ...] = ()
    """One after the other, without gaps."""
    poster: BlobId | None = None
    """A picture out of a film, sealed like a part."""

    @property
    def context(self) -> KeyContext:
        return self.context_of(self.offer, self.id)

    @staticmethod
    def context_of(offer: OfferId, upload: AttachmentId) -> KeyContext:
        """What its key is wrapped for."""
        return KeyContext(offer, BlobId(f"upload {upload}"), b"")

    @property
    def offset(self) -> int:
        """Bytes, from the first one on, that are sealed and on the disk."""
        return self.parts[-1].start + self.parts[-1].size if self.parts else 0

    @property
    def is_complete(self) -> bool:
        return self.offset == self.size

    @property
    def expires_at(self) -> datetime:
        return self.last_activity_at + EXPIRES_AFTER

    @property
    def blobs(self) -> tuple[BlobId, ...]:
        """All ciphertexts of it."""
        return (*(part.blob for part in self.parts), *filter(None, [self.poster]))

    @property
    def kind(self) -> MediaKind:
        return kind_of(self.info.mimetype)

    def with_part(self, part: UploadPart, at: datetime) -> Self:
        return replace(self, parts=(*self.parts, part), last_activity_at=at)

    def attachment(self, now: datetime) -> Attachment:
        """What it is in the draft, until it is sealed."""
        return Attachment(
            id=self.id,
            name=self.name,
            kind=self.kind,
            info=self.info,
            source=None,
            sent_at=now,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class UploadStatus:
    """How far an upload is."""

    id: AttachmentId
    bytes: int
    """That many, from the first one on, need not be sent again."""
    size: int | None
    """Of the whole; None where it is in the draft already."""
    expires_at: datetime | None = None

    @classmethod
    def of(cls, upload: Upload) -> Self:
        return cls(
            id=upload.id, bytes=upload.offset, size=upload.size, expires_at=upload.expires_at
        )


def _within(number: int | None, most: int) -> int | None:
    return number if number is not None and 0 < number <= most else None
