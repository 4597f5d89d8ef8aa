"""Letters that were sent."""

from collections.abc import Callable
from dataclasses import dataclass, field

from bot.errors import TemporaryError, UserError
from bot.ports import Email


@dataclass
class FakeMail:
    outside_unit_of_work: Callable[[], None]
    works: bool = True
    down: bool = False
    letters: list[Email] = field(default_factory=list)

    async def send(self, letter: Email) -> None:
        self.outside_unit_of_work()
        if self.down:
            raise TemporaryError("the mail server is down")
        if letter.to.endswith("@nowhere.test"):
            raise UserError("This e-mail address takes no letters.")
        self.letters.append(letter)
