"""A seller who is signed in, and has begun a draft in the browser."""

import pytest

from bot.ids import OfferId
from tests.support.draft_forms import begins
from tests.support.member_pages_client import Browser


@pytest.fixture
async def offer(browser: Browser) -> OfferId:
    offer = await begins(browser)
    await browser.page(f"/studio/offers/{offer}")
    return offer
