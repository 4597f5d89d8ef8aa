"""One file of an offer: what it is, where it came from, and what became of it when it was sealed."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum
from typing import Self

from bot.crypto.encrypted_file import EncryptedFile
from bot.crypto.envelope import KeyContext, WrappedKey
from bot.domain.offers.media_types import ANYTHING, decide_media_type, essence
from bot.ids import AttachmentId, BlobId, EventId, MxcUri, OfferId, RoomId


class MediaKind(StrEnum):
    """The four kinds of Matrix attachments, by their `msgtype`."""

    IMAGE = "m.image"
    VIDEO = "m.video"
    AUDIO = "m.audio"
    FILE = "m.file"


_DRAWN = "image/svg+xml"
"""A program more than a picture: clients show none."""
_KINDS = {"image": MediaKind.IMAGE, "video": MediaKind.VIDEO, "audio": MediaKind.AUDIO}


def kind_of(mimetype: str) -> MediaKind:
    plain = essence(mimetype)
    return (
        MediaKind.FILE if plain == _DRAWN else _KINDS.get(plain.partition("/")[0], MediaKind.FILE)
    )


class HomeserverCopy(StrEnum):
    """What became of the homeserver's copies of what a seller sent: the file, and its client's thumbnail."""

    DELETED = "deleted"
    NOT_ALLOWED = "not_allowed"
    """The bot may not delete there: no gate, and no admin rights."""
    REMOTE = "remote"
    """They lie on the homeserver of the seller, which is another one."""
    NOT_THEIRS = "not_theirs"
    """Somebody else has uploaded them, so the seller has no say in it."""


class LocationMetadata(StrEnum):
    """What became of the place where a picture was taken, if it said so."""

    REMOVED = "removed"
    KEPT = "kept"
    """Its format is none that it can be taken out of."""
    REQUESTED = "requested"
    """The seller wants the file as it is, with place and camera."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MediaInfo:
    """What the sender's client said of a file. Nothing here is proven, all may be missing."""

    mimetype: str = ANYTHING
    size: int | None = None
    """Bytes."""
    width: int | None = None
    height: int | None = None
    duration_ms: int | None = None
    voice: bool = False
    """A voice message: https://github.com/matrix-org/matrix-spec-proposals/pull/3245"""
    waveform: tuple[int, ...] = ()
    """How loud it is along its length, each from 0 to 1024."""
    place: LocationMetadata | None = None
    """None for what did not say where it was taken."""


@dataclass(frozen=True, slots=True)
class Source:
    """Where the homeserver keeps what the seller sent."""

    room: RoomId
    event: EventId
    url: MxcUri
    encrypted: EncryptedFile | None = None
    """The key of the sender's client, until the file is sealed."""
    ciphertext: bool = False
    """The sender's client encrypted it, and its key is not kept any more."""

    def without_key(self) -> Self:
        """The same place; the sender's own key has done its work, and is not kept."""
        ciphertext = self.ciphertext or self.encrypted is not None
        return replace(self, encrypted=None, ciphertext=ciphertext)


@dataclass(frozen=True, slots=True)
class EncryptedBlob:
    """A ciphertext of ours, and its key as it is stored."""

    blob: BlobId
    sha256: bytes
    size: int
    """Bytes, of ciphertext and plaintext alike."""
    key: WrappedKey
    fingerprint: bytes | None = field(default=None, repr=False)
    """The same for the same file; None for what was sealed before there were any, and for thumbnails."""

    def context(self, offer: OfferId) -> KeyContext:
        return KeyContext(offer, self.blob, self.sha256)


@dataclass(frozen=True, slots=True, kw_only=True)
class Thumbnail:
    """A small picture of the goods, sold with them."""

    encrypted: EncryptedBlob
    mimetype: str
    width: int
    height: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Attachment:
    """One file of an offer: paid for, or a free preview."""

    id: AttachmentId
    name: str = field(repr=False)
    kind: MediaKind
    info: MediaInfo
    source: Source | None
    """None for what came by the seller's browser."""
    sent_at: datetime
    thumbnail_source: Source | None = None
    paid: bool = True
    encrypted: EncryptedBlob | None = None
    thumbnail: Thumbnail | None = None
    teaser: bytes | None = field(default=None, repr=False)
    """A PNG of at most 16 pixels on its long side: all that the public ever sees of a picture."""
    error: str | None = None
    """Why it could not be sealed, in words for the seller."""
    exposure_seconds: float | None = None
    """Seconds for which a room could see it before it was redacted; None if none ever did."""
    intercepted: bool = False
    """A gate took it out before it came into the room: nobody ever could see it there."""
    homeserver_copy: HomeserverCopy | None = None
    """None until the homeserver was asked to delete, and where there is none."""

    @property
    def sources(self) -> tuple[Source, ...]:
        """All that the homeserver holds of it, as far as that is known."""
        return tuple(each for each in (self.source, self.thumbnail_source) if each)

    @property
    def size(self) -> int:
        """Bytes; what was counted if it is sealed, else what the sender's client said."""
        return self.encrypted.size if self.encrypted else self.info.size or 0

    @property
    def blobs(self) -> tuple[EncryptedBlob, ...]:
        """All that was sealed of it: the file, and its thumbnail."""
        small = self.thumbnail.encrypted if self.thumbnail else None
        return tuple(part for part in (self.encrypted, small) if part)

    def rewrapped(self, keys: Mapping[BlobId, WrappedKey]) -> Self:
        """The same with other wrappings of the same keys, where there are some in `keys`."""

        def anew(part: EncryptedBlob) -> EncryptedBlob:
            return replace(part, key=keys.get(part.blob, part.key))

        small = self.thumbnail
        return replace(
            self,
            encrypted=anew(self.encrypted) if self.encrypted else None,
            thumbnail=replace(small, encrypted=anew(small.encrypted)) if small else None,
        )

    def with_detected_type(self, seen: str | None) -> Self:
        """The same with the type that its first bytes show, where they are certain of one.

        A sound in the container of a film stays a sound.
        """
        if seen is None:
            return self
        mimetype = decide_media_type(self.info.mimetype, seen)
        if mimetype == ANYTHING:
            return self
        kind = kind_of(mimetype)
        if (self.kind, kind) == (MediaKind.AUDIO, MediaKind.VIDEO):
            kind = MediaKind.AUDIO
        return replace(self, kind=kind, info=replace(self.info, mimetype=mimetype))

    def with_location(self, *, keep: bool) -> Self:
        """The same, to be encrypted with or without place and camera."""
        place = LocationMetadata.REQUESTED if keep else LocationMetadata.REMOVED
        return replace(self, info=replace(self.info, place=place))

    def as_preview(self) -> Self:
        """The same as a free preview."""
        return replace(self, paid=False)

    def as_paid(self) -> Self:
        """The same as part of what is paid for."""
        return replace(self, paid=True)

    def without_keys(self) -> Self:
        """The same without the keys: nobody can ever open what was sealed of it."""
        return replace(self.without_source_keys(), encrypted=None, thumbnail=None)

    def with_error(self, fault: str) -> Self:
        """The same, with the reason why it cannot be sold."""
        return replace(self.without_source_keys(), error=fault)

    def without_source_keys(self) -> Self:
        """The same without what opens the sender's own copies; where they lie is needed to delete them."""
        small = self.thumbnail_source
        return replace(
            self,
            source=self.source.without_key() if self.source else None,
            thumbnail_source=small.without_key() if small else None,
        )

    def with_homeserver_copy(self, outcome: HomeserverCopy) -> Self:
        """The same once the homeserver was asked to delete its copies."""
        return replace(self, homeserver_copy=outcome, thumbnail_source=None)
