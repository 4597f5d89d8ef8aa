"""Who writes a policy list wants to ban everybody, the bot included, or to have everybody wait for the list."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

import pytest

from appservice.matrix import policy_lists
from appservice.matrix.policy_lists import MatrixPolicyLists
from bot.errors import TemporaryError
from bot.ids import RoomId, UserId, code_of
from bot.messages import Goods
from tests.support.bot_harness import BOB, LOUNGE, BotHarness
from tests.support.frozen_clock import FrozenClock

PPVBOT, BUYER, TROLL = (UserId(f"@{name}:home.test") for name in ("ppvbot", "buyer", "troll"))
LIST = "!list:away.test"


def rule(entity: object, kind: str = "user") -> dict[str, Any]:
    content = {"entity": entity, "recommendation": "m.ban"}
    return {"type": f"m.policy.rule.{kind}", "state_key": str(entity)[:200], "content": content}


@dataclass
class Homeserver:
    """What the adapter asks of its client, of the rooms and of their doors."""

    state: list[Any] = field(default_factory=list)
    filler: int = 0
    """Mebibytes that follow the state."""
    user_id: UserId = PPVBOT
    hangs: bool = False
    fails: bool = False
    read: int = 0
    """Mebibytes that were taken."""
    joins: int = 0
    hanging: asyncio.Event = field(default_factory=asyncio.Event)

    async def join(self, room: RoomId, *, via: str = "") -> None:
        del room, via
        self.joins += 1
        if self.fails:
            raise TemporaryError("the homeserver of the list does not answer")
        if self.hangs:
            self.hanging.set()
            await asyncio.Event().wait()

    async def resolve(self, room: str) -> RoomId:
        return RoomId(room)

    @asynccontextmanager
    async def stream(self, method: str, path: str) -> AsyncIterator[Any]:
        del method, path
        yield self

    @property
    def content(self) -> "Homeserver":
        return self

    async def iter_any(self) -> AsyncIterator[bytes]:
        yield json.dumps(self.state).encode()
        for _ in range(self.filler):
            self.read += 1
            yield b" " * 2**20


@dataclass
class Following:
    homeserver: Homeserver = field(default_factory=Homeserver)
    clock: FrozenClock = field(default_factory=FrozenClock)
    told: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        async def tell(key: str, words: str) -> None:
            self.told.setdefault(key, words)

        world: Any = self.homeserver
        self.lists = MatrixPolicyLists(world, world, world, self.clock, (LIST,), tell)


@pytest.fixture
def following() -> Following:
    return Following()


@pytest.mark.parametrize(
    "wide",
    [
        *(rule(each) for each in ("*", "@*", "@*:*", "*:home.test", "@ppvbot:home.test", "@?*:h*")),
        *(rule(each, "server") for each in ("*", "home.test", "*.test", "h?me.test")),
    ],
    ids=lambda each: str(each["content"]["entity"]),
)
async def test_by_a_rule_that_fits_the_bot_as_well(following: Following, wide: Any) -> None:
    """It is left out, admins hear of it once, and the other rules count."""
    following.homeserver.state = [wide, rule("@troll:home.test")]
    for _ in range(3):
        assert not await following.lists.bans(BUYER)
        assert await following.lists.bans(TROLL)
        following.clock.advance(timedelta(minutes=6))
    (told,) = following.told.values()
    assert LIST in told
    assert "1 rules" in told


@pytest.mark.parametrize("junk", [5, None, [], {}, "", "x" * 65_000, "@" + "*a" * 30_000, "\0"])
async def test_by_rules_of_odd_types_and_sizes(following: Following, junk: object) -> None:
    following.homeserver.state = [
        rule(junk),
        "junk",
        rule("@troll:home.test"),
        rule(junk, "server"),
    ]
    assert not await following.lists.bans(BUYER)
    assert await following.lists.bans(TROLL)


async def test_by_a_room_of_hundreds_of_megabytes(following: Following) -> None:
    """Reading ends at a limit, the list holds as it was read last, and admins hear of it."""
    following.homeserver.state = [rule("@troll:home.test")]
    assert await following.lists.bans(TROLL)
    following.homeserver.state, following.homeserver.filler = [], 900
    following.clock.advance(timedelta(minutes=6))
    assert await following.lists.bans(TROLL)
    assert following.homeserver.read < 20
    (told,) = following.told.values()
    assert "cannot be read" in told


async def test_by_tens_of_thousands_of_rules(following: Following) -> None:
    following.homeserver.state = [rule(f"@*a{number}*b:away.test") for number in range(30_000)]
    assert not await following.lists.bans(BUYER)
    (told,) = following.told.values()
    assert "left out" in told


async def test_by_a_homeserver_that_never_answers(
    following: Following, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(policy_lists, "_READ_SECONDS", 0.01)
    following.homeserver.hangs = True
    for _ in range(14):
        assert not await following.lists.bans(BUYER)
        following.clock.advance(timedelta(minutes=5))
    (told,) = following.told.values()
    assert "cannot be read" in told


async def test_an_hour_passes_before_admins_hear_that_it_cannot_be_read(
    following: Following,
) -> None:
    following.homeserver.fails = True
    assert not await following.lists.bans(BUYER)
    following.clock.advance(timedelta(minutes=30))
    assert not await following.lists.bans(BUYER)
    assert not following.told


async def test_by_having_everybody_wait_while_one_reads(following: Following) -> None:
    following.homeserver.state = [rule("@troll:home.test")]
    assert await following.lists.bans(TROLL)
    following.homeserver.hangs = True
    following.clock.advance(timedelta(minutes=6))
    waits = asyncio.create_task(following.lists.bans(TROLL))
    await following.homeserver.hanging.wait()
    assert await following.lists.bans(TROLL)
    assert not await following.lists.bans(BUYER)
    assert following.homeserver.joins == 2
    waits.cancel()


async def test_by_banning_a_buyer_between_payment_and_delivery() -> None:
    house = BotHarness()
    offer = await house.publishes(b"\x89PNG a picture")
    await house.says(BOB, LOUNGE, f"!ppv buy {code_of(offer)}")
    hint = house.stripe.pay(await house.clicks(BOB))
    house.matrix.banned.add(BOB)
    await house.stripe_says(hint)
    assert house.matrix.of(Goods)
