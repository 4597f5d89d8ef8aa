"""Every pair of journeys about money at the same time, with a switch at each call; and three in any order.

A run takes a random sample of all interleavings. PPV_INTERLEAVINGS is the number for each world, or `all`: some 23,000
pairs and 7,000 random orders, which take about ten minutes on one idle core. PPV_SEED repeats a sample.
"""

import os
import random
import traceback
from collections.abc import Awaitable, Callable

import pytest

from tests.support.interleaving import Choose, one_switch
from tests.support.staged_sale import Stage

_SAMPLE = 120
_MANY = 1_000
"""Random orders in each world, for `all`."""

Journey = Callable[[Stage], Awaitable[None]]
EVERYWHERE: list[Journey] = [
    Stage.withdraws,
    Stage.reprices,
    Stage.reprices_there_and_back,
    Stage.takes_down,
    Stage.is_forgotten,
    Stage.blocks,
    Stage.gives,
    Stage.asks_to_buy,
    Stage.begins_checkout,
    Stage.clicks_and_pays,
]


async def asked(_: Stage) -> None:
    """Bob has only his link."""


async def in_checkout(stage: Stage) -> None:
    await stage.bot.start_checkout(stage.link)


async def repriced(stage: Stage) -> None:
    """Bob has two tabs: the older one at a price that is not asked any more, and can not be expired yet."""
    await stage.bot.start_checkout(stage.link)
    stage.stripe.expire_fails = True
    await stage.reprices()
    await stage.bot.start_checkout(stage.link)
    stage.stripe.expire_fails = False


async def processing(stage: Stage) -> None:
    await stage.bot.start_checkout(stage.link)
    for session in stage.stripe.checkouts:
        await stage.stripe_says(stage.stripe.pays_later(session))


async def bought(stage: Stage) -> None:
    await stage.clicks_and_pays()


_PUBLISHING: list[Journey] = [
    Stage.publishes_it,
    Stage.publishes_it_in_the_browser,
    Stage.discards_it,
    Stage.withdraws_it,
    Stage.reprices_it,
    Stage.takes_it_down,
]
_PAYING: list[Journey] = [Stage.pays, Stage.pays_and_comes_back, Stage.pays_slowly, Stage.lapses]


async def drafted(stage: Stage) -> None:
    await stage.drafts()


async def planned(stage: Stage) -> None:
    await stage.drafts()
    await stage.plans_it()
    await stage.work()


WORLDS: dict[Journey, list[Journey]] = {
    asked: EVERYWHERE,
    in_checkout: EVERYWHERE + _PAYING,
    repriced: EVERYWHERE + _PAYING,
    processing: [*EVERYWHERE, Stage.slow_money_arrives],
    bought: [
        *EVERYWHERE,
        Stage.takes_down_and_refunds,
        Stage.refunds,
        Stage.cancels,
        Stage.dashboard_refunds,
        Stage.bank_disputes_and_decides,
        Stage.looks_in_library,
        Stage.forgets_herself,
    ],
    drafted: _PUBLISHING,
    planned: [Stage.time_comes, Stage.calls_it_off, Stage.withdraws_it],
}


class Findings:
    """What went wrong, by the journeys and the place of the switch."""

    def __init__(self) -> None:
        self.wrong: dict[str, list[str]] = {}
        self.runs = 0

    async def play(
        self, world: Journey, journeys: list[Journey], choose: Choose, place: object
    ) -> int:
        """Return the number of switch-points that there were."""
        stage, switches = Stage(), 0

        def chosen(waiting: list[int]) -> int:
            nonlocal switches
            switches += 1
            return choose(waiting)

        await stage.opens()
        await world(stage)
        self.runs += 1
        try:
            await stage.acting([lambda each=each: each(stage) for each in journeys], chosen)  # type: ignore[misc]
            stage.check()
        except Exception as error:  # noqa: BLE001 - all of them are told
            names = " / ".join(each.__name__ for each in journeys)
            line = traceback.extract_tb(error.__traceback__)[-1].line
            what = f"{names}: {type(error).__name__} {str(error)[:200]} {line}"
            self.wrong.setdefault(what, []).append(str(place))
        return switches

    def __str__(self) -> str:
        return "\n".join(f"{what} at {', '.join(places)}" for what, places in self.wrong.items())


@pytest.mark.timeout(3600)
@pytest.mark.parametrize("world", WORLDS, ids=lambda world: world.__name__)
async def test_two_at_once(world: Journey) -> None:
    """The first one stops at one of its switch-points until the second one is through."""
    seed, wanted = _seed(), os.environ.get("PPV_INTERLEAVINGS", str(_SAMPLE))
    found, journeys = Findings(), WORLDS[world]
    points = {
        each: await found.play(world, [each], lambda waiting: waiting[0], "alone")
        for each in journeys
    }
    places = [
        (first, second, at)
        for first in journeys
        for second in journeys
        for at in range(points[first])
    ]
    if wanted != "all":
        places = random.Random(seed).sample(places, min(int(wanted), len(places)))  # noqa: S311
    for first, second, at in places:
        await found.play(world, [first, second], one_switch(0, at), at)
    assert not found.wrong, f"seed {seed}, {found.runs} runs\n{found}"


@pytest.mark.timeout(3600)
@pytest.mark.parametrize("world", WORLDS, ids=lambda world: world.__name__)
async def test_three_in_any_order(world: Journey) -> None:
    seed, wanted = _seed(), os.environ.get("PPV_INTERLEAVINGS", str(_SAMPLE // 3))
    found, chance = Findings(), random.Random(seed)  # noqa: S311
    for number in range(_MANY if wanted == "all" else int(wanted)):
        journeys = chance.choices(WORLDS[world], k=chance.choice([2, 3, 3]))
        await found.play(world, journeys, chance.choice, f"order {number}")
    assert not found.wrong, f"seed {seed}\n{found}"


def _seed() -> int:
    return int(os.environ.get("PPV_SEED") or random.SystemRandom().randrange(10**9))
