"""Query plans of SQL statements, read from SQLite with unbound parameters.

A parameter that is not bound is planned as a prepared statement is: a partial index whose condition only
a bound value would prove does not serve (https://www.sqlite.org/partialindex.html).
"""

import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import closing
from functools import cache
from pathlib import Path

from appservice.db.sqlite.functions import FUNCTIONS

MIGRATIONS = Path(__file__).parents[2] / "appservice" / "db" / "migrations"
_NO_TABLE = ("SCAN CONSTANT ROW", "SCAN (", "SCAN json_each", "SCAN held", "SCAN heads")

_SHORT_LIVED = "rows live for minutes or days, and the daily tidy run reads them once"
_ONE_PERSON = "few rows for each person who is signed in; read when that person asks"
_ERASURE = "once for each person who asks to be forgotten"
_OPERATOR = "counts for the operator, at most once per scrape"
_FIRST_ROW = "in the order of an index, and ends at the first row that fits"

LISTED = {
    "DELETE FROM download_sessions WHERE created_at < ?": _SHORT_LIVED,
    "DELETE FROM intercepted_attachments WHERE received_at < ?": _SHORT_LIVED,
    "DELETE FROM login_links WHERE created_at < ?": _SHORT_LIVED,
    "DELETE FROM sessions WHERE created_at < ?": _SHORT_LIVED,
    "DELETE FROM login_links WHERE user_id = ?": _ONE_PERSON,
    "DELETE FROM sessions WHERE user_id = ?": _ONE_PERSON,
    "DELETE FROM widgets WHERE user_id = ?": _ONE_PERSON,
    "SELECT * FROM login_links WHERE user_id = ? ORDER BY created_at, id": _ONE_PERSON,
    "SELECT * FROM sessions WHERE user_id = ? ORDER BY created_at, id": _ONE_PERSON,
    "SELECT * FROM widgets WHERE user_id = ? ORDER BY created_at, id": _ONE_PERSON,
    "SELECT * FROM abuse_reports WHERE reporter_id = ? ORDER BY created_at, id": _ERASURE,
    "DELETE FROM inbox WHERE replace(": _ERASURE,
    "DELETE FROM admin_alerts WHERE replace(": _ERASURE,
    "DELETE FROM jobs WHERE replace(": _ERASURE,
    "DELETE FROM intercepted_attachments WHERE sender_id = ?": _ERASURE,
    "UPDATE abuse_reports SET reporter_id = NULL WHERE reporter_id = ?": _ERASURE,
    "UPDATE abuse_reports SET reporter_id = NULL": "the daily tidy run; reports are few",
    "SELECT * FROM abuse_reports WHERE outcome IS NULL ORDER BY": "all that waits for a decision is shown",
    "SELECT * FROM ledger ORDER BY happened_at, id": "the export of everybody, by an operator",
    "SELECT * FROM jobs WHERE state = 'dead' ORDER BY id": "all failed jobs are shown",
    "DELETE FROM jobs WHERE kind = ? AND state = 'dead' AND id <= (": "dead jobs are few and bounded",
    "SELECT user_id FROM blocks ORDER BY user_id": "all blocked people are shown",
    "SELECT * FROM connected_accounts ORDER BY seller_id": "all connected accounts are shown",
    "SELECT sealed.* FROM sealed JOIN offers": "one row, for the operator's check of the keys",
    "SELECT kek, COUNT(*) AS number FROM (SELECT kek FROM sealed": _OPERATOR,
    "SELECT COUNT(*) AS number FROM deliveries WHERE done_at IS NULL": _OPERATOR,
    "SELECT purchases.* FROM purchases WHERE id IN (SELECT purchase FROM deliveries": "an index of what is not done",
    "SELECT SUM(size) AS number FROM sealed": _OPERATOR,
    "SELECT kind, state, COUNT(*) AS number": _OPERATOR,
    "SELECT movement AS what, COUNT(*) AS number FROM ledger": _OPERATOR,
    "SELECT state AS what, COUNT(session) AS number FROM attempts": _OPERATOR,
    "SELECT state, COUNT(*) AS jobs, MIN(created_at) AS oldest FROM jobs": _OPERATOR,
    "UPDATE jobs SET state = 'waiting', due_at = ? WHERE state = 'running'": "once, at the start",
    "SELECT due_at FROM lane_heads": _FIRST_ROW,
}
"""Statements, by their first words, that may walk through a table, and why."""


def unlisted_scans(statements: Iterable[str]) -> dict[str, tuple[str, ...]]:
    """The tables, or whole indexes, that each statement walks through from end to end."""
    found = {sql: scans(sql) for sql in statements}
    return {sql: steps for sql, steps in found.items() if steps and not _is_listed(sql)}


def _is_listed(sql: str) -> bool:
    return " ".join(sql.split()).startswith(tuple(LISTED))


@cache
def scans(sql: str) -> tuple[str, ...]:
    with closing(_database()) as database:
        return tuple(_scans(database, sql))


def _scans(database: sqlite3.Connection, sql: str) -> Iterator[str]:
    unbound = (None,) * sql.count("?")
    for *_, step in database.execute(f"EXPLAIN QUERY PLAN {sql}", unbound):
        if step.startswith("SCAN ") and not step.startswith(_NO_TABLE):
            yield step


def _database() -> sqlite3.Connection:
    database = sqlite3.connect(":memory:")
    for function in FUNCTIONS:
        database.create_function(*function)
    for migration in sorted(MIGRATIONS.glob("*.sql")):
        database.executescript(migration.read_text())
    return database
