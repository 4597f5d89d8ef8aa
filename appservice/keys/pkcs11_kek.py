"""A key-encryption key that never leaves its token.

An AES key wraps as one from the configuration does, by AES-256-GCM in the token. Tokens without GCM, or
that insist on nonces of their own, take a generic secret: HMAC-SHA-256 in the token over the nonce and what
the key is bound to gives a key for that one record, and AES-256-GCM happens here.
"""

import secrets
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pkcs11
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from pkcs11 import Attribute, GCMParams, KeyType, Mechanism

from appservice.keys.pkcs11_token import Token
from bot.crypto.attachment_cipher import KEY_BYTES, ContentKey
from bot.crypto.envelope import KeyContext, WrappedKey
from bot.errors import KeyUnwrapFailed
from bot.ids import KekId

_NONCE_BYTES = 12
_TAG_BITS = 128
_FOR_ONE_RECORD = b"matrix-ppv record key\0"


class _Altered(Exception):
    """It does not open, though the token is well."""


@dataclass(frozen=True, slots=True)
class Nature:
    """What a key in a token is like."""

    way: str
    """How it encrypts, in words."""
    stays: bool
    """It cannot be taken out."""


@dataclass(frozen=True, slots=True)
class TokenKek:
    id: KekId
    token: Token
    label: str

    async def wrap(self, key: ContentKey, context: KeyContext) -> WrappedKey:
        nonce, sealed = await self.seal(key.key + key.iv, context.additional_data())
        return WrappedKey(self.id, nonce, sealed)

    async def unwrap(self, wrapped: WrappedKey, context: KeyContext) -> ContentKey:
        try:
            opened = await self.open(wrapped.nonce, wrapped.ciphertext, context.additional_data())
        except KeyUnwrapFailed as error:
            raise KeyUnwrapFailed(
                f"the content key of blob {context.blob} does not open under KEK {wrapped.kek}"
            ) from error
        return ContentKey(opened[:KEY_BYTES], opened[KEY_BYTES:])

    async def seal(self, plain: bytes, bound_to: bytes) -> tuple[bytes, bytes]:
        """Nonce and ciphertext."""
        nonce = secrets.token_bytes(_NONCE_BYTES)
        return nonce, await self.token.use(self.label, _sealing(nonce, plain, bound_to))

    async def open(self, nonce: bytes, sealed: bytes, bound_to: bytes) -> bytes:
        """Raises KeyUnwrapFailed: it was sealed under another key or for something else, or was altered."""
        try:
            return await self.token.use(self.label, _opening(nonce, sealed, bound_to))
        except _Altered as error:
            raise KeyUnwrapFailed(f"it does not open under KEK {self.id}") from error

    async def nature(self) -> Nature:
        return await self.token.use(self.label, _nature)


def _sealing(nonce: bytes, plain: bytes, bound_to: bytes) -> Callable[[Any], bytes]:
    def seal(key: Any) -> bytes:
        if key.key_type == KeyType.AES:
            sealed: bytes = key.encrypt(plain, **_gcm(nonce, bound_to))
            return sealed
        return _for_record(key, nonce, bound_to).encrypt(nonce, plain, bound_to)

    return seal


def _opening(nonce: bytes, sealed: bytes, bound_to: bytes) -> Callable[[Any], bytes]:
    def open_(key: Any) -> bytes:
        if key.key_type != KeyType.AES:
            try:
                return _for_record(key, nonce, bound_to).decrypt(nonce, sealed, bound_to)
            except (InvalidTag, ValueError) as error:
                raise _Altered from error
        try:
            opened: bytes = key.decrypt(sealed, **_gcm(nonce, bound_to))
        except pkcs11.PKCS11Error as error:
            # Tokens disagree on how a wrong tag is called, and some call it like a fault of theirs.
            _require_well(key)
            raise _Altered from error
        return opened

    return open_


def _require_well(key: Any) -> None:
    """Raises what the token raises if it is not."""
    nonce = secrets.token_bytes(_NONCE_BYTES)
    key.decrypt(key.encrypt(nonce, **_gcm(nonce, nonce)), **_gcm(nonce, nonce))


def _for_record(key: Any, nonce: bytes, bound_to: bytes) -> AESGCM:
    data = _FOR_ONE_RECORD + nonce + bound_to
    return AESGCM(key.sign(data, mechanism=Mechanism.SHA256_HMAC))


def _gcm(nonce: bytes, bound_to: bytes) -> dict[str, Any]:
    params = GCMParams(nonce, aad=bound_to, tag_bits=_TAG_BITS)
    return {"mechanism": Mechanism.AES_GCM, "mechanism_param": params}


def _nature(key: Any) -> Nature:
    way = "AES-GCM" if key.key_type == KeyType.AES else "HMAC-SHA-256"
    return Nature(way, bool(key[Attribute.SENSITIVE] and not key[Attribute.EXTRACTABLE]))
