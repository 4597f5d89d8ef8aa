"""What operators should know, and what they ask for."""

from dataclasses import dataclass, field

from bot.jobs.job import Owed


@dataclass(frozen=True, slots=True)
class AlertAdmins(Owed):
    """Tell those who run this, once for each key."""

    key: str
    words: str = field(repr=False)

    has_reserved_slot = True

    @property
    def lock(self) -> str:
        return f"alert:{self.key}"


@dataclass(frozen=True, slots=True)
class RewrapKeys(Owed):
    """Bring all content keys under the key-encryption key that is in use now."""

    @property
    def lock(self) -> str:
        return "keys"
