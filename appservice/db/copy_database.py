"""All records from one database into another: one moment of the one, all or nothing in the other."""

from collections.abc import Callable

from appservice.db.engine import Engine
from appservice.db.table_copy import VERSIONS, TableReader, TableWriter
from bot.errors import OperatorError


async def copy(
    source: Engine, target: Engine, tell: Callable[[str, int], None] = lambda _table, _rows: None
) -> int:
    """How many rows there were; `tell` hears of each table and its rows when it is done.

    Raises DatabaseUnusable for a source that is not at the newest version or a target that is not empty,
    TemporaryError and OperatorError for what goes wrong; the target is as it was before then.
    """
    total = 0
    async with source.reading() as full, target.writing() as empty:
        names = await full.names()
        if set(names) != set(await empty.names()):
            raise OperatorError(
                "the two databases have different tables: one of them was changed by hand"
            )
        for name in names:
            if name != VERSIONS:
                rows = await _copy_table(full, empty, name)
                tell(name, rows)
                total += rows
        await empty.count_on(await full.counters())
    return total


async def _copy_table(full: TableReader, empty: TableWriter, name: str) -> int:
    columns = await full.columns(name)
    if set(columns) != set(await empty.columns(name)):
        raise OperatorError(f"the two databases have different columns in {name}")
    async for rows in full.rows(name, columns):
        await empty.add(name, columns, rows)
    wanted, found = await full.count(name), await empty.count(name)
    if wanted != found:
        raise OperatorError(f"of {wanted} rows of {name}, {found} arrived")
    return wanted
