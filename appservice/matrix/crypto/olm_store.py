"""nio's store of one device, and the Olm machine that lives on it."""

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
    """Commits survive a power cut: a ratchet that goes back is one that nobody understands any more."""

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


class Machine:
    """nio's `Olm` of the bot's device; when the device is lost, the same object becomes a new one's."""

    def __init__(self, folder: CryptoFolder) -> None:
        self.folder = folder
        self._store = _opened(folder)
        self.olm = _load(folder, self._store)

    def renew(self) -> None:
        """A new device with a store of its own, which goes on where the old one stopped hearing."""
        token = self._store.load_sync_token()
        self._store.database.close()
        self.folder = self.folder.with_new_device()
        self._store = _opened(self.folder)
        # All who hold it hold the new one from here on.
        self.olm.__init__(self.folder.user, self.folder.device.device, self._store)
        if token:
            self._store.save_sync_token(token)

    def close(self) -> None:
        self._store.database.close()


@contextmanager
def open_machine(folder: CryptoFolder) -> Iterator[Machine]:
    """With everything that it knew. Raises CryptoUnusable when it cannot be opened."""
    machine = Machine(folder)
    try:
        yield machine
    finally:
        machine.close()


def _opened(folder: CryptoFolder) -> _Store:
    # It tells every statement, with all that is stored.
    logging.getLogger("peewee").setLevel(logging.CRITICAL)
    # It logs whole events when it dislikes them, with the keys that they hold.
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
    except ValueError as error:  # vodozemac's: the key does not fit what was locked up
        raise CryptoUnusable(
            f"The store in {folder.path} does not open under the key “{folder.device.kek}”: its bytes"
            " in keys.keks are not what they were. Put them back, or run: matrix-ppv crypto reset"
        ) from error
