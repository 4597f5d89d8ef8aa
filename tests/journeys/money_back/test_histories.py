"""Payments, refunds and disputes in any order, told in any way: after each step the books are Stripe's balance.

Each seed is one history on the emulated Stripe. PPV_FUZZ=20 tries twenty times as many; a failure prints its steps.
"""

import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest

from sandbox.stripe import Fees
from tests.journeys.emulated import EmulatedHouse
from tests.journeys.money_back.history import History
from tests.support.synapse.stripe_world import the_sdk_s_own_warning

pytestmark = the_sdk_s_own_warning

SEEDS = range(4 * int(os.environ.get("PPV_FUZZ", "1")))
STEPS = 30


@asynccontextmanager
async def living(seed: int, *, restores: bool = False) -> AsyncIterator[History]:
    fees = Fees(percent="2.9", fixed_minor=30, dispute_minor=1500, booking_seconds=None)
    async with EmulatedHouse.open(fees) as house:
        await house.bob_asks()
        await house.bot.reconcile.begin()
        await house.work()
        yield History(house, seed, restores=restores)


@pytest.mark.timeout(300)
@pytest.mark.parametrize("seed", SEEDS)
async def test_after_each_step_books_access_and_words_follow_stripe(seed: int) -> None:
    async with living(seed) as history:
        await lives(history)


@pytest.mark.timeout(300)
@pytest.mark.parametrize("seed", SEEDS)
async def test_a_restored_backup_is_caught_up_with_in_two_hours(seed: int) -> None:
    async with living(1000 + seed, restores=True) as history:
        await lives(history)


async def lives(history: History) -> None:
    for _ in range(STEPS):
        await history.goes_on()
        try:
            history.check()
        except AssertionError as wrong:
            story = "\n".join(history.steps)
            raise AssertionError(f"{wrong}\n--- after\n{story}") from wrong
