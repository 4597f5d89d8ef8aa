"""A seller who is signed in, and has begun a draft in the browser."""

from collections.abc import AsyncIterator

import pytest

from bot.ids import OfferId
from tests.support.bot_harness import BotHarness
from tests.support.draft_forms import begins
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


@pytest.fixture
async def offer(browser: Browser) -> OfferId:
    offer = await begins(browser)
    await browser.page(f"/studio/offers/{offer}")
    return offer
