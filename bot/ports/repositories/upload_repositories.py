"""Files that come in parts, while they are not whole."""

from datetime import datetime
from typing import Protocol

from bot.domain.offers.upload import Part, Unfinished
from bot.ids import AttachmentId, BlobId, OfferId


class Uploads(Protocol):
    async def get(self, upload: AttachmentId) -> Unfinished | None: ...

    async def of(self, offer: OfferId) -> tuple[Unfinished, ...]:
        """All that are under way to it, in order of their ids."""
        ...

    async def add(self, upload: Unfinished) -> None:
        """With what has arrived of it. Raises Conflict if it is there already."""
        ...

    async def grow(self, upload: AttachmentId, part: Part, at: datetime) -> None:
        """By the part that comes next. Raises Conflict if another one came first, or it is gone."""
        ...

    async def illustrate(self, upload: AttachmentId, poster: BlobId) -> None: ...

    async def remove(self, upload: AttachmentId) -> None: ...

    async def holds(self, blob: BlobId) -> bool:
        """Whether that ciphertext belongs to one."""
        ...
