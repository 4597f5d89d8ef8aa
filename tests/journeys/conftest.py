"""What most journeys begin with."""

from collections.abc import AsyncIterator

import pytest

from tests.support.bot_harness import BotHarness
from tests.support.member_pages_client import Browser, signed_in


@pytest.fixture
async def house() -> BotHarness:
    house = BotHarness()
    await house.open_studio()
    return house


@pytest.fixture
async def browser(house: BotHarness) -> AsyncIterator[Browser]:
    async with signed_in(house) as browser:
        yield browser
