"""Files that come in parts, while they are not whole."""

from datetime import datetime

from appservice.db.columns import time_from_text, time_to_text
from appservice.db.field_cipher import FieldCipher
from appservice.db.repositories.sql_attachments import INFO
from appservice.db.transaction import Row, Transaction
from bot.crypto.envelope import WrappedKey
from bot.domain.offers.upload import Upload, UploadPart
from bot.errors import ConcurrentUpdate
from bot.ids import AttachmentId, BlobId, OfferId


class SqlUploads:
    def __init__(self, transaction: Transaction, cipher: FieldCipher) -> None:
        self._transaction = transaction
        self._cipher = cipher

    async def get(self, upload: AttachmentId) -> Upload | None:
        row = await self._transaction.row("SELECT * FROM uploads WHERE id = ?", upload)
        return await self._load(row) if row else None

    async def of(self, offer: OfferId) -> tuple[Upload, ...]:
        rows = await self._transaction.rows(
            "SELECT * FROM uploads WHERE offer = ? ORDER BY id", offer
        )
        return tuple([await self._load(row) for row in rows])

    async def add(self, upload: Upload) -> None:
        added = await self._transaction.row(
            "INSERT INTO uploads (id, offer, seller, name, size, info, kek, nonce, wrapped_key,"
            " heard_at, arrived, poster) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
            " ON CONFLICT (id) DO NOTHING RETURNING id",
            upload.id,
            upload.offer,
            upload.seller,
            self._cipher.encrypt(upload.name, "uploads.name", upload.id),
            upload.size,
            INFO.write(upload.info),
            upload.key.kek,
            upload.key.nonce,
            upload.key.ciphertext,
            time_to_text(upload.last_activity_at),
            upload.offset,
            upload.poster,
        )
        if added is None:
            raise ConcurrentUpdate(f"upload {upload.id} has begun already")
        for part in upload.parts:
            await self._write(upload.id, part)

    async def grow(self, upload: AttachmentId, part: UploadPart, at: datetime) -> None:
        grown = await self._transaction.row(
            "UPDATE uploads SET arrived = ?, heard_at = ? WHERE id = ? AND arrived = ? RETURNING id",
            part.start + part.size,
            time_to_text(at),
            upload,
            part.start,
        )
        if grown is None:
            raise ConcurrentUpdate(f"upload {upload} does not go on at byte {part.start}")
        await self._write(upload, part)

    async def illustrate(self, upload: AttachmentId, poster: BlobId) -> None:
        await self._transaction.run("UPDATE uploads SET poster = ? WHERE id = ?", poster, upload)

    async def remove(self, upload: AttachmentId) -> None:
        await self._transaction.run("DELETE FROM uploads WHERE id = ?", upload)

    async def holds(self, blob: BlobId) -> bool:
        row = await self._transaction.row(
            "SELECT 1 FROM upload_parts WHERE blob = ?"
            " UNION ALL SELECT 1 FROM uploads WHERE poster = ? LIMIT 1",
            blob,
            blob,
        )
        return row is not None

    async def _write(self, upload: AttachmentId, part: UploadPart) -> None:
        await self._transaction.run(
            "INSERT INTO upload_parts (upload, start, size, blob) VALUES (?, ?, ?, ?)",
            upload,
            part.start,
            part.size,
            part.blob,
        )

    async def _load(self, row: Row) -> Upload:
        parts = await self._transaction.rows(
            "SELECT * FROM upload_parts WHERE upload = ? ORDER BY start", row["id"]
        )
        return Upload(
            id=row["id"],
            offer=row["offer"],
            seller=row["seller"],
            name=self._cipher.decrypt(row["name"], "uploads.name", row["id"]),
            size=row["size"],
            info=INFO.read(row["info"]),
            key=WrappedKey(row["kek"], row["nonce"], row["wrapped_key"]),
            last_activity_at=time_from_text(row["heard_at"]),
            parts=tuple(UploadPart(each["start"], each["size"], each["blob"]) for each in parts),
            poster=row["poster"],
        )
