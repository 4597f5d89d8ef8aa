"""What is written down of admins, of those whom they keep out, and of work that was laid aside."""

from datetime import datetime
from typing import Protocol

from bot.admin_act import AdminAct
from bot.backlog import Backlog, DeadJob
from bot.ids import UserId


class AdminActs(Protocol):
    """What admins did. Nothing in it is ever changed."""

    async def add(self, act: AdminAct) -> None:
        """Nothing happens when its cause has led to an act already."""
        ...

    async def all(self, since: datetime | None = None) -> tuple[AdminAct, ...]:
        """From then on; the oldest first."""
        ...


class Blocks(Protocol):
    """Whom admins keep out, whatever the settings say of them."""

    async def has(self, user: UserId) -> bool: ...

    async def set(self, user: UserId) -> None: ...

    async def lift(self, user: UserId) -> None: ...

    async def all(self) -> tuple[UserId, ...]: ...


class JobDesk(Protocol):
    """The queue of jobs, as an operator sees it. Not to be asked while a unit of work is open."""

    async def backlog(self) -> Backlog: ...

    async def dead(self) -> tuple[DeadJob, ...]:
        """The oldest first."""
        ...

    async def revive(self, job: int, now: datetime) -> bool:
        """Do it again; False when it is not laid aside."""
        ...
