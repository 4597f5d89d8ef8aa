"""The versions of the database: numbered SQL files, each applied once, whole or not at all."""

import asyncio
import sqlite3
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

import aiosqlite

from appservice.db.errors import DatabaseUnusable, classed
from appservice.db.location import sqlite_path
from appservice.db.snapshot import snapshot
from appservice.db.sqlite import connected

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


async def state_of(connection: aiosqlite.Connection) -> SchemaState:
    tables = await connection.execute_fetchall("SELECT name FROM sqlite_master")
    if "schema_versions" not in {row["name"] for row in tables}:
        return SchemaState.FOREIGN if tables else SchemaState.EMPTY
    version, head = await _version(connection), len(migrations())
    if version == head:
        return SchemaState.HEAD
    return SchemaState.BEHIND if version < head else SchemaState.NEWER


async def fill(connection: aiosqlite.Connection) -> None:
    """If it is empty. Raises DatabaseUnusable for any that is not at the newest version."""
    state = await state_of(connection)
    if state is SchemaState.BEHIND:
        raise DatabaseUnusable(
            "The database was made by an older version of matrix-ppv. Run: matrix-ppv db upgrade"
        )
    _require_ours(state)
    if state is SchemaState.EMPTY:
        await _upgrade(connection, 0)


@dataclass(frozen=True, slots=True)
class Upgraded:
    """How an upgrade ended."""

    version: int
    """The newest."""
    copy: Path | None
    """The database as it was before; None where nothing was to be done, or no copy was wanted."""


def upgrade(url: str, *, copy: bool = True) -> Upgraded:
    """Bring the database to the newest version, after a copy of it. Raises DatabaseUnusable.

    For the command line: it runs an event loop of its own.
    """
    return asyncio.run(_upgrade_file(sqlite_path(url), copy=copy))


async def _upgrade_file(path: Path, *, copy: bool) -> Upgraded:
    async with connected(path) as connection:
        state = await state_of(connection)
        _require_ours(state)
        present = 0 if state is SchemaState.EMPTY else await _version(connection)
        wanted = copy and state is SchemaState.BEHIND
        kept = await asyncio.to_thread(_copied, path, present) if wanted else None
        return Upgraded(await _upgrade(connection, present), kept)


def _copied(path: Path, version: int) -> Path:
    """A whole copy beside the database, or none; nobody else may read it."""
    copy = path.with_name(f"{path.name}.version-{version}")
    partial = path.with_name(f"{copy.name}.partial")
    try:
        partial.unlink(missing_ok=True)
        partial.touch(mode=0o600)
        snapshot(path, partial)
        partial.replace(copy)
    except (OSError, sqlite3.Error) as error:
        partial.unlink(missing_ok=True)
        raise DatabaseUnusable(
            f"No copy of the database could be made ({error}), so it was not upgraded. Make room beside it,"
            " or copy it yourself and say --no-copy."
        ) from error
    return copy


async def _version(connection: aiosqlite.Connection) -> int:
    (row,) = await connection.execute_fetchall("SELECT MAX(version) AS newest FROM schema_versions")
    version: int = row["newest"]
    return version


async def _upgrade(connection: aiosqlite.Connection, present: int) -> int:
    scripts = migrations()
    for version in range(present + 1, len(scripts) + 1):
        first = _VERSIONS if version == 1 else ""
        record = f"INSERT INTO schema_versions (version) VALUES ({version});"  # noqa: S608 - a number of ours
        try:
            await connection.executescript(
                f"BEGIN IMMEDIATE;{first}{record}{scripts[version - 1]}COMMIT;"
            )
        except aiosqlite.Error as error:
            await connection.rollback()
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
