"""All rows of a database, to look for something in them."""

from typing import Any

from appservice.db.store import SqlStore

OF_A_TEST = "/* of a test */"
_SQLITE = "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite%'"
_POSTGRES = "SELECT tablename AS name FROM pg_tables WHERE schemaname = current_schema()"


async def columns_with(store: SqlStore, text: str) -> set[tuple[str, str]]:
    """The columns, by table and name, of which a value contains that text as a word or an end of one."""
    found = set()
    async with store._database.transaction() as transaction:
        names = _SQLITE if "Sqlite" in type(store._database._session).__name__ else _POSTGRES
        for table in await transaction.rows(f"{OF_A_TEST} {names}"):
            rows: list[Any] = await transaction.rows(f"{OF_A_TEST} SELECT * FROM {table['name']}")  # noqa: S608
            for row in rows:
                for column, value in dict(row).items():
                    if f" {value} ".replace(":@", " @").find(f" {text} ") >= 0:
                        found.add((table["name"], column))
    return found
