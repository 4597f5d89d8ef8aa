"""Knowing a file again without knowing it: its HMAC under a key that is kept only wrapped.

Whoever has the records, and not the key-encryption key, can't even tell whether a file that they have is among
those that are sold.
"""

from dataclasses import dataclass

from bot.crypto.attachment_cipher import ContentKey
from bot.crypto.envelope import KeyContext, WrappedKey
from bot.errors import KeyUnwrapFailed
from bot.ids import BlobId, OfferId
from bot.ports import KeyVault, Store

_NAME = "fingerprints"
_CONTEXT = KeyContext(OfferId(""), BlobId("fingerprint key"), b"")


@dataclass(frozen=True, slots=True)
class FingerprintKey:
    store: Store
    vault: KeyVault

    async def key(self) -> bytes:
        """The same for all files. One that no KEK opens any more is replaced: what it knew is not known again."""
        kept = await self._kept()
        if kept is not None:
            try:
                return (await self.vault.unwrap(kept, _CONTEXT)).key
            except KeyUnwrapFailed:
                pass
        fresh = ContentKey.fresh()
        return fresh.key if await self._keep(fresh, instead_of=kept) else await self.key()

    async def move(self) -> None:
        """Under the key-encryption key that is in use now."""
        kept = await self._kept()
        if kept is None or kept.kek == self.vault.active:
            return
        try:
            key = await self.vault.unwrap(kept, _CONTEXT)
        except KeyUnwrapFailed:
            return
        await self._keep(key, instead_of=kept)

    async def need_moving(self) -> bool:
        kept = await self._kept()
        return kept is not None and kept.kek != self.vault.active

    async def _kept(self) -> WrappedKey | None:
        async with self.store.begin() as uow:
            return await uow.operations.data_key(_NAME)

    async def _keep(self, key: ContentKey, *, instead_of: WrappedKey | None) -> bool:
        """False when somebody else was first."""
        wrapped = await self.vault.wrap(key, _CONTEXT)
        async with self.store.begin() as uow:
            if await uow.operations.data_key(_NAME) != instead_of:
                return False
            await uow.operations.save_data_key(_NAME, wrapped)
        return True
