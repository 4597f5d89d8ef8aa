"""nio's store of one device, and the Olm machine that lives on it."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import nio.crypto
import nio.store
import peewee

from appservice.matrix.crypto.errors import CryptoUnusable
from appservice.matrix.crypto.folder import CryptoFolder
from appservice.matrix.crypto.secrets_at_rest import derived_key

_PURPOSE = "olm store"


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


@contextmanager
def open_olm(folder: CryptoFolder) -> Iterator[Any]:
    """nio's `Olm`, with everything that it knew. Raises CryptoUnusable when it cannot be opened."""
    # It tells every statement, with all that is stored.
    logging.getLogger("peewee").setLevel(logging.CRITICAL)
    pickle_key = derived_key(folder.kek, _PURPOSE).hex()
    try:
        store = _Store(
            folder.user, folder.device.device, str(folder.path), pickle_key, folder.store_name
        )
    except peewee.PeeweeException as error:
        raise CryptoUnusable(
            f"The store in {folder.path} cannot be opened ({error}). Restore it from a backup,"
            " or run: matrix-ppv crypto reset"
        ) from error
    try:
        yield _load(folder, store)
    finally:
        store.database.close()


def _load(folder: CryptoFolder, store: _Store) -> Any:
    try:
        return nio.crypto.Olm(folder.user, folder.device.device, store)
    except ValueError as error:  # vodozemac's: the key does not fit what was locked up
        raise CryptoUnusable(
            f"The store in {folder.path} does not open under the key “{folder.device.kek}”: its bytes"
            " in keys.keks are not what they were. Put them back, or run: matrix-ppv crypto reset"
        ) from error
