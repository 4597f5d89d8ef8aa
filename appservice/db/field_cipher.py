"""Encrypt single columns: what came in from people lies in no table, log file or backup as it was written.

AES-SIV (RFC 5297) under one random key for the whole database, with the place of the value (table, column,
row) as associated data, so that a value opens in no other place. AES-SIV needs no nonce and is deterministic:
equal values in the same place are equal in the database, which is how the queue finds an equal job.
"""

import base64
from typing import Protocol

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESSIV
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from appservice.db.columns import storable
from bot.errors import OperatorError, PpvError

ENCRYPTED = "\x01"
"""Begins what is encrypted: no JSON and no cleaned name begins so. Older versions stored plaintext."""
_SIV_KEY_BYTES = 64
"""AES-256-SIV takes two AES-256 keys."""


class FieldUnreadable(OperatorError):
    """A value was altered, moved to another place, or encrypted under another key."""


class FieldCipher(Protocol):
    """Raises PpvError where the key cannot be had."""

    def encrypt(self, text: str, *place: str) -> str: ...

    def decrypt(self, stored: str, *place: str) -> str:
        """Return the text; plaintext of an older version as it is. Raises FieldUnreadable."""
        ...


class SivFieldCipher:
    def __init__(self, key: bytes) -> None:
        derived = HKDF(SHA256(), _SIV_KEY_BYTES, salt=None, info=b"matrix-ppv fields").derive(key)
        self._siv = AESSIV(derived)

    def encrypt(self, text: str, *place: str) -> str:
        """Return the empty text as it is: a column may be compared with it."""
        if not text:
            return text
        plain = str(storable(text)).encode()
        return ENCRYPTED + base64.b64encode(self._siv.encrypt(plain, _data(place))).decode()

    def decrypt(self, stored: str, *place: str) -> str:
        if not stored.startswith(ENCRYPTED):
            return stored
        try:
            return self._siv.decrypt(base64.b64decode(stored[1:]), _data(place)).decode()
        except (InvalidTag, ValueError) as error:
            raise FieldUnreadable(f"a value in {place[0]} does not open") from error


class ShutFieldCipher:
    """Stands in where the key cannot be had: what needs no encrypted column works all the same."""

    def __init__(self, why: PpvError) -> None:
        self.why = why

    def encrypt(self, text: str, *place: str) -> str:
        del place
        if not text:
            return text
        raise self.why

    def decrypt(self, stored: str, *place: str) -> str:
        del place
        if stored.startswith(ENCRYPTED):
            raise self.why
        return stored


def _data(place: tuple[str, ...]) -> list[bytes]:
    return [storable_bytes(each) for each in place]


def storable_bytes(text: str) -> bytes:
    return str(storable(text)).encode()
