"""One thing from outside that cannot be handled is recorded, and what came with it goes on."""

import logging
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

from bot.errors import OperatorError, TemporaryError
from bot.jobs.inbound_jobs import FailedItem
from bot.jobs.operator_jobs import AlertAdmins
from bot.ports import Clock, Store, UnitOfWork

RECORDED = 100
"""Failed items that are kept of each door; the oldest gives way. The metric counts all."""
_LONGEST = 300
"""Characters of what strangers or errors say."""

log = logging.getLogger(__name__)

Item = TypeVar("Item")
CountFailure = Callable[[str], None]
"""Counts one failed item of a door in the metrics."""


class Malformed(OperatorError):
    """An item that is not of the shape that its door asks for."""


async def _always(_: UnitOfWork) -> bool:
    return True


def count_nothing(_door: str) -> None:
    """For programs without metrics."""


@dataclass(frozen=True, slots=True)
class FailedItems:
    """Records items that failed, as jobs that were laid aside: `matrix-ppv jobs` and admins see them.

    Each kind of fault of ours alerts admins once a day and door. What is merely malformed does not: strangers
    can send any number of that.
    """

    store: Store
    clock: Clock
    count: CountFailure = count_nothing

    async def record(
        self, door: str, item: str, error: Exception, event: Mapping[str, Any] | None = None
    ) -> None:
        """`item` names it for operators; `event` is handled again when they retry it. Raises TemporaryError."""
        async with self.store.begin() as uow:
            await self.record_in(uow, door, item, error, event)

    async def record_in(
        self,
        uow: UnitOfWork,
        door: str,
        item: str,
        error: Exception,
        event: Mapping[str, Any] | None = None,
    ) -> None:
        """The same, as part of a unit of work."""
        malformed = isinstance(error, Malformed)
        self.count(door)
        log.warning(
            "item not handled",
            extra={"door": door, "error": words_of(error)},
            exc_info=None if malformed else error,
        )
        await uow.jobs.lay_aside(
            FailedItem(door, in_one_line(item), event), words_of(error), RECORDED
        )
        day = f"{self.clock.now().date()}"
        if not malformed and await uow.inbox.accept("failed items", f"{door} {day}"):
            await uow.jobs.add(_alert(door, day, words_of(error)))

    async def one_by_one(
        self,
        door: str,
        items: Sequence[Item],
        handle: Callable[[UnitOfWork, Item], Awaitable[object]],
        name: Callable[[Item], str],
        *,
        event: Callable[[Item], Mapping[str, Any] | None] = lambda _: None,
        is_new: Callable[[UnitOfWork], Awaitable[bool]] = _always,
    ) -> None:
        """Handle all in one unit of work; if that fails, each in its own, and record those that fail again.

        Nothing is done when `is_new` says no. Raises TemporaryError for what time will mend; then all of it is to
        be brought again.
        """
        try:
            async with self.store.begin() as uow:
                if await is_new(uow):
                    for item in items:
                        await handle(uow, item)
        except TemporaryError:
            raise
        except Exception:  # noqa: BLE001 - which of them it was shows when they are handled one by one
            for item in items:
                try:
                    async with self.store.begin() as uow:
                        await handle(uow, item)
                except TemporaryError:
                    raise
                except Exception as error:  # noqa: BLE001 - strangers may find any fault of ours
                    await self.record(door, name(item), error, event(item))
            async with self.store.begin() as uow:
                await is_new(uow)


def in_one_line(said: object) -> str:
    """What a stranger wrote, in ASCII and cut short: it goes into records, logs and metrics."""
    return ascii(said)[1:-1][:_LONGEST] if isinstance(said, str) else ascii(type(said).__name__)


def words_of(error: BaseException) -> str:
    """Class and beginning of the message of an error."""
    return f"{type(error).__name__}: {str(error)[:_LONGEST]}"


def _alert(door: str, day: str, error: str) -> AlertAdmins:
    return AlertAdmins(
        f"failed items:{door}:{day}",
        f"Something that came in could not be handled and was laid aside ({door}): {error}\n"
        "Everything else goes on. `matrix-ppv jobs list` shows it. Further ones of today are counted in"
        " `ppv_items_failed_total` and not told here.",
    )
