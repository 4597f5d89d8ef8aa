"""Whoever asks more than one person or one room may is told to wait, once, and then not heard for a while."""

from dataclasses import dataclass
from typing import Self

from bot.domain.matrix.matrix_event import EventMeta
from bot.errors import UserError
from bot.i18n import gettext_lazy
from bot.ports import Clock
from bot.services.rate_limiter import RateDecision, RateLimiter


class TooFast(UserError):
    """Nothing was done."""

    def __init__(self, whose: str) -> None:
        super().__init__(
            gettext_lazy(
                "That is more than I can do for {whose} in a minute, so I have left this out. Please wait"
                " a moment, and ask me once more.",
                whose=whose,
            )
        )


@dataclass(frozen=True, slots=True)
class CommandRates:
    """So much may be asked in a minute."""

    person: int
    room: int


@dataclass(frozen=True, slots=True)
class LimitCommands:
    people: RateLimiter
    rooms: RateLimiter

    @classmethod
    def at(cls, paces: CommandRates, clock: Clock) -> Self:
        return cls(RateLimiter(paces.person, clock), RateLimiter(paces.room, clock))

    def hears(self, origin: EventMeta) -> bool:
        """Whether to go on. Raises TooFast where they were not told yet."""
        for pace, who, whose in (
            (self.people, origin.sender, gettext_lazy("one person")),
            (self.rooms, origin.room, gettext_lazy("one room")),
        ):
            verdict = pace(who)
            if verdict is RateDecision.LIMITED_FIRST:
                raise TooFast(whose)
            if verdict is not RateDecision.ALLOWED:
                return False
        return True
