"""Sealing: a stream of plaintext becomes AES-256-CTR ciphertext and its SHA-256, chunk by chunk.

The format is Matrix's for encrypted attachments, so that every client opens what is sold:
https://spec.matrix.org/v1.17/client-server-api/#sending-encrypted-attachments
"""

import hashlib
import secrets
from dataclasses import dataclass, field

from cryptography.hazmat.primitives.ciphers import Cipher
from cryptography.hazmat.primitives.ciphers.algorithms import AES256
from cryptography.hazmat.primitives.ciphers.modes import CTR

from bot.errors import UserError
from bot.i18n import gettext_lazy

KEY_BYTES = 32
IV_BYTES = 16
_RANDOM_IV_BYTES = 8


class DigestMismatch(UserError):
    """Ciphertext that is not what its sender said it was: cut, or altered."""


@dataclass(frozen=True, slots=True)
class ContentKey:
    """The AES key and CTR start block of one attachment. Made fresh for each, used once."""

    key: bytes = field(repr=False)
    iv: bytes = field(repr=False)

    @classmethod
    def fresh(cls) -> "ContentKey":
        """A random key; the counter half of the IV starts at 0, as the specification asks."""
        counter = bytes(IV_BYTES - _RANDOM_IV_BYTES)
        return cls(secrets.token_bytes(KEY_BYTES), secrets.token_bytes(_RANDOM_IV_BYTES) + counter)


class Encryptor:
    """Encrypts one attachment. `encrypt` and `digest` may run in two threads, chunk for chunk."""

    __slots__ = ("_encryptor", "_hash")

    def __init__(self, key: ContentKey) -> None:
        self._encryptor = Cipher(AES256(key.key), CTR(key.iv)).encryptor()
        self._hash = hashlib.sha256()

    def encrypt(self, plaintext: bytes) -> bytes:
        """The ciphertext of the next chunk, of the same length."""
        return self._encryptor.update(plaintext)

    def digest(self, ciphertext: bytes) -> None:
        """Take the next chunk of ciphertext into the digest."""
        self._hash.update(ciphertext)

    def sha256(self) -> bytes:
        """The digest of all ciphertext so far."""
        return self._hash.digest()


class PartDecryptor:
    """Decrypts an attachment from any byte on. What comes out is held to no digest: only all of it has one."""

    __slots__ = ("_decryptor",)

    def __init__(self, key: ContentKey, start: int) -> None:
        """`start`: the byte at which the ciphertext that comes begins.

        CTR counts blocks up in all 128 bits: https://doi.org/10.6028/NIST.SP.800-38A, section 6.5 and appendix B.1.
        """
        block, within = divmod(start, IV_BYTES)
        counter = (int.from_bytes(key.iv, "big") + block) % 2 ** (8 * IV_BYTES)
        mode = CTR(counter.to_bytes(IV_BYTES, "big"))
        self._decryptor = Cipher(AES256(key.key), mode).decryptor()
        self._decryptor.update(bytes(within))

    def open(self, ciphertext: bytes) -> bytes:
        """The plaintext of the next chunk."""
        return self._decryptor.update(ciphertext)


class Decryptor:
    """Decrypts one attachment and holds it to its SHA-256."""

    __slots__ = ("_decryptor", "_expected", "_hash")

    def __init__(self, key: ContentKey, sha256: bytes) -> None:
        self._decryptor = Cipher(AES256(key.key), CTR(key.iv)).decryptor()
        self._hash = hashlib.sha256()
        self._expected = sha256

    def decrypt(self, ciphertext: bytes) -> bytes:
        """The plaintext of the next chunk. Not to be trusted before `verify` has passed."""
        self._hash.update(ciphertext)
        return self._decryptor.update(ciphertext)

    def verify(self) -> None:
        """Raises DigestMismatch unless all that came through is what was sealed."""
        if not secrets.compare_digest(self._hash.digest(), self._expected):
            raise DigestMismatch(gettext_lazy("it arrived damaged: its checksum is wrong."))
