"""Matrix's `EncryptedFile` JSON, to and from what we hold.

https://spec.matrix.org/v1.17/client-server-api/#extensions-to-mroommessage-msgtypes
"""

import base64
import binascii
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from bot.crypto.attachment_cipher import IV_BYTES, KEY_BYTES, ContentKey
from bot.ids import MxcUri


@dataclass(frozen=True, slots=True)
class EncryptedFile:
    """Where a ciphertext lies, and what opens it."""

    url: MxcUri
    key: ContentKey
    sha256: bytes

    def to_json(self) -> dict[str, Any]:
        return {
            "v": "v2",
            "url": self.url,
            "key": {
                "kty": "oct",
                "alg": "A256CTR",
                "ext": True,
                "key_ops": ["encrypt", "decrypt"],
                "k": base64.urlsafe_b64encode(self.key.key).decode().rstrip("="),
            },
            "iv": _unpadded(self.key.iv),
            "hashes": {"sha256": _unpadded(self.sha256)},
        }

    @classmethod
    def from_json(cls, value: Mapping[str, Any]) -> "EncryptedFile":
        """Raises ValueError for anything but version 2 with a 256-bit key and a SHA-256."""
        try:
            if value["v"] != "v2" or value["key"]["alg"] != "A256CTR":
                raise ValueError("not a version 2 encrypted file")
            key = _decode(value["key"]["k"].replace("-", "+").replace("_", "/"))
            iv, sha256 = _decode(value["iv"]), _decode(value["hashes"]["sha256"])
            url = value["url"]
        except (KeyError, TypeError, AttributeError, binascii.Error) as error:
            raise ValueError("not a complete encrypted file") from error
        if len(key) != KEY_BYTES or len(iv) != IV_BYTES or len(sha256) != 32:
            raise ValueError("an encrypted file with parts of the wrong length")
        if not isinstance(url, str) or not url.startswith("mxc://"):
            raise ValueError("an encrypted file without a Matrix address")
        return cls(MxcUri(url), ContentKey(key, iv), sha256)


def _unpadded(raw: bytes) -> str:
    return base64.b64encode(raw).decode().rstrip("=")


def _decode(text: str) -> bytes:
    return base64.b64decode(text + "=" * (-len(text) % 4), validate=True)
