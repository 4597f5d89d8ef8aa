"""Who may do what: the level of each Matrix user, from rules that name users, servers or patterns."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import IntEnum
from fnmatch import fnmatchcase

from bot.errors import Refusal
from bot.ids import UserId


class Level(IntEnum):
    """Each level may do all that the ones below it may."""

    BLOCK = 0
    BUYER = 1
    SELLER = 2
    ADMIN = 3


class NotPermitted(Refusal):
    """The person's level is too low."""


_WHAT = {
    Level.BUYER: "buy here",
    Level.SELLER: "sell here",
    Level.ADMIN: "do this",
}


@dataclass(frozen=True, slots=True)
class Permissions:
    """Rules by Matrix user id, `*:server`, or any pattern with `*`; the longest one that fits wins."""

    rules: Mapping[str, Level]

    def level_of(self, user: UserId) -> Level:
        fitting = [rule for rule in self.rules if rule == user or fnmatchcase(user, rule)]
        if not fitting:
            return Level.BLOCK
        return self.rules[max(fitting, key=lambda rule: (rule == user, len(rule)))]

    def admins(self) -> tuple[UserId, ...]:
        """Those who are named, for nobody can be told by a pattern."""
        named = (who for who, level in self.rules.items() if level is Level.ADMIN)
        return tuple(UserId(who) for who in named if who.startswith("@") and "*" not in who)

    def may(self, user: UserId, level: Level) -> bool:
        return self.level_of(user) >= level

    def require(self, user: UserId, level: Level) -> None:
        """Raises NotPermitted."""
        if not self.may(user, level):
            raise NotPermitted(
                f"Your account {user} may not {_WHAT[level]} yet."
                " The people who run this server decide that: please ask them."
            )
