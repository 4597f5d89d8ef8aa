"""What every job declares: its name, its lock, and what a failure means for it.

The words are procrastinate's: https://procrastinate.readthedocs.io/en/stable/howto/advanced/locks.html
"""

import re
from dataclasses import dataclass
from typing import ClassVar

JOBS: "dict[str, type[Job]]" = {}
"""All jobs by name: that of the class, in snake case. A class enters itself when it is defined."""
FORMER_NAMES: dict[str, str] = {}
"""Names under which older versions stored jobs, and their names now."""


@dataclass(frozen=True)
class Job:
    """Work for later, as data. It survives restarts, and running it twice is harmless."""

    __slots__ = ()

    former_name: ClassVar[str] = ""
    """Rows of this name are still read. The encrypted arguments of a job are bound to the name it was stored under."""
    has_reserved_slot: ClassVar[bool] = False
    """Whether it may run in the slots of the worker that are reserved for payments and deliveries."""
    replies_in_thread: ClassVar[bool] = False
    """Whether it carries the thread of the command that added it."""

    def __init_subclass__(cls) -> None:
        if Job in cls.__bases__:
            return
        name = re.sub(r"(?<!^)(?=[A-Z])", "_", cls.__name__).lower()
        JOBS[name] = cls
        if cls.former_name:
            FORMER_NAMES[cls.former_name] = name

    @property
    def lock(self) -> str:
        """Jobs of one lock run one at a time, in the order in which they were added."""
        raise NotImplementedError


@dataclass(frozen=True)
class Owed(Job):
    """A job with an effect that a person waits for: money, goods, or a message about them.

    No failure ends it. A failed one alerts the admins, and is retried until it succeeds; only an operator can
    delete it.
    """

    __slots__ = ()


@dataclass(frozen=True)
class Answered(Job):
    """A job that a message caused and that is owed to nobody: a UserError ends it.

    Its handler has answered the sender, or there is nobody to answer. After an OperatorError it is failed, and
    the admins are alerted.
    """

    __slots__ = ()
