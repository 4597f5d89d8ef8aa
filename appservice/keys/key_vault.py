"""The vault: several key-encryption keys (KEKs), wherever each of them is."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol

from bot.crypto.attachment_cipher import ContentKey
from bot.crypto.envelope import KeyContext, WrappedKey
from bot.errors import KeyUnwrapFailed
from bot.ids import KekId


class Kek(Protocol):
    """One of them. May raise TemporaryError and OperatorError where it is not in this process."""

    async def wrap(self, key: ContentKey, context: KeyContext) -> WrappedKey: ...

    async def unwrap(self, wrapped: WrappedKey, context: KeyContext) -> ContentKey:
        """Raises KeyUnwrapFailed: it was another KEK, or the record was altered."""
        ...


@dataclass(frozen=True, slots=True)
class KekVault:
    """The port `KeyVault`: wraps under the active KEK, unwraps under the one that a record names."""

    keks: Mapping[KekId, Kek]
    active: KekId

    async def wrap(self, key: ContentKey, context: KeyContext) -> WrappedKey:
        return await self.keks[self.active].wrap(key, context)

    async def unwrap(self, wrapped: WrappedKey, context: KeyContext) -> ContentKey:
        """Raises KeyUnwrapFailed, also for a KEK that is not configured here."""
        kek = self.keks.get(wrapped.kek)
        if kek is None:
            raise KeyUnwrapFailed(
                f"blob {context.blob} needs KEK {wrapped.kek}, which is not among the configured keys"
            )
        return await kek.unwrap(wrapped, context)
