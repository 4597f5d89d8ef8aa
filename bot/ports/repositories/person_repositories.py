"""What is remembered of a person besides what they sell and buy."""

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from bot.domain.matrix.matrix_event import EventMeta
from bot.domain.people.cross_signing import Identity
from bot.ids import EventId, UserId


@dataclass(frozen=True, slots=True)
class DataExport:
    """The last copy of their own data that a person took."""

    exported_at: datetime
    cause: str
    """What asked for it: a message or a request of a browser."""


class People(Protocol):
    async def language(self, user: UserId) -> str | None:
        """The one that they chose; https://www.rfc-editor.org/info/bcp47."""
        ...

    async def save_language(self, user: UserId, code: str) -> None: ...

    async def time_zone(self, user: UserId) -> str | None:
        """The one that they named last: a city's, or an offset."""
        ...

    async def save_time_zone(self, user: UserId, zone: str) -> None: ...

    async def was_turned_away(self, user: UserId) -> bool:
        """Whether they were told that they may do nothing here."""
        ...

    async def record_turned_away(self, user: UserId) -> None: ...

    async def record_refused_command(self, command: EventMeta) -> None:
        """It was refused, so an edit of it may still be obeyed."""
        ...

    async def correct_command(self, command: EventMeta, edit: EventId) -> bool:
        """Whether `edit` is obeyed in place of that refused command: the first one is, however often it is asked."""
        ...

    async def erasure_requested_at(self, user: UserId) -> datetime | None: ...

    async def request_erasure(self, user: UserId, at: datetime) -> None: ...

    async def last_export(self, user: UserId) -> DataExport | None: ...

    async def save_export(self, user: UserId, export: DataExport) -> None: ...

    async def identity(self, user: UserId) -> Identity | None:
        """Their cross-signing identity, remembered from the first sight of it."""
        ...

    async def save_identity(self, identity: Identity) -> None: ...

    async def erase(self, user: UserId) -> None:
        """Delete or empty all that names this person, but for what belongs to a purchase or an offer."""
        ...
