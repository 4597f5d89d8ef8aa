"""How the bot's own keys lie on the disk: under keys that are derived from a key-encryption key (KEK)."""

import secrets

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from appservice.matrix.crypto.errors import CryptoUnusable

_NONCE_BYTES = 12


def derived_key(kek: bytes, purpose: str) -> bytes:
    """32 bytes for one purpose, which tell nothing of the KEK (RFC 5869)."""
    info = f"matrix-ppv {purpose}".encode()
    return HKDF(algorithm=SHA256(), length=32, salt=None, info=info).derive(kek)


def enclose(secret: bytes, kek: bytes, purpose: str) -> bytes:
    """AES-256-GCM; the nonce comes first."""
    nonce = secrets.token_bytes(_NONCE_BYTES)
    return nonce + AESGCM(derived_key(kek, purpose)).encrypt(nonce, secret, purpose.encode())


def disclose(enclosed: bytes, kek: bytes, purpose: str) -> bytes:
    """Raises CryptoUnusable when the KEK is another one, or the bytes were altered."""
    nonce, ciphertext = enclosed[:_NONCE_BYTES], enclosed[_NONCE_BYTES:]
    try:
        return AESGCM(derived_key(kek, purpose)).decrypt(nonce, ciphertext, purpose.encode())
    except (InvalidTag, ValueError) as error:
        raise CryptoUnusable(
            "The bot's encryption keys do not open: the key-encryption key is not the one they were"
            " stored under. Put the old one back into keys.keks, or run: matrix-ppv crypto reset"
        ) from error
