"""Erasing a person reaches every column that holds a user ID, and the list that says so is true of the schema."""

import re
import sqlite3
from collections.abc import Iterator
from contextlib import closing

import pytest

from appservice.db.repositories.erasure import ERASURE, Effect
from appservice.db.sqlite.functions import FUNCTIONS
from tests.support.query_plans import MIGRATIONS

_OF_PEOPLE = re.compile(r"(user|seller|buyer|sender|reporter|admin|actor|person|owner)(_id)?|who")
"""Names of columns that hold user IDs. New ones end with `_id`."""
_OTHER_IDS = {
    "account_id",
    "attachment_id",
    "edit_id",
    "event_id",
    "offer_id",
    "payment_intent_id",
    "placeholder_event_id",
    "replacement_id",
    "room_id",
}
"""What else is known by an ID. Whoever adds one here has made sure that it tells of no person."""


@pytest.fixture
def database() -> Iterator[sqlite3.Connection]:
    with closing(sqlite3.connect(":memory:")) as database:
        for function in FUNCTIONS:
            database.create_function(*function)
        for migration in sorted(MIGRATIONS.glob("*.sql")):
            database.executescript(migration.read_text())
        yield database


def columns(database: sqlite3.Connection) -> set[tuple[str, str]]:
    return set(
        database.execute(
            "SELECT tables.name, columns.name FROM sqlite_master AS tables"
            " JOIN pragma_table_info(tables.name) AS columns"
            " WHERE tables.type = 'table' AND tables.name NOT LIKE 'sqlite%'"
        )
    )


def of_people(column: str) -> bool:
    return bool(_OF_PEOPLE.fullmatch(column)) or (
        column.endswith("_id") and column not in _OTHER_IDS
    )


def test_each_column_with_a_user_id_says_what_erasure_does(database: sqlite3.Connection) -> None:
    listed = {(each.table, each.name) for each in ERASURE}
    assert len(listed) == len(ERASURE)
    assert {each for each in columns(database) if of_people(each[1])} <= listed
    assert listed <= columns(database)


def test_a_new_table_with_a_user_id_fails_until_the_list_names_it(
    database: sqlite3.Connection,
) -> None:
    database.execute("CREATE TABLE friends (seller_id TEXT, friend_id TEXT, room_id TEXT)")
    new = {each for each in columns(database) if of_people(each[1])} - {
        (each.table, each.name) for each in ERASURE
    }
    assert new == {("friends", "seller_id"), ("friends", "friend_id")}


def test_what_stays_has_a_reason() -> None:
    for each in ERASURE:
        assert bool(each.because) is (each.effect in {Effect.KEPT, Effect.BY_SERVICE})
