"""Whoever asks more than one person or one room may is told to wait, once, and then not heard for a while."""

from dataclasses import dataclass
from typing import Self

from bot.domain.matrix.matrix_event import Origin
from bot.errors import Refusal
from bot.i18n import spoken
from bot.ports import Clock
from bot.services.rate_limiter import Pace, Verdict


class TooFast(Refusal):
    """Nothing was done."""

    def __init__(self, whose: str) -> None:
        super().__init__(
            spoken(
                "That is more than I can do for {whose} in a minute, so I have left this out. Please wait"
                " a moment, and ask me once more.",
                whose=whose,
            )
        )


@dataclass(frozen=True, slots=True)
class Paces:
    """So much may be asked in a minute."""

    person: int
    room: int


@dataclass(frozen=True, slots=True)
class SlowDown:
    people: Pace
    rooms: Pace

    @classmethod
    def at(cls, paces: Paces, clock: Clock) -> Self:
        return cls(Pace(paces.person, clock), Pace(paces.room, clock))

    def hears(self, origin: Origin) -> bool:
        """Whether to go on. Raises TooFast where they were not told yet."""
        for pace, who, whose in (
            (self.people, origin.sender, spoken("one person")),
            (self.rooms, origin.room, spoken("one room")),
        ):
            verdict = pace(who)
            if verdict is Verdict.TOO_FAST:
                raise TooFast(whose)
            if verdict is not Verdict.GO:
                return False
        return True
