"""Units of work that share a commit: one transaction of the engine's, with a savepoint for each of them."""

from collections.abc import Sequence
from contextlib import suppress

from appservice.db.group_commit.batched_session import Session, Statement
from appservice.db.transaction import Row

_SAVEPOINT: Statement = ("SAVEPOINT unit_of_work", ())
_UNDO: Statement = ("ROLLBACK TO unit_of_work", ())
_RELEASE: Statement = ("RELEASE unit_of_work", ())


class CommitBatch:
    """Ends with a commit that all wait for, or with a failure that all are told of."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._savepoint = False
        self.failure: Exception | None = None

    async def begin(self) -> None:
        """Raises the engine's error when another process keeps writing."""
        await self._session.begin()

    async def send(self, statements: Sequence[Statement], *, first: bool) -> list[Row]:
        """Statements of a unit of work, its first or more of the same.

        The savepoint of the one before is released here, and not with its last statements, for it may only
        be done once they are known to have worked. A commit needs no release.
        """
        if not first:
            return await self._session.run(statements)
        opening = [_RELEASE, _SAVEPOINT] if self._savepoint else [_SAVEPOINT]
        self._savepoint = True
        return await self._session.run([*opening, *statements])

    async def undo(self, cause: Exception | None) -> None:
        """Forget the last unit of work; all of them, if the engine has given the transaction up.

        See https://www.sqlite.org/lang_transaction.html, section 3. The group is to be committed after this.
        """
        try:
            # A savepoint that was opened after the transaction had gone ends here, so that COMMIT fails.
            await self._session.run([_UNDO, _RELEASE])
        except Exception as error:  # noqa: BLE001 - told to all members
            await self._give_up(cause or error)

    async def commit(self) -> None:
        """Waits for the disk. `failure` says whether it held."""
        if self.failure is not None:
            return
        try:
            await self._session.commit()
        except Exception as error:  # noqa: BLE001 - told to all members
            await self._give_up(error)

    async def _give_up(self, cause: Exception) -> None:
        self.failure = cause
        with suppress(Exception):  # If even this fails, so will the next to begin.
            await self._session.rollback()
