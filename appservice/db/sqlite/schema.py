"""The schema of an SQLite file."""

import asyncio
import sqlite3
from pathlib import Path

import aiosqlite

from appservice.db import schema
from appservice.db.errors import DatabaseUnusable
from appservice.db.schema import SchemaState, Upgraded
from appservice.db.sqlite.errors import classed
from appservice.db.sqlite.functions import FUNCTIONS
from appservice.db.sqlite.sqlite_snapshot import snapshot

_VERSIONS = """
CREATE TABLE schema_versions (
    version INTEGER PRIMARY KEY,
    applied_at TEXT NOT NULL DEFAULT CURRENT_TIMESTAMP
) STRICT;
"""


async def state_of(connection: aiosqlite.Connection) -> SchemaState:
    tables = await connection.execute_fetchall("SELECT name FROM sqlite_master")
    if "schema_versions" not in {row["name"] for row in tables}:
        return SchemaState.FOREIGN if tables else SchemaState.EMPTY
    return schema.state_at(await _version(connection))


async def prepare(connection: aiosqlite.Connection, path: Path, *, create: bool) -> None:
    """Fill it if it is empty and may be made. Raises DatabaseUnusable for any that is not at the newest version."""
    if create:
        await fill(connection)
    else:
        schema.require_head(await state_of(connection), path)


async def fill(connection: aiosqlite.Connection) -> None:
    """If it is empty. Raises DatabaseUnusable for any that is not at the newest version."""
    state = await state_of(connection)
    schema.require_usable(state)
    if state is SchemaState.EMPTY:
        await _upgrade(connection, 0)


async def upgrade(connection: aiosqlite.Connection, path: Path, *, copy: bool) -> Upgraded:
    """Raises DatabaseUnusable."""
    state = await state_of(connection)
    schema.require_ours(state)
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
    scripts = schema.migrations()
    for function in FUNCTIONS:
        await connection.create_function(*function)
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
