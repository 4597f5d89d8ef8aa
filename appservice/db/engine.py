"""The kinds of databases that the records may lie in."""

from contextlib import AbstractAsyncContextManager
from pathlib import Path
from typing import Protocol

from appservice.db.group_commit.batched_session import Session
from appservice.db.schema import SchemaState, Upgraded
from appservice.db.table_copy import TableReader, TableWriter


class Engine(Protocol):
    """A database at its address. Everything here raises DatabaseUnusable, saying why."""

    def opened(self, *, alone: bool, create: bool) -> AbstractAsyncContextManager[Session]:
        """Open it at the newest version. `alone` keeps all others from that, as far as it can.

        With `create` an empty or missing database is filled; without it, it is refused and left as it is.
        """
        ...

    async def state(self) -> SchemaState: ...

    def reading(self) -> AbstractAsyncContextManager[TableReader]:
        """Of one at the newest version."""
        ...

    def writing(self) -> AbstractAsyncContextManager[TableWriter]:
        """Of one that holds nothing, and that nobody else uses meanwhile."""
        ...

    async def save_to(self, file: Path) -> None:
        """Everything as it is at one moment, in an SQLite file. Raises OSError and sqlite3.Error as well."""
        ...

    async def restore_from(self, file: Path) -> None:
        """From such a file, which is used up, to where nothing is. Raises OSError as well."""
        ...

    async def existing_data(self) -> str | None:
        """Where it holds anything: that it does, and what to do about it, in words."""
        ...

    async def durability_warning(self) -> str | None:
        """How it may lose what it said it keeps, in words."""
        ...

    async def upgrade(self, *, copy: bool) -> Upgraded:
        """To the newest version, after a copy of what there is."""
        ...
