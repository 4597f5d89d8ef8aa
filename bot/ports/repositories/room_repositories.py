"""Where people and files are on Matrix."""

from typing import Protocol

from bot.domain.matrix.private_room import PrivacyProblem
from bot.ids import MxcUri, RoomId, UserId


class DirectRooms(Protocol):
    """Who talks with the bot alone, and where."""

    async def of(self, user: UserId) -> RoomId | None:
        """The room to look at first. It has to be proved private before anything private is sent."""
        ...

    async def all_of(self, user: UserId) -> tuple[RoomId, ...]:
        """In the order in which they became known, those included that ceased to be private."""
        ...

    async def partner(self, room: RoomId) -> UserId | None:
        """Whose it is; None for one that ceased to be private."""
        ...

    async def save(self, user: UserId, room: RoomId) -> None:
        """One direct room for each user, the one named last. Earlier ones stay known as theirs."""
        ...

    async def forget(self, user: UserId) -> tuple[RoomId, ...]:
        """Which they were."""
        ...

    async def cease(self, room: RoomId, flaw: PrivacyProblem | None = None) -> None:
        """The room is not private any more: it stays known as somebody's, and is used no more.

        `flaw` says why, if that still has to be explained to the person.
        """
        ...

    async def to_explain(self, user: UserId) -> tuple[RoomId, PrivacyProblem] | None:
        """The room of theirs that ceased last, and why, until it was explained to them."""
        ...

    async def explained(self, user: UserId) -> None: ...

    async def begin_opening(self, user: UserId) -> bool:
        """Whether one had begun to be opened for them before, and its end was not recorded."""
        ...

    async def end_opening(self, user: UserId) -> None: ...


class MediaCopies(Protocol):
    """Where the homeserver holds copies of what we keep: a name of ours for each, and its address."""

    async def of(self, name: str) -> MxcUri | None: ...

    async def save(self, name: str, url: MxcUri) -> None: ...
