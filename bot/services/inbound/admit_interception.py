"""Decide whether a handover is taken in at all: who knows the gate's secret can bring any, in anybody's name."""

from dataclasses import dataclass, field

from bot.domain.people.permissions import Level
from bot.errors import TemporaryError
from bot.ids import RoomId, UserId, homeserver_of
from bot.ports import Clock, Memberships
from bot.services.auth.authorization import Authorizer
from bot.services.rate_limiter import RateDecision, RateLimiter

_PERSON_PER_MINUTE = 300
_ALL_PER_MINUTE = 3_000
SELLER_WAITING = 1_000
"""Handovers without their event. Each has one within seconds, unless the homeserver holds its transactions back."""
_OTHERS_WAITING = 3
"""A priced file of somebody who may not sell is taken out too, and answered with the reason."""


@dataclass(frozen=True, slots=True)
class InterceptionRates:
    person: RateLimiter
    all: RateLimiter

    @classmethod
    def at(cls, clock: Clock) -> "InterceptionRates":
        return cls(RateLimiter(_PERSON_PER_MINUTE, clock), RateLimiter(_ALL_PER_MINUTE, clock))

    def allow(self, sender: UserId) -> bool:
        return self.person(sender) is RateDecision.ALLOWED and self.all("") is RateDecision.ALLOWED


@dataclass(frozen=True, slots=True)
class AdmitInterception:
    authorizer: Authorizer
    memberships: Memberships
    bot: UserId
    paces: InterceptionRates = field(repr=False)

    async def __call__(self, room: RoomId, sender: UserId) -> int:
        """Return how many handovers of `sender` may wait for their events.

        Raises TemporaryError for what no gate would bring: it takes files out only of its own users, in rooms that
        they and the bot are in. The gate then keeps the message back, and apps try again.
        """
        if homeserver_of(sender) != homeserver_of(self.bot) or sender == self.bot:
            raise TemporaryError("a handover of a user of another homeserver")
        if not self.paces.allow(sender):
            raise TemporaryError("too many handovers in a minute")
        for member in (self.bot, sender):
            if not await self.memberships.includes(room, member):
                raise TemporaryError("a handover from a room that its sender or the bot is not in")
        if await self.authorizer.allows(sender, Level.SELLER):
            return SELLER_WAITING
        return _OTHERS_WAITING
