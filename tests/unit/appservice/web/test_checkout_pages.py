"""The buyer's way: the personal page, the checkout, and back."""

from dataclasses import replace
from typing import Any

import pytest

from bot.errors import OperatorError, TemporaryError, UserError
from tests.support.fake_page_data import CHECKOUT_URL, LINK, OFFER, SESSION, SUNSET
from tests.support.fake_pages import Client, Shop

PERSONAL = f"/m/{OFFER}?for={LINK}"
PAY = "/api/stripe/chatmessages"
BACK = f"/api/stripe/chatmessages/success?session_id={SESSION}"
BROWSER = {"Accept": "text/html,application/xhtml+xml,*/*;q=0.8"}


async def page(client: Client, path: str, status: int = 200) -> str:
    answer = await client.get(path, headers=BROWSER)
    assert (answer.status, answer.content_type) == (status, "text/html")
    return await answer.text()


async def pay(client: Client, link: str = LINK, **headers: str) -> Any:
    return await client.post(
        PAY, data={"for": link}, headers=BROWSER | headers, allow_redirects=False
    )


# --- the personal page


async def test_the_personal_link_shows_the_button_with_the_price() -> None:
    async with Shop().open() as client:
        html = await page(client, PERSONAL)
    assert "Unlock for 5.00 USD" in html
    assert "For @bob:elsewhere.org" in html
    assert f'<input type="hidden" name="for" value="{LINK}">' in html
    assert f'action="{PAY}"' in html


async def test_those_who_own_it_are_led_to_their_chat() -> None:
    ended = replace(SUNSET, ended="This offer has ended.")
    for offer in (SUNSET, ended):
        async with Shop(offer=offer, owned=True).open() as client:
            html = await page(client, PERSONAL)
        assert "You have bought this. It is in your chat with the bot." in html
        assert "https://matrix.to/#/%21direct%3Aexample.org?via=example.org" in html
        assert PAY not in html
        assert html.count("<li>Photo") == 3
        assert "<li>Video, 2:14 <span>39 MB</span></li>" in html


AGAIN = f"/m/{OFFER}/again"


async def press_again(client: Client, rounds: str = "1", **headers: str) -> Any:
    form = {"for": LINK, "rounds": rounds}
    return await client.post(AGAIN, data=form, headers=BROWSER | headers, allow_redirects=False)


async def test_what_is_bought_can_be_sent_again_by_a_button() -> None:
    shop = Shop(owned=True)
    async with shop.open(prefix="/shop") as client:
        html = await page(client, "/shop" + PERSONAL)
        assert f'action="/shop{AGAIN}"' in html
        assert '<input type="hidden" name="rounds" value="1">' in html
    async with shop.open() as client:
        for _ in range(2):
            answer = await press_again(client)
            assert (answer.status, answer.headers["Location"]) == (303, PERSONAL)
        assert shop.rounds == 2, "pressed twice, sent once"
        answer = await client.get(PERSONAL, headers=BROWSER)
        html = await answer.text()
        assert "It is on its way to your chat." in html
        assert "Send it again" not in html
        assert '<noscript><meta http-equiv="refresh" content="4"></noscript>' in html
        assert "script-src 'self'" in answer.headers["Content-Security-Policy"]


async def test_what_is_in_the_way_is_said_on_the_personal_page() -> None:
    shop = Shop(owned=True, delivered=False, stuck="You have an invitation from the bot.")
    async with shop.open() as client:
        assert "You have bought this. You have an invitation" in await page(client, PERSONAL)


@pytest.mark.parametrize("rounds", ["", "-1", "one", "1" * 7, "\u0661"])
async def test_nonsense_sends_nothing(rounds: str) -> None:
    shop = Shop(owned=True)
    async with shop.open() as client:
        assert (await press_again(client, rounds)).status == 400
        assert (await press_again(client, **{"Sec-Fetch-Site": "cross-site"})).status == 403
        assert (await client.post(AGAIN, data={"rounds": "1"})).status == 400
    assert shop.rounds == 1


async def test_without_a_direct_room_the_chat_is_the_one_with_the_bot() -> None:
    async with Shop(owned=True, direct_room=None).open() as client:
        assert 'href="https://matrix.to/#/%40ppv%3Aexample.org"' in await page(client, PERSONAL)


@pytest.mark.parametrize("link", ["unknown", "", "%20", "x" * 300, "%22%3E%3Cscript%3E", "a/b"])
async def test_a_dead_personal_link_shows_the_offer_and_how_to_get_another(link: str) -> None:
    async with Shop().open() as client:
        html = await page(client, f"/m/{OFFER}?for={link}", 404)
    assert "This personal link does not work" in html
    assert "!ppv buy K7QM2-XPA4E" in html
    assert PAY not in html
    assert "<script" not in html


# --- paying


async def test_the_button_leads_to_the_checkout() -> None:
    shop = Shop()
    async with shop.open() as client:
        answer = await pay(client)
        assert (answer.status, answer.headers["Location"]) == (303, CHECKOUT_URL)
        assert answer.headers["Cache-Control"] == "no-store"
    assert shop.started == [LINK]
    assert b"ppv_checkout_redirects_total 1.0" in shop.metrics.exposition(())


async def test_programs_may_ask_in_json() -> None:
    async with Shop().open() as client:
        answer = await client.post(PAY, json={"for": LINK}, allow_redirects=False)
        assert answer.status == 303
        assert await answer.json() == {"url": CHECKOUT_URL}


async def test_those_who_own_it_go_back_to_their_page() -> None:
    async with Shop(address=f"https://ppv.example.org{PERSONAL}").open() as client:
        answer = await pay(client)
        assert answer.headers["Location"] == f"https://ppv.example.org{PERSONAL}"


@pytest.mark.parametrize("site", ["same-origin"])
async def test_our_own_page_may_send_to_pay(site: str) -> None:
    async with Shop().open() as client:
        assert (await pay(client, **{"Sec-Fetch-Site": site})).status == 303


@pytest.mark.parametrize("site", ["cross-site", "same-site", "", "Same-Origin, cross-site"])
async def test_other_websites_may_not(site: str) -> None:
    shop = Shop()
    async with shop.open() as client:
        answer = await pay(client, **{"Sec-Fetch-Site": site})
        assert answer.status == 403
        assert "another website" in await answer.text()
    assert shop.started == []


@pytest.mark.parametrize(
    ("body", "content_type"),
    [
        (b"", "application/x-www-form-urlencoded"),
        (b"for=", "application/x-www-form-urlencoded"),
        (b"For=" + LINK.encode(), "application/x-www-form-urlencoded"),
        (b"for=" + b"x" * 201, "application/x-www-form-urlencoded"),
        (b"{", "application/json"),
        (b"[" * 100_000, "application/json"),
        (b"[]", "application/json"),
        (b"{}", "application/json"),
        (b'{"for": 7}', "application/json"),
        (b'{"for": null}', "application/json"),
        (b"for=" + LINK.encode(), "text/plain"),
        (b"--b\r\n\r\n", "multipart/form-data; boundary=b"),
    ],
)
async def test_without_a_link_nothing_starts(body: bytes, content_type: str) -> None:
    shop = Shop()
    async with shop.open() as client:
        answer = await client.post(PAY, data=body, headers={"Content-Type": content_type})
        assert answer.status == 400
        assert "personal link" in (await answer.json())["error"]
    assert shop.started == []


async def test_a_form_that_is_too_large_is_refused() -> None:
    async with Shop().open() as client:
        assert (await client.post(PAY, data={"for": "x" * 300_000})).status == 413


@pytest.mark.parametrize(
    ("failure", "status", "words"),
    [
        (
            UserError("Please accept my invitation first."),
            409,
            "Please accept my invitation first.",
        ),
        (TemporaryError("Stripe is down", retry_after=30), 503, "Please try again in a minute."),
        (
            OperatorError("wrong key sk_test_123"),
            500,
            "Something went wrong here, and those who run this service have been told.",
        ),
        (
            KeyError("a bug"),
            500,
            "Something went wrong here, and those who run this service have been told.",
        ),
    ],
)
async def test_what_goes_wrong_is_said_in_plain_words(
    failure: Exception, status: int, words: str
) -> None:
    async with Shop(failure=failure).open() as client:
        answer = await pay(client)
        html = await answer.text()
        assert (answer.status, answer.content_type) == (status, "text/html")
        assert words in html
        assert "sk_test" not in html
        assert answer.headers.get("Retry-After") == ("30" if status == 503 else None)
        answer = await client.post(PAY, data={"for": LINK})
        assert words in (await answer.json())["error"]
