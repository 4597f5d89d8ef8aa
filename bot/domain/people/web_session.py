"""Signing in without a password: a link that the bot gives in a chat, and the browser that used it up."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from bot.ids import SignInId, SignInLinkId, UserId

LINK_LASTS = timedelta(minutes=10)
WIDGET_PREFIX = "widget-"
"""How the secrets of browsers begin that the word of a homeserver has let in."""
SIGN_IN_LASTS = timedelta(hours=12)


class Place(StrEnum):
    """Where a link leads."""

    STUDIO = "studio"
    LIBRARY = "library"


@dataclass(frozen=True, slots=True, kw_only=True)
class SignInLink:
    """Lets one browser in, once. Nothing is kept of it but what its secret cannot be told from."""

    id: SignInLinkId
    user: UserId
    place: Place
    made_at: datetime

    def works(self, now: datetime) -> bool:
        return now - self.made_at < LINK_LASTS


@dataclass(frozen=True, slots=True, kw_only=True)
class SignIn:
    """A browser that is signed in, known by the secret in its cookie."""

    id: SignInId
    user: UserId
    began_at: datetime

    def lasts(self, now: datetime) -> bool:
        return now - self.began_at < SIGN_IN_LASTS
