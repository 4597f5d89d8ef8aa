"""One attachment of an offer: its row, and the rows of what was sealed of it."""

from functools import partial
from typing import Any

from appservice.db.columns import (
    from_json,
    nullable,
    time_from_text,
    time_to_text,
    to_json,
    words_from_text,
    words_to_text,
)
from appservice.db.field_cipher import FieldCipher
from appservice.db.repositories.json_column import JsonColumn
from appservice.db.transaction import Row, Transaction
from bot.crypto.encrypted_file import EncryptedFile
from bot.crypto.envelope import WrappedKey
from bot.domain.offers.attachment import (
    Attachment,
    EncryptedBlob,
    HomeserverCopy,
    MediaInfo,
    MediaKind,
    Source,
    Thumbnail,
)
from bot.ids import AttachmentId, OfferId

INFO = JsonColumn[MediaInfo](MediaInfo)


async def write_attachment(
    transaction: Transaction,
    cipher: FieldCipher,
    offer: OfferId,
    position: int,
    attachment: Attachment,
) -> None:
    thumbnail = attachment.thumbnail

    def encrypted(column: str, text: str) -> str:
        return cipher.encrypt(text, f"attachments.{column}", offer, attachment.id)

    small = nullable(to_json, nullable(_source_fields, attachment.thumbnail_source))
    await transaction.run(
        "INSERT INTO attachments (offer, position, id, name, kind, paid, info, source, sent_at,"
        " thumbnail_source, thumbnail, teaser, fault, exposed_for, gated, homeserver_copy)"
        " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        offer,
        position,
        attachment.id,
        encrypted("name", attachment.name),
        attachment.kind,
        int(attachment.paid),
        INFO.write(attachment.info),
        encrypted("source", to_json(nullable(_source_fields, attachment.source))),
        time_to_text(attachment.sent_at),
        nullable(partial(encrypted, "thumbnail_source"), small),
        nullable(_thumbnail_to_json, thumbnail),
        attachment.teaser,
        nullable(partial(encrypted, "fault"), nullable(words_to_text, attachment.error)),
        attachment.exposure_seconds,
        attachment.intercepted,
        attachment.homeserver_copy,
    )
    if attachment.encrypted:
        await _write_sealed(transaction, offer, attachment.id, "content", attachment.encrypted)
    if thumbnail:
        await _write_sealed(transaction, offer, attachment.id, "thumbnail", thumbnail.encrypted)


def attachment_from_row(cipher: FieldCipher, row: Row) -> Attachment:
    """From a row of `attachments`, joined with `sealed` for the content and, as `small_…`, the thumbnail."""

    def decrypted(column: str) -> str | None:
        stored = row[column]
        place = (f"attachments.{column}", row["offer"], row["id"])
        return None if stored is None else cipher.decrypt(stored, *place)

    return Attachment(
        id=row["id"],
        name=decrypted("name") or "",
        kind=MediaKind(row["kind"]),
        paid=bool(row["paid"]),
        info=INFO.read(row["info"]),
        source=nullable(_source_from_fields, from_json(decrypted("source") or "null")),
        sent_at=time_from_text(row["sent_at"]),
        thumbnail_source=nullable(
            _source_from_fields, nullable(from_json, decrypted("thumbnail_source"))
        ),
        encrypted=_sealed_from_row(row, ""),
        thumbnail=_thumbnail_from_row(row),
        teaser=row["teaser"],
        error=nullable(words_from_text, decrypted("fault")),
        exposure_seconds=row["exposed_for"],
        intercepted=bool(row["gated"]),
        homeserver_copy=nullable(HomeserverCopy, row["homeserver_copy"]),
    )


async def newest_sealed(transaction: Transaction) -> tuple[OfferId, EncryptedBlob] | None:
    """Of the newest offer that has anything sealed."""
    row = await transaction.row(
        "SELECT sealed.* FROM sealed JOIN offers ON offers.id = sealed.offer"
        " ORDER BY offers.created_at DESC, sealed.offer, attachment, part LIMIT 1"
    )
    sealed = _sealed_from_row(row, "") if row else None
    return (row["offer"], sealed) if row and sealed else None


async def _write_sealed(
    transaction: Transaction,
    offer: OfferId,
    attachment: AttachmentId,
    part: str,
    sealed: EncryptedBlob,
) -> None:
    await transaction.run(
        "INSERT INTO sealed (offer, attachment, part, blob, sha256, size, kek, nonce, wrapped_key,"
        " fingerprint)"
        " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        offer,
        attachment,
        part,
        sealed.blob,
        sealed.sha256,
        sealed.size,
        sealed.key.kek,
        sealed.key.nonce,
        sealed.key.ciphertext,
        sealed.fingerprint,
    )


def _sealed_from_row(row: Row, prefix: str) -> EncryptedBlob | None:
    if row[f"{prefix}blob"] is None:
        return None
    return EncryptedBlob(
        blob=row[f"{prefix}blob"],
        sha256=row[f"{prefix}sha256"],
        size=row[f"{prefix}size"],
        key=WrappedKey(row[f"{prefix}kek"], row[f"{prefix}nonce"], row[f"{prefix}wrapped_key"]),
        fingerprint=row[f"{prefix}fingerprint"],
    )


def _thumbnail_from_row(row: Row) -> Thumbnail | None:
    sealed = _sealed_from_row(row, "small_")
    return Thumbnail(encrypted=sealed, **from_json(row["thumbnail"])) if sealed else None


def _thumbnail_to_json(thumbnail: Thumbnail) -> str:
    return to_json(
        {"mimetype": thumbnail.mimetype, "width": thumbnail.width, "height": thumbnail.height}
    )


def _source_fields(source: Source) -> dict[str, Any]:
    fields = {"room": source.room, "event": source.event, "url": source.url}
    return fields | {
        "encrypted": nullable(EncryptedFile.to_json, source.encrypted),
        "ciphertext": source.ciphertext,
    }


def _source_from_fields(fields: dict[str, Any]) -> Source:
    encrypted = nullable(EncryptedFile.from_json, fields["encrypted"])
    return Source(**fields | {"encrypted": encrypted})
