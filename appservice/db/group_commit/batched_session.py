"""What units of work need of a session with a database, whichever engine it is."""

from collections.abc import Sequence
from typing import Protocol

from appservice.db.transaction import Row, Value

Statement = tuple[str, tuple[Value, ...]]


class Session(Protocol):
    """Raises the engine's own errors; `classed` tells them to those who asked."""

    async def begin(self) -> None:
        """From the first statement on until the end nobody else writes, in no other process either."""
        ...

    async def run(self, statements: Sequence[Statement]) -> list[Row]:
        """All in one go; what the last one returns.

        Raises the error of the first that fails. Those behind it may have run: they are to be undone.
        """
        ...

    async def commit(self) -> None:
        """Returns once it is on the disk. Raises if anything at all was not kept."""
        ...

    async def rollback(self) -> None: ...

    async def scrub(self) -> None:
        """Remove what was deleted from the log of changes, between transactions, where the engine can."""
        ...

    def classed(self, error: Exception) -> Exception:
        """TemporaryError or OperatorError for an error of the engine's; any other as it is."""
        ...
