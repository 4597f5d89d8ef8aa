"""The key vault in memory, with one key-encryption key that nobody else has."""

import secrets

from bot.crypto.content import ContentKey
from bot.crypto.envelope import KeyContext, WrappedKey, unwrap, wrap
from bot.errors import KeyUnwrapFailed
from bot.ids import KekId

_MEMORY = KekId("memory")


class MemoryKeyVault:
    def __init__(self) -> None:
        self._kek = secrets.token_bytes(32)

    async def wrap(self, key: ContentKey, context: KeyContext) -> WrappedKey:
        return wrap(key, context, _MEMORY, self._kek)

    async def unwrap(self, wrapped: WrappedKey, context: KeyContext) -> ContentKey:
        if wrapped.kek != _MEMORY:
            raise KeyUnwrapFailed(f"there is no KEK {wrapped.kek}")
        return unwrap(wrapped, context, self._kek)
