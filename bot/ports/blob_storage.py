"""What is kept of the goods: ciphertexts, and the keys that open them."""

from collections.abc import AsyncIterator
from datetime import datetime
from typing import Protocol

from bot.crypto.attachment_cipher import ContentKey
from bot.crypto.envelope import KeyContext, WrappedKey
from bot.ids import BlobId, KekId


class BlobStore(Protocol):
    """Ciphertexts. A blob is whole or not there."""

    async def put(self, blob: BlobId, chunks: AsyncIterator[bytes]) -> int:
        """The size in bytes. What was there under that id is replaced."""
        ...

    def read(self, blob: BlobId, start: int = 0) -> AsyncIterator[bytes]:
        """From that byte on. Raises OperatorError when there is no such blob."""
        ...

    async def delete(self, blob: BlobId) -> None: ...

    def put_before(self, moment: datetime) -> AsyncIterator[BlobId]:
        """All that have been there since before then."""
        ...


class KeyVault(Protocol):
    """Wraps and unwraps content keys; the only one who knows the key-encryption keys."""

    @property
    def active(self) -> KekId:
        """The one that `wrap` wraps under."""
        ...

    async def wrap(self, key: ContentKey, context: KeyContext) -> WrappedKey: ...

    async def unwrap(self, wrapped: WrappedKey, context: KeyContext) -> ContentKey:
        """Raises KeyUnwrapFailed."""
        ...


class RewrappableKey(Protocol):
    """A key of the program's own that lies wrapped, beside those of the goods."""

    async def need_moving(self) -> bool:
        """Whether it lies under another key-encryption key than the active one."""
        ...

    async def move(self) -> None:
        """Wrap it under the active key-encryption key."""
        ...
