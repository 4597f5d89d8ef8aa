"""How somebody stands here: the level that the rules give them, and what it lets them do."""

from dataclasses import dataclass

from bot.domain.people.permissions import Level, NotPermitted, Permissions
from bot.ids import UserId
from bot.ports import Memberships, PolicyLists, Store


@dataclass(frozen=True, slots=True)
class Authorizer:
    """Asks the homeserver who is in a room, so never to be asked while a unit of work is open."""

    store: Store
    permissions: Permissions
    memberships: Memberships
    lists: PolicyLists

    async def level_of(self, user: UserId) -> Level | None:
        """By the rule that fits most exactly; None for a stranger, whom no rule speaks of."""
        async with self.store.begin() as uow:
            if await uow.blocks.has(user):
                return Level.BLOCK
        level = self.permissions.of_person(user)
        if level is None and await self.lists.bans(user):
            return Level.BLOCK
        if level is None:
            level = await self._in_rooms(user)
        return self.permissions.of_homeserver(user) if level is None else level

    async def allows(self, user: UserId, level: Level) -> bool:
        theirs = await self.level_of(user)
        return theirs is not None and theirs >= level

    async def require(self, user: UserId, level: Level) -> None:
        """Raises NotPermitted."""
        if not await self.allows(user, level):
            raise NotPermitted(user, level)

    async def _in_rooms(self, user: UserId) -> Level | None:
        """The highest of several, but a room that blocks its members goes before the others."""
        levels = [
            level
            for room, level in self.permissions.by_room().items()
            if await self.memberships.includes(room, user)
        ]
        return Level.BLOCK if Level.BLOCK in levels else max(levels, default=None)
