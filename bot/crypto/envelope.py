"""Wrapping: a content key under a key-encryption key (KEK), bound to what it opens.

AES-256-GCM with offer, blob and the ciphertext's SHA-256 as additional data. CTR alone can be
altered bit by bit; a key that opens only together with its digest cannot be lent to other bytes.
"""

import secrets
from dataclasses import dataclass, field

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from bot.crypto.attachment_cipher import KEY_BYTES, ContentKey
from bot.errors import KeyUnwrapFailed
from bot.ids import BlobId, KekId, OfferId

_NONCE_BYTES = 12


@dataclass(frozen=True, slots=True)
class KeyContext:
    """What a wrapped key belongs to: it opens in no other place."""

    offer: OfferId
    blob: BlobId
    sha256: bytes

    def additional_data(self) -> bytes:
        return b"\0".join([b"ppv1", self.offer.encode(), self.blob.encode(), self.sha256])


@dataclass(frozen=True, slots=True)
class WrappedKey:
    """A content key as it is stored."""

    kek: KekId
    nonce: bytes = field(repr=False)
    ciphertext: bytes = field(repr=False)


def wrap(key: ContentKey, context: KeyContext, kek_id: KekId, kek: bytes) -> WrappedKey:
    """Encrypt `key` under the 32 bytes of `kek`."""
    nonce = secrets.token_bytes(_NONCE_BYTES)
    sealed = AESGCM(kek).encrypt(nonce, key.key + key.iv, context.additional_data())
    return WrappedKey(kek_id, nonce, sealed)


def unwrap(wrapped: WrappedKey, context: KeyContext, kek: bytes) -> ContentKey:
    """Raises KeyUnwrapFailed when the KEK is another one, or anything was altered."""
    try:
        opened = AESGCM(kek).decrypt(wrapped.nonce, wrapped.ciphertext, context.additional_data())
    except InvalidTag as error:
        raise KeyUnwrapFailed(
            f"the content key of blob {context.blob} does not open under KEK {wrapped.kek}"
        ) from error
    return ContentKey(opened[:KEY_BYTES], opened[KEY_BYTES:])
