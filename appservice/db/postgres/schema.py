"""The schema of a PostgreSQL database."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import psycopg

from appservice.db import schema
from appservice.db.errors import DatabaseUnusable
from appservice.db.postgres.errors import classed, in_words
from appservice.db.postgres.instance_lock import begin_writing, run_alone
from appservice.db.postgres.pg_connection import Connection
from appservice.db.postgres.pg_translation import translated
from appservice.db.schema import SchemaState, Upgraded

_VERSIONS = """
CREATE TABLE schema_versions (
    version BIGINT PRIMARY KEY,
    applied_at TEXT COLLATE "C" NOT NULL DEFAULT to_char(now() AT TIME ZONE 'UTC', 'YYYY-MM-DD HH24:MI:SS')
);
"""
_TABLES = """
    SELECT relname FROM pg_class
    WHERE relnamespace = current_schema()::regnamespace AND relkind IN ('r', 'p', 'v', 'm', 'f')
        AND NOT EXISTS (SELECT 1 FROM pg_depend WHERE objid = pg_class.oid AND deptype = 'e')
"""
_NO_COPY = """\
The database was not upgraded: matrix-ppv makes no copy of a PostgreSQL database. Make one yourself,
    pg_dump --format=custom --file=ppv.dump {name}
and then run
    matrix-ppv db upgrade --no-copy\
"""


async def state_of(connection: Connection) -> SchemaState:
    tables = {row["relname"] async for row in await connection.execute(_TABLES)}
    if "schema_versions" not in tables:
        return SchemaState.FOREIGN if tables else SchemaState.EMPTY
    return schema.state_at(await _version(connection))


async def fill(connection: Connection) -> None:
    """If it is empty. Raises DatabaseUnusable for any that is not at the newest version."""
    state = await state_of(connection)
    if state is SchemaState.EMPTY:
        async with alone(connection):
            state = await state_of(connection)  # Another process may have been first.
            if state is SchemaState.EMPTY:
                await apply(connection, 0)
                return
    schema.require_usable(state)


async def upgrade(connection: Connection, *, copy: bool) -> Upgraded:
    """All of it or nothing, with no matrix-ppv running. Raises DatabaseUnusable."""
    await run_alone(connection)
    async with alone(connection):
        state = await state_of(connection)
        schema.require_ours(state)
        if state is SchemaState.BEHIND and copy:
            raise DatabaseUnusable(_NO_COPY.format(name=connection.info.dbname))
        await connection.execute("SET LOCAL statement_timeout = 0")
        present = 0 if state is SchemaState.EMPTY else await _version(connection)
        return Upgraded(await apply(connection, present), None)


async def apply(connection: Connection, present: int) -> int:
    """Every version after `present`, in the transaction that is open; the newest."""
    written = scripts()
    for version in range(present + 1, len(written) + 1):
        first = _VERSIONS if version == 1 else ""
        record = f"INSERT INTO schema_versions (version) VALUES ({version});"  # noqa: S608 - a number of ours
        await connection.execute(f"{first}{record}{written[version - 1]}".encode())
    return len(written)


def scripts() -> list[str]:
    """The SQL of every version: a file of PostgreSQL's own, or what both engines share, translated."""
    own = {int(each.name[:4]): each for each in (schema.FOLDER / "postgres").glob("*.sql")}
    return [
        own[version].read_text("utf-8") if version in own else translated(shared)
        for version, shared in enumerate(schema.migrations(), 1)
    ]


async def _version(connection: Connection) -> int:
    row = await (
        await connection.execute("SELECT MAX(version) AS newest FROM schema_versions")
    ).fetchone()
    return int(row["newest"]) if row else 0


@asynccontextmanager
async def alone(connection: Connection) -> AsyncIterator[None]:
    """In one transaction, which is undone when the block raises. Raises what `classed` makes of an error."""
    try:
        await begin_writing(connection)
        yield
        await connection.execute("COMMIT")
    except psycopg.errors.InsufficientPrivilege as error:
        await connection.execute("ROLLBACK")
        raise DatabaseUnusable(
            f"The user of the database may make no tables in it ({in_words(error)}). Make it the owner:"
            f" ALTER DATABASE {connection.info.dbname} OWNER TO {connection.info.user}"
        ) from error
    except BaseException as error:
        if not connection.closed:
            await connection.execute("ROLLBACK")
        if isinstance(error, psycopg.Error):
            raise classed(error) from error
        raise
