"""The key of the encrypted columns: random, stored wrapped under a key-encryption key (KEK), held in memory."""

from appservice.db.field_cipher import FieldCipher, ShutFieldCipher, SivFieldCipher
from appservice.db.group_commit.batched_database import Database
from appservice.db.transaction import Row
from bot.crypto.attachment_cipher import ContentKey
from bot.crypto.envelope import KeyContext, WrappedKey
from bot.errors import KeyUnwrapFailed, OperatorError, PpvError
from bot.ids import BlobId, KekId, OfferId
from bot.ports import KeyVault

_NAME = "records"
_CONTEXT = KeyContext(OfferId(""), BlobId("record key"), b"")
_ADD = """
    INSERT INTO data_keys (name, kek, nonce, wrapped_key) VALUES (?, ?, ?, ?) ON CONFLICT (name) DO NOTHING
"""
_REPLACE = (
    "UPDATE data_keys SET kek = ?, nonce = ?, wrapped_key = ? WHERE name = ? AND wrapped_key = ?"
)


class RecordKey:
    """The vault is asked once, at the first use: a token may be far away."""

    def __init__(self, database: Database, vault: KeyVault) -> None:
        self._database = database
        self._vault = vault
        self._cipher: FieldCipher | None = None

    async def cipher(self) -> FieldCipher:
        """Return one that raises what went wrong if the key cannot be had. Raises what the database raises."""
        if self._cipher is None:
            stored = await self._stored() or await self._first()
            try:
                self._cipher = SivFieldCipher((await self._unwrapped(stored)).key)
            except PpvError as error:
                return ShutFieldCipher(error)
        return self._cipher

    async def require(self) -> FieldCipher:
        """Raises OperatorError when no configured KEK opens the key, TemporaryError when a token is away."""
        cipher = await self.cipher()
        if isinstance(cipher, ShutFieldCipher):
            raise cipher.why
        return cipher

    async def kek(self) -> KekId | None:
        """Return the KEK that the key lies under; None before the first use."""
        stored = await self._stored()
        return stored.kek if stored else None

    async def need_moving(self) -> bool:
        return await self.kek() not in {None, self._vault.active}

    async def move(self) -> None:
        """Wrap the key under the KEK that is in use now. Raises OperatorError and TemporaryError."""
        stored = await self._stored()
        if stored is None or stored.kek == self._vault.active:
            return
        moved = await self._vault.wrap(await self._unwrapped(stored), _CONTEXT)
        async with self._database.transaction() as transaction:
            await transaction.run(
                _REPLACE, moved.kek, moved.nonce, moved.ciphertext, _NAME, stored.ciphertext
            )

    async def _first(self) -> WrappedKey:
        """Another process may be first: then it is that one's."""
        fresh = await self._vault.wrap(ContentKey.fresh(), _CONTEXT)
        async with self._database.transaction() as transaction:
            await transaction.run(_ADD, _NAME, fresh.kek, fresh.nonce, fresh.ciphertext)
        return await self._stored() or fresh

    async def _stored(self) -> WrappedKey | None:
        async with self._database.transaction() as transaction:
            row = await transaction.row("SELECT * FROM data_keys WHERE name = ?", _NAME)
        return _wrapped(row) if row else None

    async def _unwrapped(self, stored: WrappedKey) -> ContentKey:
        try:
            return await self._vault.unwrap(stored, _CONTEXT)
        except KeyUnwrapFailed as error:
            raise OperatorError(
                f"the records are encrypted under the key-encryption key “{stored.kek}”, and what keys.keks"
                " has under that name does not open them: put the right one back"
            ) from error


def _wrapped(row: Row) -> WrappedKey:
    return WrappedKey(KekId(row["kek"]), row["nonce"], row["wrapped_key"])
