"""Listeners and what they write down."""

import asyncio
import logging

import aiohttp
import pytest
from aiohttp import web
from aiohttp.typedefs import Handler

from appservice.web.http_server import Listener, application, listen
from bot.errors import OperatorError, TemporaryError
from tests.support.fake_page_data import LINK, OFFER, SESSION
from tests.support.fake_pages import Shop, plain_json

SECRET_PATHS = [
    f"/m/{OFFER}?for={LINK}",
    f"/api/stripe/chatmessages/success?session_id={SESSION}",
]


async def test_a_listener_tells_the_port_it_got_and_is_gone_afterwards() -> None:
    async with aiohttp.ClientSession() as browser:
        async with (
            listen(Shop().application(), "127.0.0.1", 0) as port,
            browser.get(f"http://127.0.0.1:{port}/m/{OFFER}") as answer,
        ):
            assert answer.status == 200
        with pytest.raises(aiohttp.ClientConnectionError):
            await browser.get(f"http://127.0.0.1:{port}/m/{OFFER}")


async def test_a_port_that_is_taken_is_an_error_at_once() -> None:
    async with listen(Shop().application(), "127.0.0.1", 0) as port:
        with pytest.raises(OSError, match="in use"):
            async with listen(Shop().application(), "127.0.0.1", port):
                pass


async def test_what_answers_is_exchanged_and_nobody_is_turned_away() -> None:
    asked, go_on = asyncio.Event(), asyncio.Event()

    async def first_slowly(_: web.Request) -> web.Response:
        if not asked.is_set():
            asked.set()
            await go_on.wait()
        return web.Response(text="the old one")

    async def at_once(_: web.Request) -> web.Response:
        return web.Response(text="the new one")

    async def answer(port: int) -> str:
        async with (
            aiohttp.ClientSession() as browser,
            browser.get(f"http://127.0.0.1:{port}/") as got,
        ):
            return await got.text()

    def app(handler: Handler) -> web.Application:
        return application([web.get("/", handler)], face=plain_json, body_limit=1)

    async with Listener.open("127.0.0.1", 0) as listener, asyncio.TaskGroup() as group:
        await listener.serve(app(first_slowly))
        under_way = group.create_task(answer(listener.port))
        await asked.wait()
        exchange = group.create_task(listener.serve(app(at_once)))
        while await answer(listener.port) != "the new one":
            pass
        assert not exchange.done()
        go_on.set()
        await exchange
        assert await under_way == "the old one"
        assert await answer(listener.port) == "the new one"


@pytest.mark.parametrize(
    "failure", [None, TemporaryError("slow"), OperatorError("broken"), KeyError("bug")]
)
@pytest.mark.parametrize("path", SECRET_PATHS)
async def test_no_log_line_holds_what_stands_in_a_query(
    path: str, failure: Exception | None, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    async with (
        listen(Shop(failure=failure).application(), "127.0.0.1", 0) as port,
        aiohttp.ClientSession() as browser,
        browser.get(f"http://127.0.0.1:{port}{path}") as answer,
    ):
        await answer.read()
    assert f"GET {path.partition('?')[0]} {answer.status}" in caplog.text
    assert LINK not in caplog.text
    assert SESSION not in caplog.text


async def test_a_path_cannot_forge_a_log_line(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO)
    async with (
        listen(Shop().application(), "127.0.0.1", 0) as port,
        aiohttp.ClientSession() as browser,
        browser.get(f"http://127.0.0.1:{port}/m/x%0AGET%20/paid%20200") as answer,
    ):
        assert answer.status == 404
    assert not [r for r in caplog.records if "\n" in r.getMessage()]


async def test_a_failure_is_told_to_the_operator_with_its_trace(
    caplog: pytest.LogCaptureFixture,
) -> None:
    async with Shop(failure=OperatorError("the store is gone")).open() as client:
        await client.get(f"/m/{OFFER}")
    (record,) = [r for r in caplog.records if r.levelno >= logging.ERROR]
    assert record.exc_info
    assert "the store is gone" in caplog.text
