"""A vault in this process: the KEKs come from the configuration."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from bot.crypto import envelope
from bot.crypto.content import ContentKey
from bot.crypto.envelope import KeyContext, WrappedKey
from bot.errors import KeyUnwrapFailed
from bot.ids import KekId


@dataclass(frozen=True, slots=True)
class LocalKeyVault:
    """Wraps under the active KEK, unwraps under any of them. A KEK is 32 bytes."""

    keks: Mapping[KekId, bytes] = field(repr=False)
    active: KekId

    async def wrap(self, key: ContentKey, context: KeyContext) -> WrappedKey:
        return envelope.wrap(key, context, self.active, self.keks[self.active])

    async def unwrap(self, wrapped: WrappedKey, context: KeyContext) -> ContentKey:
        """Raises KeyUnwrapFailed: the KEK is not configured here or another one, or the record was altered."""
        kek = self.keks.get(wrapped.kek)
        if kek is None:
            raise KeyUnwrapFailed(
                f"blob {context.blob} needs KEK {wrapped.kek}, which is not among the configured keys"
            )
        return envelope.unwrap(wrapped, context, kek)
