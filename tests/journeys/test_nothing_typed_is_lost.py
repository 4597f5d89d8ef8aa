"""What somebody typed survives: a sign-in that has ended, a second window, and several mistakes at once."""

import pytest

from bot.messages import Line
from tests.support.bot_harness import ALICE, STUDIO, BotHarness
from tests.support.draft_forms import PNG, begins, draft, saves, uploads
from tests.support.member_pages_client import Browser

OURS = {"Accept": "text/html", "Sec-Fetch-Site": "same-origin"}


async def test_words_are_shown_again_when_the_sign_in_has_ended(
    house: BotHarness, browser: Browser
) -> None:
    offer = await begins(browser)
    browser.client.session.cookie_jar.clear()
    typed = {
        "token": browser.token,
        "text": "Evening <b>harbour</b>",
        "price": "5 USD",
        "do": "save",
    }
    address = f"/studio/offers/{offer}/draft"
    answer = await browser.client.post(address, data=typed, headers=OURS)
    html = await answer.text()
    assert answer.status == 401
    assert "What you had typed" in html
    assert "Evening &lt;b&gt;harbour&lt;/b&gt;" in html
    assert "5 USD" in html
    assert browser.token not in html


@pytest.mark.parametrize("asks", ["cross-site", "same-site", "none", ""])
async def test_no_other_website_puts_words_on_the_page(browser: Browser, asks: str) -> None:
    offer = await begins(browser)
    browser.client.session.cookie_jar.clear()
    headers = {"Accept": "text/html"} | ({"Sec-Fetch-Site": asks} if asks else {})
    answer = await browser.client.post(
        f"/studio/offers/{offer}/draft", data={"text": "Write to @evil:evil.test"}, headers=headers
    )
    html = await answer.text()
    assert answer.status == 401
    assert "evil" not in html
    assert "script-src" not in answer.headers["Content-Security-Policy"]


async def test_all_that_is_amiss_is_told_at_once(house: BotHarness, browser: Browser) -> None:
    offer = await begins(browser)
    typed = {"text": "x" * 5000, "price": "0.01 USD", "do": "publish"}
    status, html = await saves(browser, offer, **typed)
    assert status == 409
    assert "make it shorter" in html
    assert "The smallest price is" in html
    assert "In which room?" in html
    assert draft(house, offer).text == ""


async def test_what_is_right_is_kept_though_rooms_and_price_are_missing(
    house: BotHarness, browser: Browser
) -> None:
    offer = await begins(browser)
    status, html = await saves(browser, offer, text="Evening", price="", do="publish")
    assert status == 409
    assert "In which room?" in html
    assert draft(house, offer).text == "Evening"


async def test_a_conflict_of_two_windows_shows_one_of_them(
    house: BotHarness, browser: Browser
) -> None:
    offer = await begins(browser)
    html = await browser.page(f"/studio/offers/{offer}")
    shown = html.partition('name="seen" value="')[2].partition('"')[0]
    address = f"/studio/offers/{offer}/draft"
    await browser.sends(address, price="5 USD", text="One", seen=shown, do="save")
    answer = await browser.sends(address, price="6 USD", text="Two", seen=shown, do="save")
    html = await answer.text()
    assert "<h1>Two</h1>" in html
    assert 'data-shows="text">Two</p>' in html
    assert 'data-shows="price">6 USD</dd>' in html
    assert html.count("“One”") == 1  # in the notice that tells of the other window


async def test_discarding_names_what_is_dropped(house: BotHarness, browser: Browser) -> None:
    offer = await begins(browser)
    await uploads(browser, offer, ("1.png", PNG, "image/png"), ("2.png", PNG, "image/png"))
    await saves(browser, offer, text="Evening", price="5 USD", do="save")
    html = await browser.page(f"/studio/offers/{offer}")
    assert "2 photos" in html.partition("Discard this draft")[2].partition("</details>")[0]
    assert "“Evening”" in html.partition("Discard this draft")[2].partition("</details>")[0]


async def test_discarding_in_the_chat_names_what_is_dropped(house: BotHarness) -> None:
    await house.sends(ALICE, STUDIO, PNG, "1.png")
    await house.says(ALICE, STUDIO, "5 USD Evening over the harbour")
    await house.says(ALICE, STUDIO, "!ppv discard")
    gone = str(house.matrix.of(Line)[-1].words)
    assert "The draft is gone: 1 photo" in gone
    assert "Evening over the harbour" in gone
    assert "5.00 USD" in gone
