"""A key-encryption key in this process, from the configuration."""

from dataclasses import dataclass, field

from bot.crypto import envelope
from bot.crypto.attachment_cipher import ContentKey
from bot.crypto.envelope import KeyContext, WrappedKey
from bot.ids import KekId


@dataclass(frozen=True, slots=True)
class LocalKek:
    id: KekId
    key: bytes = field(repr=False)
    """32 bytes."""

    async def wrap(self, key: ContentKey, context: KeyContext) -> WrappedKey:
        return envelope.wrap(key, context, self.id, self.key)

    async def unwrap(self, wrapped: WrappedKey, context: KeyContext) -> ContentKey:
        return envelope.unwrap(wrapped, context, self.key)
