"""What people hear of admins' decisions."""

from dataclasses import dataclass, field

from bot.ids import UserId


@dataclass(frozen=True, slots=True)
class TellPerson:
    """Tell somebody in their direct room what admins have decided, once for each key."""

    user: UserId
    key: str
    words: str = field(repr=False)

    @property
    def lane(self) -> str:
        return f"person:{self.user}"
