"""The key vault in memory, with key-encryption keys that nobody else has."""

import secrets

from bot.crypto.attachment_cipher import ContentKey
from bot.crypto.envelope import KeyContext, WrappedKey, unwrap, wrap
from bot.errors import KeyUnwrapFailed
from bot.ids import KekId


class MemoryKeyVault:
    def __init__(self, kek: bytes | None = None) -> None:
        self.active = KekId("memory")
        self.keks = {self.active: kek or secrets.token_bytes(32)}

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


class MemoryRecordKey:
    """Lies under the key-encryption key that was active when it was made or moved."""

    def __init__(self, vault: MemoryKeyVault) -> None:
        self.vault = vault
        self.kek = vault.active

    async def need_moving(self) -> bool:
        return self.kek != self.vault.active

    async def move(self) -> None:
        self.kek = self.vault.active


VAULT = MemoryKeyVault(b"k" * 32)
"""One for all tests and processes, so that a database that is opened once more has the same."""
