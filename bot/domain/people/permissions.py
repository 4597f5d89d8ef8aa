"""Who may do what, as the settings say: rules for people, rooms, homeservers and patterns."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import IntEnum
from fnmatch import fnmatchcase

from bot.errors import UserError
from bot.i18n import gettext_lazy
from bot.ids import UserId, homeserver_of


class Level(IntEnum):
    """Each level may do all that the ones below it may."""

    BLOCK = 0
    BUYER = 1
    SELLER = 2
    ADMIN = 3


class NotPermitted(UserError):
    """The person's level is too low."""

    def __init__(self, user: UserId, level: Level) -> None:
        super().__init__(
            gettext_lazy(
                "Your account {user} may not {what} yet. The people who run this server decide that:"
                " please ask them.",
                user=user,
                what=_WHAT[level],
            )
        )


_WHAT = {
    Level.BUYER: gettext_lazy("buy here"),
    Level.SELLER: gettext_lazy("sell here"),
    Level.ADMIN: gettext_lazy("do this"),
}


@dataclass(frozen=True, slots=True)
class Permissions:
    """Rules in the order of how exactly they fit: `@name:server`, a pattern of it with `*`, the members of
    a room (`#alias:server` or its id), a homeserver (`server` or `*:server`), and `*` for all."""

    rules: Mapping[str, Level]

    def of_person(self, user: UserId) -> Level | None:
        """What the rules say of this very person."""
        if user in self.rules:
            return self.rules[user]
        return self._longest(user, (rule for rule in self.rules if rule.startswith("@")))

    def by_room(self) -> Mapping[str, Level]:
        """What membership in a room makes of people."""
        return {rule: level for rule, level in self.rules.items() if rule[0] in "!#"}

    def of_homeserver(self, user: UserId) -> Level | None:
        """What the rules say of whole homeservers, or of all."""
        server = homeserver_of(user)
        if server in self.rules:
            return self.rules[server]
        return self._longest(user, (rule for rule in self.rules if rule.startswith("*")))

    def admins(self) -> tuple[UserId, ...]:
        """Those who are named, for nobody can be told by a pattern."""
        named = (who for who, level in self.rules.items() if level is Level.ADMIN)
        return tuple(UserId(who) for who in named if who.startswith("@") and "*" not in who)

    def _longest(self, user: UserId, rules: Iterator[str]) -> Level | None:
        fitting = [rule for rule in rules if fnmatchcase(user, rule)]
        return self.rules[max(fitting, key=len)] if fitting else None
