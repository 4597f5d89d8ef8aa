"""Encrypt what versions before the record key have stored in clear: once, a few hundred rows at a time."""

from dataclasses import dataclass

from appservice.db.field_cipher import ENCRYPTED, FieldCipher
from appservice.db.group_commit.batched_database import Database
from appservice.db.transaction import Row, Transaction, Value

_ROWS_AT_A_TIME = 500
_VERSION = 2
"""Counts up when a column is added below."""


_DONE = """
    INSERT INTO process_state (id, encrypted_columns) VALUES (1, ?)
    ON CONFLICT (id) DO UPDATE SET encrypted_columns = excluded.encrypted_columns
"""


@dataclass(frozen=True, slots=True)
class Column:
    """One that is encrypted.

    `key` is the primary key of the table, `place` the columns whose values the encryption binds it to, after
    `bound_to`: the first name of table and column, where they were renamed.
    """

    table: str
    name: str
    key: tuple[str, ...]
    place: tuple[str, ...]
    bound_to: str = ""


COLUMNS = (
    Column("jobs", "payload", ("id",), ("kind",)),
    Column("jobs", "last_error", ("id",), ("kind",)),
    Column("intercepted_attachments", "content", ("token",), ("token",), "handovers.content"),
    Column("offers", "text", ("id",), ("id",)),
    *(
        Column("attachments", name, ("offer", "id"), ("offer", "id"))
        for name in ("name", "source", "thumbnail_source", "fault")
    ),
    Column("attempts", "request", ("purchase", "number"), ("purchase", "number")),
    Column("uploads", "name", ("id",), ("id",)),
    Column("abuse_reports", "description", ("id",), ("id",), "reports.words"),
    Column("abuse_reports", "name", ("id",), ("id",), "reports.name"),
    Column("abuse_reports", "email", ("id",), ("id",), "reports.email"),
    Column("abuse_reports", "reason", ("id",), ("id",), "reports.reasons"),
)


async def encrypt_old_rows(database: Database, cipher: FieldCipher) -> None:
    """Killed anywhere, the next start does the rest; meanwhile both kinds of rows can be read."""
    async with database.transaction() as transaction:
        row = await transaction.row("SELECT encrypted_columns FROM process_state WHERE id = 1")
        if row and row["encrypted_columns"] == _VERSION:
            return
    for column in COLUMNS:
        last: tuple[Value, ...] | None = None
        while True:
            async with database.transaction() as transaction:
                rows = await _in_clear(transaction, column, last)
                for row in rows:
                    await _encrypt(transaction, column, cipher, row)
            if len(rows) < _ROWS_AT_A_TIME:
                break
            last = tuple(rows[-1][name] for name in column.key)
    async with database.transaction() as transaction:
        await transaction.run(_DONE, _VERSION)
    await database.scrub()


async def _in_clear(
    transaction: Transaction, column: Column, last: tuple[Value, ...] | None
) -> list[Row]:
    key = ", ".join(column.key)
    wanted = ", ".join(dict.fromkeys((*column.key, *column.place, column.name)))
    after = f" AND ({key}) > ({', '.join('?' * len(column.key))})" if last else ""
    return await transaction.rows(
        f"SELECT {wanted} FROM {column.table}"  # noqa: S608 - names of ours
        f" WHERE {column.name} <> '' AND substr({column.name}, 1, 1) <> ?{after}"
        f" ORDER BY {key} LIMIT {_ROWS_AT_A_TIME}",
        ENCRYPTED,
        *(last or ()),
    )


async def _encrypt(transaction: Transaction, column: Column, cipher: FieldCipher, row: Row) -> None:
    place = (str(row[name]) for name in column.place)
    bound_to = column.bound_to or f"{column.table}.{column.name}"
    encrypted = cipher.encrypt(row[column.name], bound_to, *place)
    found = " AND ".join(f"{name} = ?" for name in column.key)
    await transaction.run(
        f"UPDATE {column.table} SET {column.name} = ? WHERE {found}",  # noqa: S608 - names of ours
        encrypted,
        *(row[name] for name in column.key),
    )
