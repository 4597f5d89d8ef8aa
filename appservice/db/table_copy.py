"""A database as tables full of rows, for whoever copies all of it."""

from collections.abc import AsyncIterator, Mapping, Sequence
from typing import Protocol

from appservice.db.transaction import Value

VERSIONS = "schema_versions"
"""The one table that is no record of ours."""

Values = tuple[Value, ...]


class Tables(Protocol):
    async def names(self) -> tuple[str, ...]:
        """In the order in which they were made: what a row refers to comes before it."""
        ...

    async def columns(self, table: str) -> tuple[str, ...]: ...

    async def count(self, table: str) -> int: ...


class TableReader(Tables, Protocol):
    """As they are at one moment, whoever writes meanwhile."""

    def rows(self, table: str, columns: Sequence[str]) -> AsyncIterator[list[Values]]:
        """Some at a time."""
        ...

    async def counters(self) -> Mapping[str, int]:
        """By table, the number that its last row got: none is given twice."""
        ...


class TableWriter(Tables, Protocol):
    """Filled as a whole, or not at all."""

    async def add(self, table: str, columns: Sequence[str], rows: Sequence[Values]) -> None: ...

    async def count_on(self, counters: Mapping[str, int]) -> None: ...
