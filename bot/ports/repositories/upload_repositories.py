"""Files that come in parts, while they are not whole."""

from datetime import datetime
from typing import Protocol

from bot.domain.offers.upload import Upload, UploadPart
from bot.ids import AttachmentId, BlobId, OfferId


class Uploads(Protocol):
    async def get(self, upload: AttachmentId) -> Upload | None: ...

    async def of(self, offer: OfferId) -> tuple[Upload, ...]:
        """All that are under way to it, in order of their ids."""
        ...

    async def add(self, upload: Upload) -> None:
        """With what has arrived of it. Raises ConcurrentUpdate if it is there already."""
        ...

    async def grow(self, upload: AttachmentId, part: UploadPart, at: datetime) -> None:
        """By the part that comes next. Raises ConcurrentUpdate if another one came first, or it is gone."""
        ...

    async def illustrate(self, upload: AttachmentId, poster: BlobId) -> None: ...

    async def remove(self, upload: AttachmentId) -> None: ...

    async def holds(self, blob: BlobId) -> bool:
        """Whether that ciphertext belongs to one."""
        ...
