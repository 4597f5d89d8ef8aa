"""The versions of the database: numbered SQL files, each applied once, whole or not at all."""

import sqlite3
from contextlib import closing
from enum import StrEnum
from pathlib import Path

from appservice.db.errors import DatabaseUnusable, classed
from appservice.db.location import sqlite_path
from appservice.db.sqlite import connect

_VERSIONS = """
CREATE TABLE schema_versions (
    version INTEGER PRIMARY KEY,
    applied_at TEXT NOT NULL DEFAULT CURRENT_TIMESTAMP
) STRICT;
"""


class SchemaState(StrEnum):
    """How a database stands to this code."""

    EMPTY = "empty"
    BEHIND = "behind"
    HEAD = "head"
    NEWER = "newer"
    FOREIGN = "foreign"
    """Somebody else's."""


def migrations() -> list[str]:
    """The SQL of every version, from 1 on."""
    scripts = sorted(Path(__file__).with_name("migrations").glob("*.sql"))
    return [script.read_text(encoding="utf-8") for script in scripts]


def state_of(connection: sqlite3.Connection) -> SchemaState:
    tables = {row[0] for row in connection.execute("SELECT name FROM sqlite_master")}
    if "schema_versions" not in tables:
        return SchemaState.FOREIGN if tables else SchemaState.EMPTY
    version, head = _version(connection), len(migrations())
    if version == head:
        return SchemaState.HEAD
    return SchemaState.BEHIND if version < head else SchemaState.NEWER


def open_at_head(path: Path) -> sqlite3.Connection:
    """An empty database is filled. Raises DatabaseUnusable for any that is not at the newest version."""
    connection = connect(path)
    try:
        _bring_to_head(connection)
    except BaseException:
        connection.close()
        raise
    return connection


def upgrade(url: str) -> int:
    """Bring the database to the newest version, which is returned. Raises DatabaseUnusable."""
    with closing(connect(sqlite_path(url))) as connection:
        state = state_of(connection)
        _require_ours(state)
        return _upgrade(connection, 0 if state is SchemaState.EMPTY else _version(connection))


def schema_state(url: str) -> SchemaState:
    """How the database stands; it is created when it is not there. Raises DatabaseUnusable."""
    with closing(connect(sqlite_path(url))) as connection:
        return state_of(connection)


def _bring_to_head(connection: sqlite3.Connection) -> None:
    state = state_of(connection)
    if state is SchemaState.BEHIND:
        raise DatabaseUnusable(
            "The database was made by an older version of matrix-ppv."
            " Copy its file to a safe place, then run: matrix-ppv db upgrade"
        )
    _require_ours(state)
    if state is SchemaState.EMPTY:
        _upgrade(connection, 0)


def _version(connection: sqlite3.Connection) -> int:
    version: int = connection.execute("SELECT MAX(version) FROM schema_versions").fetchone()[0]
    return version


def _upgrade(connection: sqlite3.Connection, present: int) -> int:
    scripts = migrations()
    for version in range(present + 1, len(scripts) + 1):
        first = _VERSIONS if version == 1 else ""
        record = f"INSERT INTO schema_versions (version) VALUES ({version});"  # noqa: S608 - a number of ours
        try:
            connection.executescript(
                f"BEGIN IMMEDIATE;{first}{record}{scripts[version - 1]}COMMIT;"
            )
        except sqlite3.Error as error:
            if connection.in_transaction:
                connection.execute("ROLLBACK")
            raise classed(error) from error
    return len(scripts)


def _require_ours(state: SchemaState) -> None:
    if state is SchemaState.NEWER:
        raise DatabaseUnusable(
            "The database was made by a newer version of matrix-ppv."
            " Install that version again, or restore the backup from before the upgrade."
        )
    if state is SchemaState.FOREIGN:
        raise DatabaseUnusable(
            "The database belongs to another program. Give matrix-ppv a file of its own in database.url."
        )
