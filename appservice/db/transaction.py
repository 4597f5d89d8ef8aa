"""What the repositories need of a database engine. Their SQL stays inside what SQLite and PostgreSQL share."""

from typing import Any, Protocol

Value = str | int | float | bytes | None


class Row(Protocol):
    """A row of a result: columns by name."""

    def __getitem__(self, column: str, /) -> Any: ...


class Transaction(Protocol):
    """The statements of one unit of work. Parameters are written as `?`."""

    async def run(self, sql: str, *values: Value) -> None:
        """A statement that returns nothing. Its error may come with a later one, or with the end."""
        ...

    async def rows(self, sql: str, *values: Value) -> list[Row]:
        """A statement, and what it returns."""
        ...

    async def row(self, sql: str, *values: Value) -> Row | None:
        """The first row that a statement returns."""
        ...
