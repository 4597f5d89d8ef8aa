"""An SQLite connection whose units of work share commits."""

import sqlite3
from dataclasses import dataclass
from pathlib import Path

from appservice.db.errors import DatabaseUnusable
from appservice.db.transaction import Row, Value


def connect(path: Path) -> sqlite3.Connection:
    """Open the file, or make it, readable by its owner only. Raises DatabaseUnusable, saying why.

    WAL with synchronous=FULL: what is committed survives a power cut (https://www.sqlite.org/wal.html).
    """
    try:
        path.touch(mode=0o600)
        connection = sqlite3.connect(path, isolation_level=None, check_same_thread=False)
        connection.execute("PRAGMA journal_mode = WAL")
    except FileNotFoundError as error:
        raise DatabaseUnusable(
            f"The folder {path.absolute().parent} for the database is not there."
            " Create it, or change database.url."
        ) from error
    except (OSError, sqlite3.Error) as error:
        raise DatabaseUnusable(
            f"The database {path.absolute()} cannot be opened: {error}"
        ) from error
    connection.execute("PRAGMA synchronous = FULL")
    connection.execute("PRAGMA foreign_keys = ON")
    connection.row_factory = sqlite3.Row
    return connection


@dataclass(slots=True)
class Group:
    """Units of work that are committed together."""

    settled: bool = False
    failure: sqlite3.Error | None = None


class SqliteSession:
    """Units of work, one after the other, each in a savepoint of the transaction that its group shares.

    To each it looks like a transaction of its own: its failure undoes its own changes only, and it
    holds once the group is committed.
    """

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection
        self._working = False
        self.group: Group | None = None
        """The one that is not committed yet."""

    def open_group(self) -> Group:
        """Raises sqlite3.OperationalError at once while another process is writing."""
        # A deferred transaction that turns to writing fails, or worse, when others have written.
        self._connection.execute("BEGIN IMMEDIATE")
        self.group = Group()
        return self.group

    def begin(self) -> None:
        self._connection.execute("SAVEPOINT unit_of_work")
        self._working = True

    def execute(self, sql: str, values: tuple[Value, ...]) -> list[Row]:
        return self._connection.execute(sql, values).fetchall()

    def release(self) -> None:
        self._connection.execute("RELEASE unit_of_work")
        self._working = False

    def undo(self) -> None:
        """Forget the unit of work, if one has begun."""
        if not self._working:
            return
        self._working = False
        try:
            self._connection.execute("ROLLBACK TO unit_of_work")
            self._connection.execute("RELEASE unit_of_work")
        except sqlite3.Error:
            # On a full disk or the like SQLite rolls all of it back by itself, and the group fails.
            self._roll_back()

    def commit(self) -> None:
        """Waits for the disk. How it went is written on the group."""
        if self.group is None:
            return
        try:
            self._connection.execute("COMMIT")
        except sqlite3.Error as error:
            self._roll_back()
            self.group.failure = error
        self.group.settled = True
        self.group = None

    def close(self) -> None:
        self._connection.close()

    def _roll_back(self) -> None:
        if self._connection.in_transaction:
            self._connection.execute("ROLLBACK")
