"""Signing in without a password: a link that the bot gives in a chat, and the browser that used it up."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from bot.ids import SignInId, SignInLinkId, UserId

LINK_TTL = timedelta(minutes=10)
WIDGET_PREFIX = "widget-"
"""How the secrets of browsers begin that the word of a homeserver has let in."""
SESSION_TTL = timedelta(hours=12)


class LoginTarget(StrEnum):
    """Where a link leads."""

    STUDIO = "studio"
    LIBRARY = "library"


@dataclass(frozen=True, slots=True, kw_only=True)
class LoginLink:
    """Lets one browser in, once. Nothing is kept of it but what its secret cannot be told from."""

    id: SignInLinkId
    user: UserId
    target: LoginTarget
    created_at: datetime

    def is_valid(self, now: datetime) -> bool:
        return now - self.created_at < LINK_TTL


@dataclass(frozen=True, slots=True, kw_only=True)
class WebSession:
    """A browser that is signed in, known by the secret in its cookie."""

    id: SignInId
    user: UserId
    created_at: datetime

    def is_valid(self, now: datetime) -> bool:
        return now - self.created_at < SESSION_TTL
