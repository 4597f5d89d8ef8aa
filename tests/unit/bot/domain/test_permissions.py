from dataclasses import dataclass

import pytest

from bot.domain.people.permissions import Level, NotPermitted, Permissions
from bot.ids import UserId
from bot.services.auth.authorization import Authorizer
from tests.support.frozen_clock import FrozenClock
from tests.support.memory.memory_store import MemoryStore

SELLERS, NOISY = "#sellers:home.test", "!noisy"

RULES = Permissions(
    {
        "*:*.away.test": Level.BLOCK,
        "*:home.test": Level.BUYER,
        "friends.test": Level.BUYER,
        "@shop-*:home.test": Level.SELLER,
        "@shop-closed*:home.test": Level.BUYER,
        "@shop-closed:home.test": Level.BLOCK,
        "@boss:home.test": Level.ADMIN,
        SELLERS: Level.SELLER,
        "#admins:home.test": Level.ADMIN,
        NOISY: Level.BLOCK,
    }
)


@dataclass
class Rooms:
    """Who is in them, and whom their policies ban."""

    members: dict[str, set[str]]
    banned: frozenset[str] = frozenset()

    async def bans(self, user: UserId) -> bool:
        return user in self.banned

    async def includes(self, room: str, user: UserId) -> bool:
        return user in self.members.get(room, set())


def standing(**members: set[str]) -> Authorizer:
    names = {"sellers": SELLERS, "noisy": NOISY, "admins": "#admins:home.test"}
    rooms = Rooms({names[room]: who for room, who in members.items()})
    return Authorizer(MemoryStore(FrozenClock()), RULES, rooms, rooms)


@pytest.mark.parametrize(
    ("user", "level"),
    [
        ("@anybody:home.test", Level.BUYER),
        ("@anybody:friends.test", Level.BUYER),
        ("@shop-anna:home.test", Level.SELLER),
        ("@shop-closed:home.test", Level.BLOCK),
        ("@shop-closed-now:home.test", Level.BUYER),
        ("@boss:home.test", Level.ADMIN),
        ("@troll:far.away.test", Level.BLOCK),
        ("@stranger:sub.friends.test", None),
        ("@stranger:away.test", None),
    ],
)
async def test_the_most_exact_rule_counts(user: str, level: Level | None) -> None:
    assert await standing().level_of(UserId(user)) is level


async def test_a_room_goes_before_a_homeserver_and_after_people() -> None:
    everybody = {"@anybody:home.test", "@stranger:away.test", "@shop-closed:home.test"}
    here = standing(sellers=everybody)
    assert await here.level_of(UserId("@anybody:home.test")) is Level.SELLER
    assert await here.level_of(UserId("@stranger:away.test")) is Level.SELLER
    assert await here.level_of(UserId("@shop-closed:home.test")) is Level.BLOCK


async def test_of_several_rooms_the_highest_level_counts_unless_one_blocks() -> None:
    both = UserId("@both:home.test")
    assert await standing(sellers={both}, admins={both}).level_of(both) is Level.ADMIN
    assert await standing(sellers={both}, noisy={both}).level_of(both) is Level.BLOCK


async def test_everybody_can_be_let_in() -> None:
    rules = Permissions({"*": Level.BUYER, "away.test": Level.BLOCK})
    here = Authorizer(MemoryStore(FrozenClock()), rules, Rooms({}), Rooms({}))
    assert await here.level_of(UserId("@stranger:anywhere.test")) is Level.BUYER
    assert await here.level_of(UserId("@stranger:away.test")) is Level.BLOCK


async def test_whom_an_admin_blocks_is_blocked_whatever_the_rules_say() -> None:
    here, who = standing(), UserId("@shop-anna:home.test")
    async with here.store.begin() as uow:
        await uow.blocks.set(who)
    assert await here.level_of(who) is Level.BLOCK
    async with here.store.begin() as uow:
        await uow.blocks.lift(who)
    assert await here.level_of(who) is Level.SELLER


async def test_a_policy_list_goes_after_people_and_before_rooms() -> None:
    shop, boss = UserId("@shop-anna:home.test"), UserId("@boss:home.test")
    seller, stranger = UserId("@both:home.test"), UserId("@stranger:away.test")
    everybody = Rooms({SELLERS: {seller}}, frozenset({shop, boss, seller, stranger}))
    here = Authorizer(MemoryStore(FrozenClock()), RULES, everybody, everybody)
    assert await here.level_of(shop) is Level.SELLER
    assert await here.level_of(boss) is Level.ADMIN
    assert await here.level_of(seller) is Level.BLOCK
    assert await here.level_of(stranger) is Level.BLOCK


async def test_who_may_not_is_told_whom_to_ask() -> None:
    with pytest.raises(NotPermitted, match="may not sell here yet"):
        await standing().require(UserId("@anybody:home.test"), Level.SELLER)
    with pytest.raises(NotPermitted, match="may not buy here yet"):
        await standing().require(UserId("@stranger:away.test"), Level.BUYER)
    await standing().require(UserId("@boss:home.test"), Level.SELLER)


def test_admins_who_can_be_told_are_those_who_are_named() -> None:
    assert RULES.admins() == ("@boss:home.test",)
