"""Names of files stay what they were, and can be saved everywhere."""

from bot.ids import OfferId
from tests.support.bot_harness import BotHarness
from tests.support.draft_forms import PNG, names, uploads
from tests.support.member_pages_client import Browser
from tests.support.tus_client import Sender


async def test_a_name_with_quotes_stays_what_it_was(
    house: BotHarness, browser: Browser, offer: OfferId
) -> None:
    status, html = await uploads(browser, offer, ("say %22hi%22.png", PNG, "image/png"))
    assert status == 200
    assert "say &#34;hi&#34;.png" in html
    await Sender(browser, offer, PNG, 'say "yo".png', "image/png", {}).sends_all()
    await house.work()
    assert names(house, offer) == ['say "hi".png', 'say "yo".png']
