"""The buyer's way back: the page after payment, and each change as it happens."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest
from aiohttp import ClientResponse

from tests.support.fake_page_data import SESSION
from tests.support.fake_pages import Client, Shop

BACK = f"/api/stripe/chatmessages/success?session_id={SESSION}"
NEWS = f"/api/stripe/chatmessages/success/news?session_id={SESSION}"
BROWSER = {"Accept": "text/html"}
SCRIPTS = "script-src 'self'; connect-src 'self'"


async def page(client: Client, path: str, status: int = 200) -> str:
    answer = await client.get(path, headers=BROWSER)
    assert (answer.status, answer.content_type) == (status, "text/html")
    return await answer.text()


async def test_after_payment_the_page_leads_to_the_chat() -> None:
    async with Shop().open() as client:
        html = await page(client, BACK)
    assert "Paid. It is in your chat now." in html
    assert "https://matrix.to/#/%21direct%3Aexample.org?via=example.org" in html
    assert 'http-equiv="refresh"' not in html


@pytest.mark.parametrize(
    ("paid", "words"),
    [(True, "It is on its way to your chat."), (False, "Waiting for the payment")],
)
async def test_until_then_it_looks_again_by_itself(paid: bool, words: str) -> None:
    shop = Shop()
    shop.goes_on(paid=paid, delivered=False)
    async with shop.open(prefix="/shop") as client:
        html = await page(client, "/shop" + BACK)
    assert words in html
    next_look = f"1;url=/shop/api/stripe/chatmessages/success?session_id={SESSION}&amp;looks=1"
    assert f'<noscript><meta http-equiv="refresh" content="{next_look}"></noscript>' in html
    assert f'data-news="/shop{NEWS}"' in html


@pytest.mark.parametrize("looks", [12, 13, 999])
async def test_it_does_not_look_for_ever(looks: int) -> None:
    shop = Shop()
    shop.goes_on(paid=False, delivered=False)
    async with shop.open() as client:
        html = await page(client, f"{BACK}&looks={looks}")
    assert 'http-equiv="refresh"' not in html
    assert "You can close this page" in html
    assert "Look again now" in html


@pytest.mark.parametrize("looks", ["", "-1", "1e3", "٣", "9" * 5000])
async def test_nonsense_in_the_count_counts_for_nothing(looks: str) -> None:
    shop = Shop()
    shop.goes_on(paid=False, delivered=False)
    async with shop.open() as client:
        assert "looks=1" in await page(client, f"{BACK}&looks={looks}")


async def test_unknown_and_malformed_sessions_are_answered_alike() -> None:
    shop = Shop()
    async with shop.open() as client:
        unknown = await page(client, BACK[:-1] + "7", 404)
        for session in (
            "",
            "cs_test_",
            "cs_test_short",
            "cs_prod_a1B2c3D4e5F6",
            "../../v1/charges",
        ):
            path = f"/api/stripe/chatmessages/success?session_id={session}"
            assert await page(client, path, 404) == unknown
        assert await page(client, "/api/stripe/chatmessages/success", 404) == unknown
        umlaut = f"/api/stripe/chatmessages/success?session_id={SESSION}%C3%A9"
        assert await page(client, umlaut, 404) == unknown
    assert len(shop.asked) == 1, "only what looks like a session is looked up"


async def test_what_is_in_the_way_is_said() -> None:
    shop = Shop()
    words = "You have an invitation from the bot."
    shop.goes_on(delivered=False, stuck=words, waits_for_buyer=True)
    async with shop.open() as client:
        html = await page(client, BACK)
    assert "Paid. It waits for you." in html
    assert words in html


async def test_what_is_held_up_is_not_said_to_be_there_or_on_its_way() -> None:
    shop = Shop()
    shop.goes_on(delivered=False, stuck="It is tried again by itself.")
    async with shop.open() as client:
        html = await page(client, BACK)
    assert "Paid. It is not in your chat yet." in html
    assert "It is tried again by itself." in html
    assert "in your chat now" not in html
    assert "on its way" not in html


async def test_what_the_chat_does_not_take_is_said_to_be_behind_a_link_there() -> None:
    shop = Shop()
    shop.goes_on(on_the_web=2)
    async with shop.open() as client:
        html = await page(client, BACK)
    assert "2 files are too large for the chat" in html


# --- live


async def event(news: ClientResponse) -> tuple[str, str]:
    """The next one, by its name and data; comments are left out."""
    name, data = "", ""
    async with asyncio.timeout(5):
        while line := (await news.content.readline()).decode().rstrip("\n"):
            key, _, value = line.partition(": ")
            if key == "event":
                name = value
            if key == "data":
                data += value
    return (name, data) if name else await event(news)


@asynccontextmanager
async def listening(client: Client, path: str = NEWS) -> AsyncIterator[ClientResponse]:
    async with client.get(path, headers={"Accept": "text/event-stream"}) as news:
        assert (news.status, news.content_type) == (200, "text/event-stream")
        yield news


async def test_each_change_is_told_at_once_and_the_last_one_ends_it() -> None:
    shop = Shop()
    shop.goes_on(paid=False, delivered=False)
    async with shop.open() as client, listening(client) as news:
        assert "Waiting for the payment" in (await event(news))[1]
        shop.goes_on(paid=True)
        name, data = await event(news)
        assert name == "standing"
        assert "<h1>Paid. It is on its way to your chat.</h1>" in data
        assert "<html" not in data
        shop.goes_on(delivered=True)
        assert "It is in your chat now." in (await event(news))[1]
        name, data = await event(news)
        assert (name, "It is in your chat now." in data) == ("end", True)
        assert await news.content.read() == b""
    assert shop.asked == [], "nobody was asked: all was heard"


async def test_a_change_that_nobody_told_of_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    """Another process may have heard of it, or nobody: so the payment processor is asked."""
    monkeypatch.setattr("appservice.web.buyers.after_payment.PAUSES", (0, 0, 0))
    shop = Shop()
    shop.goes_on(paid=False, delivered=False)
    async with shop.open() as client, listening(client) as news:
        assert "Waiting for the payment" in (await event(news))[1]
        name, data = await event(news)
        assert name == "end"
        assert "You can close this page" in data
    assert len(shop.asked) == 3


async def test_what_takes_days_is_not_waited_for() -> None:
    shop = Shop()
    shop.goes_on(paid=False, delivered=False, processing=True)
    async with shop.open() as client, listening(client) as news:
        assert "Your payment is on its way." in (await event(news))[1]
        assert (await event(news))[0] == "end"


async def test_when_the_program_ends_nobody_waits_for_those_who_listen() -> None:
    shop = Shop()
    shop.goes_on(paid=False, delivered=False)
    async with shop.open() as client, listening(client) as news:
        await event(news)
        async with asyncio.timeout(5):
            await client.server.close()
        assert await news.content.read() == b""


async def test_only_what_is_known_can_be_listened_to() -> None:
    async with Shop().open() as client:
        for path in (NEWS[:-1] + "7", NEWS.partition("?")[0], f"{NEWS}%00"):
            assert (await client.get(path)).status == 404


async def test_the_page_may_run_our_script_and_listen_to_us() -> None:
    async with Shop().open() as client:
        answer = await client.get(BACK)
        assert SCRIPTS in answer.headers["Content-Security-Policy"]
        assert "unsafe" not in answer.headers["Content-Security-Policy"]
