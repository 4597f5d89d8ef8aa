"""The personal page of somebody who has bought already, in a real browser."""

from typing import Any

import pytest
from playwright.async_api import expect

from tests.browser.test_checkout_in_chromium import WAYS, needs_chromium, visit

pytestmark = needs_chromium


@pytest.mark.parametrize("context", WAYS)
async def test_it_is_sent_again_and_the_page_says_when_it_has_come(context: dict[str, Any]) -> None:
    async with visit(**context) as visiting:
        page, shop = visiting.page, visiting.till
        shop.owned = True
        await page.goto(visiting.personal)
        files = page.get_by_role("main").get_by_role("listitem")
        await expect(files).to_have_text(
            ["Photo 3.1 MB", "Photo 2.8 MB", "Photo 2.9 MB", "Video, 2:14 39 MB"]
        )
        await page.get_by_role("button", name="Send it again").click()
        await page.get_by_text("It is on its way to your chat.").wait_for()
        assert await page.get_by_role("button", name="Send it again").count() == 0
        shop.delivered = True
        await page.get_by_text("It is in your chat with the bot.").wait_for(timeout=15_000)
        assert shop.rounds == 2
        assert visiting.complaints == []
