"""The thread that is being answered: whatever is said in its room meanwhile belongs to it.

https://spec.matrix.org/v1.17/client-server-api/#threading
"""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass

from bot.domain.matrix.matrix_event import Origin
from bot.ids import EventId, RoomId


@dataclass(frozen=True, slots=True)
class Thread:
    room: RoomId
    root: EventId
    last: EventId
    """What clients that know no threads show the answer as a reply to."""


_ANSWERED: ContextVar[Thread | None] = ContextVar("thread", default=None)


@contextmanager
def answering(origin: Origin) -> Iterator[None]:
    """Everything that is sent to the room of `origin` inside of this goes to its thread, if it was said in one."""
    thread = Thread(origin.room, origin.thread, origin.event) if origin.thread else None
    token = _ANSWERED.set(thread)
    try:
        yield
    finally:
        _ANSWERED.reset(token)


def thread_in(room: RoomId) -> Thread | None:
    """Return the thread that answers in this room go to now."""
    thread = _ANSWERED.get()
    return thread if thread is not None and thread.room == room else None
