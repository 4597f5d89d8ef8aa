"""How far a gate reaches, and what that means for files that are sent into a room to be sold."""

from enum import Enum


class Safety(Enum):
    UNSEEN = "unseen"
    """They never come into the room."""
    SEEN = "seen"
    """Everybody sees them for a moment, until they are taken out."""
    OPEN = "open"
    """They must not be sent there."""


class Reach(Enum):
    """Which messages of somebody's a gate can take out."""

    NOWHERE = "nowhere"
    CLEAR = "clear"
    """Those in rooms without encryption."""
    ENCRYPTED = "encrypted"
    """Those in any room."""
    REFUSED = "refused"
    """None, and it lets none into rooms."""

    def safety(self, *, encrypted: bool) -> Safety:
        """In a room. What was sent encrypted is never taken back: every member's device has the key."""
        if self is Reach.ENCRYPTED or (self is Reach.CLEAR and not encrypted):
            return Safety.UNSEEN
        if self is Reach.NOWHERE and not encrypted:
            return Safety.SEEN
        return Safety.OPEN
