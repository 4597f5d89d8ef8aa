"""The kinds of databases that the records may lie in."""

from contextlib import AbstractAsyncContextManager
from typing import Protocol

from appservice.db.schema import SchemaState, Upgraded
from appservice.db.turns.session import Session


class Engine(Protocol):
    """A database at its address. Everything here raises DatabaseUnusable, saying why."""

    def opened(self, *, alone: bool) -> AbstractAsyncContextManager[Session]:
        """At the newest version; filled if it was empty. `alone` keeps all others from that, as far as it can."""
        ...

    async def state(self) -> SchemaState: ...

    async def upgrade(self, *, copy: bool) -> Upgraded:
        """To the newest version, after a copy of what there is."""
        ...
