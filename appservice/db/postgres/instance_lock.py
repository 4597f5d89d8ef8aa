"""Who may write, and who may run: advisory locks, each of one database."""

import psycopg

from appservice.db.errors import DatabaseUnusable
from appservice.db.group_commit.batched_session import Statement
from appservice.db.postgres.pg_connection import Connection

_WRITING, _RUNNING = 0x70707601, 0x70707602
"""No other program's, as far as one can choose numbers that nobody else does."""
BEGIN_WRITING: tuple[Statement, ...] = (
    ("BEGIN", ()),
    (f"SELECT pg_advisory_xact_lock({_WRITING})", ()),
)


async def begin_writing(connection: Connection) -> None:
    for sql, _ in BEGIN_WRITING:
        await connection.execute(sql.encode())


async def run_alone(connection: Connection) -> None:
    """Until the connection ends. Raises DatabaseUnusable when another matrix-ppv does not go."""
    try:
        await connection.execute(f"SELECT pg_advisory_lock({_RUNNING})".encode())
    except psycopg.errors.LockNotAvailable as error:
        raise DatabaseUnusable(
            "Another matrix-ppv is running on this database. Stop it first: one at a time may."
        ) from error
