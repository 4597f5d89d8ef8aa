"""How far a gate reaches, and what that means for files that are sent into a room to be sold."""

from enum import Enum


class Exposure(Enum):
    NEVER = "unseen"
    """They never come into the room."""
    BRIEF = "seen"
    """Everybody sees them for a moment, until they are taken out."""
    PERMANENT = "open"
    """They must not be sent there."""


class GateCoverage(Enum):
    """Which messages of somebody's a gate can take out."""

    NONE = "nowhere"
    UNENCRYPTED = "clear"
    """Those in rooms without encryption."""
    ALL = "encrypted"
    """Those in any room."""
    DENY = "refused"
    """None, and it lets none into rooms."""

    def exposure(self, *, encrypted: bool) -> Exposure:
        """In a room. What was sent encrypted is never taken back: every member's device has the key."""
        if self is GateCoverage.ALL or (self is GateCoverage.UNENCRYPTED and not encrypted):
            return Exposure.NEVER
        if self is GateCoverage.NONE and not encrypted:
            return Exposure.BRIEF
        return Exposure.PERMANENT
