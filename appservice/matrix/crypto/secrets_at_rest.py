"""Encrypt the bot's own keys at rest, under keys derived from a key-encryption key (KEK)."""

import secrets

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from appservice.matrix.crypto.errors import CryptoUnusable

_NONCE_BYTES = 12


def derive_key(kek: bytes, purpose: str) -> bytes:
    """Return 32 bytes for one purpose by HKDF (RFC 5869), which do not reveal the KEK."""
    info = f"matrix-ppv {purpose}".encode()
    return HKDF(algorithm=SHA256(), length=32, salt=None, info=info).derive(kek)


def encrypt_secret(secret: bytes, kek: bytes, purpose: str) -> bytes:
    """Encrypt by AES-256-GCM. Return nonce and ciphertext."""
    nonce = secrets.token_bytes(_NONCE_BYTES)
    return nonce + AESGCM(derive_key(kek, purpose)).encrypt(nonce, secret, purpose.encode())


def decrypt_secret(encrypted: bytes, kek: bytes, purpose: str) -> bytes:
    """Raise CryptoUnusable if the KEK is another one, or the bytes were altered."""
    nonce, ciphertext = encrypted[:_NONCE_BYTES], encrypted[_NONCE_BYTES:]
    try:
        return AESGCM(derive_key(kek, purpose)).decrypt(nonce, ciphertext, purpose.encode())
    except (InvalidTag, ValueError) as error:
        raise CryptoUnusable(
            "The bot's encryption keys do not open: the key-encryption key is not the one they were"
            " stored under. Put the old one back into keys.keks, or run: matrix-ppv crypto reset"
        ) from error
