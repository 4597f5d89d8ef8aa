"""Files that come in parts, in memory."""

from dataclasses import replace
from datetime import datetime

from bot.domain.offers.upload import Upload, UploadPart
from bot.errors import ConcurrentUpdate
from bot.ids import AttachmentId, BlobId, OfferId
from tests.support.memory.memory_records import Records


class MemoryUploads:
    def __init__(self, records: Records) -> None:
        self._uploads = records.uploads

    async def get(self, upload: AttachmentId) -> Upload | None:
        return self._uploads.get(upload)

    async def of(self, offer: OfferId) -> tuple[Upload, ...]:
        found = [each for each in self._uploads.values() if each.offer == offer]
        return tuple(sorted(found, key=lambda each: each.id))

    async def add(self, upload: Upload) -> None:
        if upload.id in self._uploads:
            raise ConcurrentUpdate("it has begun already")
        self._uploads[upload.id] = upload

    async def grow(self, upload: AttachmentId, part: UploadPart, at: datetime) -> None:
        present = self._uploads.get(upload)
        if present is None or present.offset != part.start:
            raise ConcurrentUpdate("it does not go on there")
        self._uploads[upload] = present.with_part(part, at)

    async def illustrate(self, upload: AttachmentId, poster: BlobId) -> None:
        if upload in self._uploads:
            self._uploads[upload] = replace(self._uploads[upload], poster=poster)

    async def remove(self, upload: AttachmentId) -> None:
        self._uploads.pop(upload, None)

    async def holds(self, blob: BlobId) -> bool:
        return any(blob in each.blobs for each in self._uploads.values())
