"""Bob has bought from Alice."""

import pytest

from bot.messages import Placeholder
from tests.support.bot_harness import BOB, LOUNGE, BotHarness
from tests.support.refund_steps import PNG


@pytest.fixture
async def house() -> BotHarness:
    """Bob has bought from Alice."""
    house = BotHarness()
    await house.publishes(PNG, PNG)
    await house.reacts(BOB, LOUNGE, house.matrix.event_of(Placeholder), "🔓")
    await house.pays(BOB)
    return house
