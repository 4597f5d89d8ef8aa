"""Attachments as people's clients make and open them."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from nio.crypto.attachments import decrypt_attachment, encrypt_attachment

from sandbox.clients.session import Session
from sandbox.sample_media import MediaFile


@dataclass(frozen=True, slots=True)
class Uploaded:
    """Where a file lies: `{"url": mxc}`, or `{"file": EncryptedFile}` if it was encrypted."""

    plain_url: str | None
    encrypted_file: Mapping[str, Any] | None

    def under(self, prefix: str) -> dict[str, Any]:
        """As content keys: "" for the file itself, "thumbnail_" inside of `info`."""
        if self.encrypted_file is not None:
            return {f"{prefix}file": dict(self.encrypted_file)}
        return {f"{prefix}url": self.plain_url}


async def upload(session: Session, media: MediaFile, *, encrypted: bool) -> Uploaded:
    if not encrypted:
        return Uploaded(await session.upload(media.data, media.mimetype, media.name), None)
    ciphertext, keys = encrypt_attachment(media.data)
    mxc = await session.upload(ciphertext, "application/octet-stream", None)
    return Uploaded(None, {"url": mxc, **keys})


async def open_encrypted(session: Session, file: Mapping[str, Any]) -> bytes:
    """Downloads and decrypts an EncryptedFile. Raises nio.EncryptionError if the hash differs."""
    ciphertext = await session.download(file["url"])
    plaintext: bytes = decrypt_attachment(
        ciphertext, file["key"]["k"], file["hashes"]["sha256"], file["iv"]
    )
    return plaintext


def attachment_content(
    media: MediaFile, uploaded: Uploaded, poster: Uploaded | None, caption: str | None
) -> dict[str, Any]:
    """As Element Web sends it: the body is the file's name, and there is no `filename`.

    With a caption as Element X sends it: the body is the caption (spec: media captions).
    """
    info: dict[str, Any] = {"size": len(media.data), "mimetype": media.mimetype}
    info |= _dimensions(media)
    if media.duration_ms is not None:
        info["duration"] = media.duration_ms
    if media.poster is not None and poster is not None:
        info["thumbnail_info"] = {
            "size": len(media.poster.data),
            "mimetype": media.poster.mimetype,
            **_dimensions(media.poster),
        }
        info |= poster.under("thumbnail_")
    content: dict[str, Any] = {
        "msgtype": media.msgtype,
        "body": media.name,
        "info": info,
        "m.mentions": {},
        **uploaded.under(""),
    }
    if caption is not None:
        content |= {"body": caption, "filename": media.name}
    return content


def _dimensions(media: MediaFile) -> dict[str, int]:
    if media.width is None or media.height is None:
        return {}
    return {"w": media.width, "h": media.height}
