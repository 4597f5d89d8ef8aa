"""The key vault in memory, with key-encryption keys that nobody else has."""

import secrets

from bot.crypto.content import ContentKey
from bot.crypto.envelope import KeyContext, WrappedKey, unwrap, wrap
from bot.errors import KeyUnwrapFailed
from bot.ids import KekId


class MemoryKeyVault:
    def __init__(self) -> None:
        self.active = KekId("memory")
        self.keks = {self.active: secrets.token_bytes(32)}

    def rotate(self, name: str) -> None:
        """Another KEK is used from now on."""
        self.active = KekId(name)
        self.keks[self.active] = secrets.token_bytes(32)

    async def wrap(self, key: ContentKey, context: KeyContext) -> WrappedKey:
        return wrap(key, context, self.active, self.keks[self.active])

    async def unwrap(self, wrapped: WrappedKey, context: KeyContext) -> ContentKey:
        if wrapped.kek not in self.keks:
            raise KeyUnwrapFailed(f"there is no KEK {wrapped.kek}")
        return unwrap(wrapped, context, self.keks[wrapped.kek])
