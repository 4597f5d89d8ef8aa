"""Pages beside rooms, and homeservers that vouch for their users, in memory."""

from collections.abc import Callable
from dataclasses import dataclass, field

from bot.errors import TemporaryError, UserError
from bot.ids import RoomId, UserId
from tests.support.crash_point import CrashPoint


@dataclass
class FakeWidgets:
    """Fulfils RoomWidgets and OpenIdVerifier."""

    outside_unit_of_work: Callable[[], None]
    fuse: CrashPoint
    urls: dict[RoomId, str] = field(default_factory=dict)
    forbidden: set[RoomId] = field(default_factory=set)
    """There the bot may not change what stands beside the room."""
    tokens: dict[str, UserId] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)
    """Homeservers, each time that they were."""
    out_of_reach: bool = False

    async def put_up(self, room: RoomId, name: str, url: str) -> None:
        self._effect(room)
        self.urls[room] = url
        self.fuse.pass_()

    async def take_down(self, room: RoomId) -> None:
        self._effect(room)
        self.urls.pop(room, None)
        self.fuse.pass_()

    async def holder_of(self, token: str, server: str) -> UserId | None:
        self.outside_unit_of_work()
        self.asked.append(server)
        if self.out_of_reach:
            raise TemporaryError(f"{server} could not be asked")
        user = self.tokens.get(token)
        return user if user and user.endswith(f":{server}") else None

    def _effect(self, room: RoomId) -> None:
        self.outside_unit_of_work()
        if room in self.forbidden:
            raise UserError("I may not change what stands beside this chat.")
        self.fuse.pass_()
