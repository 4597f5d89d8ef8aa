"""nio's store of the bot's device, and the Olm machine that uses it."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import nio.crypto
import nio.store
import peewee

from appservice.matrix.crypto.errors import CryptoUnusable
from appservice.matrix.crypto.megolm.room_key_store import RoomKeys
from appservice.matrix.crypto.olm_machine import OlmMachine
from appservice.matrix.crypto.store_dir import CryptoFolder


class _Store(nio.store.SqliteStore):  # type: ignore[misc]
    """Commits survive a power cut, because messages of a ratchet that was reset cannot be decrypted."""

    def _create_database(self) -> peewee.SqliteDatabase:
        return peewee.SqliteDatabase(
            self.database_path,
            pragmas={
                "foreign_keys": 1,
                "secure_delete": 1,
                "journal_mode": "wal",
                "synchronous": "full",
            },
        )

    def __post_init__(self) -> None:
        super().__post_init__()
        self.room_keys = RoomKeys.open(self.database, self.pickle_key)

    def forget_session(self, session_id: str) -> None:
        """Delete an Olm session."""
        self.database.execute_sql("DELETE FROM olmsessions WHERE session_id = ?", (session_id,))


class OlmDevice:
    """nio's `Olm` and store of the bot's device. `replace_device` keeps the same `olm` object."""

    def __init__(self, folder: CryptoFolder) -> None:
        self.folder = folder
        self._store = _open_store(folder)
        self.olm = _load(folder, self._store)

    def replace_device(self) -> None:
        """Create a new device with its own store, which continues at the sync token of the old one."""
        token = self._store.load_sync_token()
        self._store.database.close()
        self.folder = self.folder.with_new_device()
        self._store = _open_store(self.folder)
        # Initialized in place, because other objects hold a reference to it.
        self.olm.__init__(self.folder.user, self.folder.device.device, self._store)
        if token:
            self._store.save_sync_token(token)

    def close(self) -> None:
        self._store.database.close()


@contextmanager
def open_olm_device(folder: CryptoFolder) -> Iterator[OlmDevice]:
    """Raise CryptoUnusable if the store cannot be opened."""
    device = OlmDevice(folder)
    try:
        yield device
    finally:
        device.close()


def _open_store(folder: CryptoFolder) -> _Store:
    # It logs every statement with its values.
    logging.getLogger("peewee").setLevel(logging.CRITICAL)
    # It logs invalid events in full, with the keys in them.
    logging.getLogger("nio").setLevel(logging.CRITICAL)
    pickle_key = folder.store_key.hex()
    try:
        return _Store(
            folder.user, folder.device.device, str(folder.path), pickle_key, folder.store_name
        )
    except peewee.PeeweeException as error:
        raise CryptoUnusable(
            f"The store in {folder.path} cannot be opened ({error}). Restore it from a backup,"
            " or run: matrix-ppv crypto reset"
        ) from error


def _load(folder: CryptoFolder, store: _Store) -> Any:
    try:
        return OlmMachine(folder.user, folder.device.device, store)
    except ValueError as error:  # raised by vodozemac: the pickle key is wrong
        raise CryptoUnusable(
            f"The store in {folder.path} does not open under the key “{folder.device.kek}”: its bytes"
            " in keys.keks are not what they were. Put them back, or run: matrix-ppv crypto reset"
        ) from error
