"""Statements and values as psycopg takes them."""

import re
from enum import Enum
from functools import lru_cache

from appservice.db.group_commit.batched_session import Statement
from appservice.db.transaction import Value

_PLACES = re.compile(r"'(?:[^']|'')*'|\?|%")


def to_psycopg(statement: Statement) -> tuple[str, tuple[Value, ...]]:
    sql, values = statement
    return _with_places(sql), tuple(map(_plain, values))


@lru_cache(maxsize=1000)
def _with_places(sql: str) -> str:
    """`%s` for `?`, but not in quotes; and no other `%` that psycopg would take for one."""

    def place(found: re.Match[str]) -> str:
        return "%s" if found[0] == "?" else found[0].replace("%", "%%")

    return _PLACES.sub(place, sql)


def _plain(value: Value) -> Value:
    """Truth values are integers here, and members of an enumeration are what they say."""
    if isinstance(value, bool):
        return int(value)
    if isinstance(value, Enum) and isinstance(value, str):
        return str(value.value)
    return value
