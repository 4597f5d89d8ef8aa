"""A connection to PostgreSQL by psycopg, set up as units of work need it."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import psycopg
from psycopg.adapt import Loader
from psycopg.conninfo import conninfo_to_dict, make_conninfo
from psycopg.rows import DictRow, dict_row

from appservice.db.errors import DatabaseUnusable
from appservice.db.postgres.errors import in_words

Connection = psycopg.AsyncConnection[DictRow]

_OLDEST = 130_000
_DEFAULTS: dict[str, Any] = {
    "application_name": "matrix-ppv",
    "client_encoding": "UTF8",
    "connect_timeout": 5,
    # A server that went without a word is noticed within a minute.
    "keepalives_idle": 20,
    "keepalives_interval": 10,
    "keepalives_count": 3,
    "tcp_user_timeout": 30_000,
}
"""What the address says otherwise goes before (https://www.postgresql.org/docs/current/libpq-connect.html)."""
SESSION = {
    "lock_timeout": "5s",  # for another process that is writing
    "statement_timeout": "30s",
    # Whoever writes keeps all others from it: one that hangs is cut off, and its client that is gone noticed.
    "idle_in_transaction_session_timeout": "60s",
    "tcp_keepalives_idle": "20",
    "tcp_keepalives_interval": "10",
    "tcp_keepalives_count": "3",
}
_SETTINGS = """
    SELECT CASE WHEN current_setting('synchronous_commit') = 'off'
            THEN set_config('synchronous_commit', 'on', false) END,
        current_setting('server_encoding') AS encoding
"""


class _Whole(Loader):
    """SUM of integers is NUMERIC, and whole."""

    def load(self, data: Any) -> int:
        return int(bytes(data))


@asynccontextmanager
async def connected(url: str) -> AsyncIterator[Connection]:
    """Raises DatabaseUnusable, saying why."""
    connection = await connect(url)
    try:
        yield connection
    finally:
        await connection.close()


async def connect(url: str) -> Connection:
    """Transactions are begun by hand. Raises DatabaseUnusable, saying why."""
    try:
        connection = await psycopg.AsyncConnection.connect(
            _conninfo(url), autocommit=True, row_factory=dict_row
        )
    except psycopg.Error as error:
        raise DatabaseUnusable(
            f"The database {place(url)} cannot be reached: {in_words(error)}"
        ) from error
    try:
        connection.adapters.register_loader("numeric", _Whole)
        for name, value in SESSION.items():
            await connection.execute("SELECT set_config(%s, %s, false)", (name, value))
        settings = await (await connection.execute(_SETTINGS)).fetchone()
        _require_fit(connection, settings, url)
    except psycopg.Error as error:
        await connection.close()
        raise DatabaseUnusable(
            f"The database {place(url)} cannot be used: {in_words(error)}"
        ) from error
    except DatabaseUnusable:
        await connection.close()
        raise
    return connection


async def setting(connection: Connection, name: str) -> str:
    """Of the server's, as it holds here."""
    found = await (
        await connection.execute("SELECT current_setting(%s) AS value", (name,))
    ).fetchone()
    return str(found["value"]) if found else ""


def place(url: str) -> str:
    """The address without user and password."""
    try:
        parts = conninfo_to_dict(url)
    except psycopg.Error:
        raise DatabaseUnusable(
            "database.url is no address of PostgreSQL. Write postgresql://user:password@host/name"
        ) from None
    host, port = parts.get("host"), parts.get("port")
    where = f"{host}:{port}" if host and port else host
    return f"“{parts.get('dbname')}”{f' at {where}' if where else ''}"


def _conninfo(url: str) -> str:
    place(url)
    asked: dict[str, Any] = conninfo_to_dict(url)
    return make_conninfo("", **(_DEFAULTS | asked))


def _require_fit(connection: Connection, settings: DictRow | None, url: str) -> None:
    if connection.info.server_version < _OLDEST:
        raise DatabaseUnusable(
            f"The database {place(url)} runs on a PostgreSQL that is too old: 13 or newer is needed."
        )
    if settings is None or settings["encoding"] != "UTF8":
        raise DatabaseUnusable(
            f"The database {place(url)} is not in UTF-8. Make one that is:"
            " CREATE DATABASE … ENCODING 'UTF8' TEMPLATE template0"
        )
