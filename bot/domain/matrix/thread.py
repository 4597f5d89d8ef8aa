"""The thread that is being answered: whatever is said in its room meanwhile belongs to it.

https://spec.matrix.org/v1.17/client-server-api/#threading
"""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import asdict, dataclass

from bot.domain.matrix.matrix_event import EventMeta
from bot.ids import EventId, RoomId


@dataclass(frozen=True, slots=True)
class Thread:
    room: RoomId
    root: EventId
    last: EventId
    """What clients that know no threads show the answer as a reply to."""


_ANSWERED: ContextVar[Thread | None] = ContextVar("thread", default=None)


@contextmanager
def replying_to(origin: EventMeta) -> Iterator[None]:
    """Everything that is sent to the room of `origin` inside of this goes to its thread, if it was said in one."""
    in_thread = {"room": origin.room, "root": origin.thread or "", "last": origin.event}
    with continuing(in_thread if origin.thread else None):
        yield


def threaded() -> dict[str, str] | None:
    """Return the thread that is being answered, as a job carries it along; None outside of threads."""
    thread = _ANSWERED.get()
    return asdict(thread) if thread else None


@contextmanager
def continuing(carried: Mapping[str, str] | None) -> Iterator[None]:
    """Everything that is sent to the room of the thread that `threaded` returned goes to it; None: to no thread."""
    thread = (
        Thread(RoomId(carried["room"]), EventId(carried["root"]), EventId(carried["last"]))
        if carried
        else None
    )
    token = _ANSWERED.set(thread)
    try:
        yield
    finally:
        _ANSWERED.reset(token)


def thread_in(room: RoomId) -> Thread | None:
    """Return the thread that answers in this room go to now."""
    thread = _ANSWERED.get()
    return thread if thread is not None and thread.room == room else None
