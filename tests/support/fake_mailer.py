"""Letters that were sent."""

from collections.abc import Callable
from dataclasses import dataclass, field

from bot.errors import Refusal, Transient
from bot.ports import Letter


@dataclass
class FakeMail:
    outside_unit_of_work: Callable[[], None]
    works: bool = True
    down: bool = False
    letters: list[Letter] = field(default_factory=list)

    async def send(self, letter: Letter) -> None:
        self.outside_unit_of_work()
        if self.down:
            raise Transient("the mail server is down")
        if letter.to.endswith("@nowhere.test"):
            raise Refusal("This e-mail address takes no letters.")
        self.letters.append(letter)
