"""Letters to those who can be told in no other way."""

from dataclasses import dataclass, field
from typing import Protocol


@dataclass(frozen=True, slots=True, kw_only=True)
class Email:
    to: str = field(repr=False)
    """An e-mail address."""
    subject: str
    text: str = field(repr=False)
    name: str
    """The same for the same letter: programs that show mail know one by it that came twice."""


class Mailer(Protocol):
    @property
    def works(self) -> bool:
        """Whether there is a server to send by."""
        ...

    async def send(self, letter: Email) -> None:
        """Raises UserError for an address that is none."""
        ...
