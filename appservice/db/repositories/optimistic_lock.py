"""Optimistic versions: a record may be saved only from the newest one."""

from bot.errors import ConcurrentUpdate


class Versions:
    """What one unit of work has saved so far.

    The rule: a unit of work raises a record's version once, with its first save. It may save the record
    again, made from the version it began with or from the new one; that replaces what it saved before.
    After the commit the record must be loaded again.
    """

    def __init__(self) -> None:
        self._saved: dict[str, int] = {}

    def step(self, record: str, version: int) -> tuple[int, int]:
        """The version that must be in the database for this save to hold (0: none), and the one it makes."""
        saved = self._saved.get(record)
        if saved is not None and version in {saved - 1, saved}:
            return saved, saved
        return version, version + 1

    def saved(self, record: str, version: int, *, found: bool) -> None:
        """The save made `version`. Raises ConcurrentUpdate if it did not hold."""
        if not found:
            raise ConcurrentUpdate(
                f"{record} was changed meanwhile: version {version} exists or is too new"
            )
        self._saved[record] = version
