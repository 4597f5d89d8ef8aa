"""What operators should know."""

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class AlertAdmins:
    """Tell those who run this, once for each key."""

    key: str
    words: str = field(repr=False)

    @property
    def lane(self) -> str:
        return f"alert:{self.key}"
