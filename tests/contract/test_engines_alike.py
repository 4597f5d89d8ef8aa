"""Both engines end with the same schema, whatever way their SQL takes to it."""

import re
import sqlite3
from collections.abc import Iterable
from contextlib import closing
from pathlib import Path

import psycopg
import pytest

from appservice.db.engines import engine_at
from sandbox.postgres import Cluster
from tests.support.postgres_fixtures import NewDatabase

_TYPES = {
    "bigint": "INTEGER",
    "text": "TEXT",
    "bytea": "BLOB",
    "double precision": "REAL",
}
_COLUMNS = """
    SELECT table_name, column_name, data_type, is_nullable = 'NO', coalesce(column_default, ''), collation_name
    FROM information_schema.columns WHERE table_schema = 'public' ORDER BY table_name, ordinal_position
"""
_INDEXES = """
    SELECT tablename, indexdef FROM pg_indexes WHERE schemaname = 'public'
"""
_TRIGGERS = "SELECT DISTINCT event_object_table, trigger_name, event_manipulation FROM information_schema.triggers"
_REFERENCES = """
    SELECT conrelid::regclass::text, confrelid::regclass::text, confdeltype, array_length(conkey, 1)
    FROM pg_constraint WHERE contype = 'f'
"""
_CHECKS = "SELECT conrelid::regclass::text FROM pg_constraint WHERE contype = 'c' AND conrelid <> 0"


@pytest.fixture
def name(new_database: NewDatabase) -> str:
    return new_database().rpartition("/")[2]


@pytest.fixture
async def file(tmp_path: Path) -> Path:
    path = tmp_path / "ppv.db"
    async with engine_at(f"sqlite:///{path}").opened(alone=False, create=True):
        return path


def ask(file: Path, sql: str) -> list[tuple[object, ...]]:
    with closing(sqlite3.connect(file)) as connection:
        return connection.execute(sql).fetchall()


def tables(file: Path) -> list[str]:
    found = ask(file, "SELECT name FROM sqlite_master WHERE type IN ('table', 'view')")
    return sorted(str(name) for (name,) in found if not str(name).startswith("sqlite_"))


def columns_of_a_list(definition: str) -> list[str]:
    inside = re.search(r"\(([^()]*)\)", definition)
    assert inside, definition
    return [each.strip().strip('"') for each in inside[1].split(",")]


def test_tables_and_columns(cluster: Cluster, name: str, file: Path) -> None:
    ours: list[tuple[object, ...]] = []
    for table in tables(file):
        for _, column, kind, required, default, key in ask(file, f"PRAGMA table_info({table})"):
            ours.append((table, column, kind, bool(required or key), default))
    theirs = []
    views = {view for (view,) in ask(file, "SELECT name FROM sqlite_master WHERE type = 'view'")}
    for table, column, kind, required, default, collation in cluster.run(_COLUMNS, database=name):
        assert (collation == "C") == (kind == "text")
        plain = re.sub(r"::\w+$", "", default) or None
        theirs.append((table, column, _TYPES[kind], required, plain))
    assert len(theirs) > 100

    def known(columns: Iterable[tuple[object, ...]]) -> list[tuple[object, ...]]:
        """A view knows no NOT NULL, and a default that is a function is spelled in each engine's way."""
        return [
            (
                table,
                column,
                kind,
                required or table in views,
                None if column == "applied_at" else default,
            )
            for table, column, kind, required, default in columns
        ]

    assert known(theirs) == known(ours)


def test_indexes(cluster: Cluster, name: str, file: Path) -> None:
    ours = set()
    for table in tables(file):
        for _, index, unique, _, partial in ask(file, f"PRAGMA index_list({table})"):
            columns = [str(row[2]) for row in ask(file, f"PRAGMA index_info({index})")]
            ours.add((table, bool(unique), bool(partial), tuple(columns)))
        single = [row for row in ask(file, f"PRAGMA table_info({table})") if row[5]]
        if (
            len(single) == 1 and single[0][2] == "INTEGER"
        ):  # It is the row's own number, without an index.
            ours.add((table, True, False, (str(single[0][1]),)))
    theirs = {
        (table, "UNIQUE" in sql, " WHERE " in sql, tuple(columns_of_a_list(sql)))
        for table, sql in cluster.run(_INDEXES, database=name)
    }
    assert theirs == ours


def test_references_checks_and_guards(cluster: Cluster, name: str, file: Path) -> None:
    ours, checks = [], 0
    for table in tables(file):
        keys = ask(file, f"PRAGMA foreign_key_list({table})")
        for first in (key for key in keys if key[1] == 0):
            width = len([key for key in keys if key[0] == first[0]])
            ours.append((table, first[2], "c" if first[6] == "CASCADE" else "a", width))
    for (sql,) in ask(file, "SELECT sql FROM sqlite_master WHERE type = 'table'"):
        checks += str(sql).count("CHECK (")
    assert sorted(cluster.run(_REFERENCES, database=name)) == sorted(ours)
    assert len(cluster.run(_CHECKS, database=name)) == checks
    guards = {
        (table, trigger, "UPDATE" if "BEFORE UPDATE" in str(sql) else "DELETE")
        for table, trigger, sql in ask(
            file, "SELECT tbl_name, name, sql FROM sqlite_master WHERE type = 'trigger'"
        )
    }
    assert set(cluster.run(_TRIGGERS, database=name)) == guards


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE ledger SET amount = 1",
        "DELETE FROM ledger",
        "TRUNCATE ledger",
        "TRUNCATE audit_log",
    ],
)
def test_postgresql_lets_nobody_change_the_ledger(cluster: Cluster, name: str, change: str) -> None:
    cluster.run(
        "INSERT INTO ledger (movement, reference, purchase, offer, seller, amount, currency, happened_at)"
        " VALUES ('paid', 'pi_1', 'p1', 'o1', '@sally:test', 500, 'usd', '2026-11-23T12:00:00Z')",
        database=name,
    )
    with pytest.raises(psycopg.errors.RaiseException, match="append-only"):
        cluster.run(change, database=name)
