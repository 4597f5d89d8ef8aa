"""A file in a person's hands."""

import hashlib
from dataclasses import dataclass

_MSGTYPES = {"image": "m.image", "video": "m.video", "audio": "m.audio"}


@dataclass(frozen=True, slots=True, kw_only=True)
class MediaFile:
    """`width` and `height` in pixels; `poster` is the small picture a client shows for it."""

    name: str
    mimetype: str
    data: bytes
    width: int | None = None
    height: int | None = None
    duration_ms: int | None = None
    poster: "MediaFile | None" = None

    @property
    def sha256(self) -> str:
        return hashlib.sha256(self.data).hexdigest()

    @property
    def msgtype(self) -> str:
        """The Matrix message type that fits (spec, `m.room.message` msgtypes)."""
        return _MSGTYPES.get(self.mimetype.partition("/")[0], "m.file")
