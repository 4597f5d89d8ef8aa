"""Sealing a file that comes in parts, each for itself: AES-256-GCM under the key of its upload.

A part is there whole or not at all, and says at which byte of which upload it stands. Its nonce is
random, so a part that is sent once more, after a crash, never meets the same key stream again.
"""

import secrets

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from bot.crypto.attachment_cipher import ContentKey
from bot.errors import OperatorError

_NONCE_BYTES = 12


def encrypt_part(key: ContentKey, upload: str, place: str, plaintext: bytes) -> bytes:
    """`place`: where in the upload it belongs; it opens at no other."""
    nonce = secrets.token_bytes(_NONCE_BYTES)
    return nonce + AESGCM(key.key).encrypt(nonce, plaintext, _belongs(upload, place))


def decrypt_part(key: ContentKey, upload: str, place: str, sealed: bytes) -> bytes:
    """Raises OperatorError for what was altered, or belongs elsewhere."""
    nonce, ciphertext = sealed[:_NONCE_BYTES], sealed[_NONCE_BYTES:]
    try:
        return AESGCM(key.key).decrypt(nonce, ciphertext, _belongs(upload, place))
    except (InvalidTag, ValueError) as error:  # The latter of what is shorter than a nonce.
        raise OperatorError(f"a part of upload {upload} is damaged: {place}") from error


def _belongs(upload: str, place: str) -> bytes:
    return b"\0".join([b"ppv part 1", upload.encode(), place.encode()])
