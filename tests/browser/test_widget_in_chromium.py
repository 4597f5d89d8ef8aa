"""The studio in the frame of a chat app, on another site: by the widget API, in Chromium."""

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
from aiohttp import web
from playwright.async_api import FrameLocator, Page

from appservice.web.http_server import listen
from sandbox.processes.ports import free_port
from tests.browser.test_checkout_in_chromium import CHROMIUM, chromium
from tests.support.bot_harness import ALICE, STUDIO, BotHarness
from tests.support.member_pages_client import application

HOST = (Path(__file__).parent / "host.html").read_text("utf-8")
ALLOWED = {
    "state": "allowed",
    "access_token": "alices",
    "token_type": "Bearer",
    "matrix_server_name": "test",
    "expires_in": 3600,
}

pytestmark = pytest.mark.skipif(CHROMIUM is None, reason="needs Debian's chromium")


@dataclass(slots=True)
class App:
    """A chat app, which shows one widget."""

    page: Page
    house: BotHarness
    origin: str
    url: str

    @property
    def studio(self) -> FrameLocator:
        return self.page.frame_locator("#widget")

    async def shows(self, url: str | None = None, *, later: bool = False, **says: Any) -> None:
        told = {"url": url or self.url, "id": "w1", "says": ALLOWED | says, "later": later}
        await self.page.goto(f"{self.origin}/#{quote(json.dumps(told))}")

    async def heard(self) -> list[str]:
        """And nothing was amiss."""
        assert await self.page.evaluate("window.wrong") == []
        heard: list[str] = await self.page.evaluate("window.heard")
        return heard


@asynccontextmanager
async def a_chat_app(*, named: bool = True) -> AsyncIterator[App]:
    """On `localhost`, with our pages on 127.0.0.1: to browsers, two sites."""

    async def serve(_: web.Request) -> web.Response:
        return web.Response(text=HOST, content_type="text/html")

    theirs, ours = free_port(), free_port()
    origin = f"http://localhost:{theirs}"
    app = web.Application()
    app.router.add_get("/", serve)
    house = BotHarness()
    await house.open_studio()
    await house.says(ALICE, STUDIO, "!ppv widget")
    house.widgets.tokens["alices"] = ALICE
    base = f"http://127.0.0.1:{ours}"
    apps = (origin if named else "https://app.element.test",)
    async with (
        listen(app, "127.0.0.1", theirs),
        listen(application(house, origin=base, apps=apps), "127.0.0.1", ours),
        chromium() as browser,
    ):
        page = await (await browser.new_context()).new_page()
        url = house.widgets.urls[STUDIO].replace("https://ppv.test", base)
        yield App(page, house, origin, url)


@pytest.mark.parametrize("later", [False, True], ids=["at once", "once the person allows it"])
async def test_whoever_the_app_vouches_for_is_in_their_studio(later: bool) -> None:
    async with a_chat_app() as app:
        await app.shows(later=later)
        if later:
            await app.studio.get_by_text("Allow it there").wait_for()
            await app.page.evaluate("window.allow()")
        await app.studio.get_by_role("heading", name="Your studio").wait_for()
        await app.studio.get_by_role("button", name="New offer").click()
        await app.studio.get_by_label("Price", exact=True).fill("5 USD")
        await app.studio.get_by_text("Buyers pay 5.00 USD").wait_for()
        await app.studio.get_by_role("button", name="Save").click()
        await app.studio.get_by_text("Saved. You find it").wait_for()
        (cookie,) = await app.page.context.cookies()
        assert cookie["name"] == "ppv-widget"
        assert cookie["partitionKey"] == "http://localhost"
        assert (cookie["httpOnly"], cookie["secure"], cookie["path"]) == (True, True, "/widget")
        heard = await app.heard()
        assert heard.count("get_openid") == 1
        assert "capabilities" in heard


async def test_who_says_no_is_told_how_else_and_may_try_again() -> None:
    async with a_chat_app() as app:
        await app.shows(state="blocked")
        await app.studio.get_by_text("did not say who you are").wait_for()
        await app.studio.get_by_role("button", name="Try again").click()
        await app.page.wait_for_function(
            "window.heard.filter((each) => each === 'get_openid').length === 2"
        )
        assert app.house.store.records.sign_ins == {}


async def test_a_made_up_token_comes_to_nothing() -> None:
    async with a_chat_app() as app:
        await app.shows(access_token="made-up")
        await app.studio.get_by_text("did not confirm who you are").wait_for()
        assert app.house.store.records.sign_ins == {}


async def test_an_app_that_nobody_named_shows_nothing() -> None:
    async with a_chat_app(named=False) as app:
        refused: list[str] = []
        app.page.on("console", lambda message: refused.append(message.text))
        async with app.page.expect_console_message(lambda each: "frame-ancestors" in each.text):
            await app.shows()
        assert await app.heard() == []
        assert app.house.widgets.asked == []


async def test_only_the_window_around_it_is_heard() -> None:
    """A window that it opened, or that opened it, says the same words in vain."""
    async with a_chat_app() as app:
        opener = await app.page.context.new_page()
        await opener.goto(f"{app.origin}/#{quote(json.dumps({'url': 'about:blank', 'id': 'w1'}))}")
        async with opener.expect_popup() as opened:
            await opener.evaluate("(url) => { window.opened = window.open(url); }", app.url)
        popup = await opened.value
        await popup.get_by_text("Your app is asked").wait_for()
        await opener.evaluate(
            "window.opened.postMessage({api: 'toWidget', widgetId: 'w1', requestId: '1',"
            " action: 'capabilities', data: {}}, '*')"
        )
        await popup.get_by_text("belongs beside a chat").wait_for(timeout=20_000)
        assert app.house.widgets.asked == []


async def test_it_says_what_to_do_where_the_widget_was_closed() -> None:
    async with a_chat_app() as app:
        await app.house.says(ALICE, STUDIO, "!ppv widget off")
        await app.shows()
        await app.studio.get_by_text("This studio was closed. Write !ppv widget").wait_for()


async def test_the_pages_that_stand_alone_stay_closed_to_frames() -> None:
    """Also to those of apps that may show the widget."""
    async with (
        a_chat_app() as app,
        app.page.expect_console_message(lambda each: "frame-ancestors" in each.text),
    ):
        await app.shows(app.url.partition("/widget")[0] + "/studio")
