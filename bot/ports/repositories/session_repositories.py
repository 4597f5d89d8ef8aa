"""Browsers: which were here, what they claim, and whose they are."""

from datetime import datetime
from typing import Protocol

from bot.domain.people.access_log import AccessLogEntry
from bot.domain.people.studio_widget import Widget
from bot.domain.people.web_session import LoginLink, WebSession
from bot.domain.purchases.download_session import DownloadSession
from bot.ids import ClaimId, PurchaseId, RoomId, SignInId, SignInLinkId, UserId, WidgetId


class Visits(Protocol):
    async def note(self, visit: AccessLogEntry) -> None:
        """Once a minute of each kind for each offer and purchase; more changes nothing."""
        ...

    async def of(self, purchase: PurchaseId) -> tuple[AccessLogEntry, ...]:
        """By the personal link of that purchase; the oldest first."""
        ...

    async def forget(self, before: datetime, *, limit: int) -> int:
        """Remove up to `limit` visits from before then, and return how many went."""
        ...


class Claims(Protocol):
    """Browsers that want to open what somebody bought."""

    async def get(self, claim: ClaimId) -> DownloadSession | None: ...

    async def with_code(self, buyer: UserId, code: str) -> tuple[DownloadSession, ...]:
        """Those of the buyer's purchases that show this code."""
        ...

    async def of(self, buyer: UserId) -> tuple[DownloadSession, ...]:
        """Those of all purchases of a buyer's; the oldest first."""
        ...

    async def save(self, claim: DownloadSession) -> None: ...

    async def forget(self, *, buyer: UserId | None = None, before: datetime | None = None) -> None:
        """Those of a buyer's purchases, and those that were made before then."""
        ...


class SignInLinks(Protocol):
    """Links by which a browser may sign in, until it has."""

    async def get(self, link: SignInLinkId) -> LoginLink | None: ...

    async def of(self, user: UserId) -> tuple[LoginLink, ...]:
        """The oldest first."""
        ...

    async def save(self, link: LoginLink) -> None: ...

    async def use(self, link: SignInLinkId) -> bool:
        """Whether it was there; it is gone now."""
        ...

    async def forget(self, *, user: UserId | None = None, before: datetime | None = None) -> None:
        """Those of a user, and those that were made before then."""
        ...


class SignIns(Protocol):
    """Browsers that are signed in."""

    async def get(self, sign_in: SignInId) -> WebSession | None: ...

    async def of(self, user: UserId) -> tuple[WebSession, ...]:
        """The oldest first."""
        ...

    async def save(self, sign_in: WebSession) -> None: ...

    async def end(self, sign_in: SignInId) -> None: ...

    async def forget(self, *, user: UserId | None = None, before: datetime | None = None) -> None:
        """Those of a user, and those that began before then."""
        ...


class Widgets(Protocol):
    """Studios beside a chat, one in a room."""

    async def get(self, widget: WidgetId) -> Widget | None: ...

    async def of(self, user: UserId) -> tuple[Widget, ...]:
        """The oldest first."""
        ...

    async def save(self, widget: Widget) -> None:
        """In place of the one in the same room."""
        ...

    async def forget(self, *, room: RoomId | None = None, user: UserId | None = None) -> None: ...
