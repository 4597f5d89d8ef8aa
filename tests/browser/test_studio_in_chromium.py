"""A seller's way through the studio, in a real browser, on a whole bot of fakes."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

import pytest
from playwright.async_api import Page

from appservice.web.server import listen
from sandbox.processes.ports import free_port
from tests.browser.test_checkout_in_chromium import CHROMIUM, DESKTOP, PHONE, chromium
from tests.journeys.house import House
from tests.own_pages import application, link_for

PREFIX = "/shop"
WAYS = [
    pytest.param({"viewport": DESKTOP, "color_scheme": "light"}, id="desktop"),
    pytest.param({"viewport": PHONE, "color_scheme": "dark"}, id="phone in the dark"),
    pytest.param({"viewport": PHONE, "java_script_enabled": False}, id="without scripts"),
]

pytestmark = pytest.mark.skipif(CHROMIUM is None, reason="needs Debian's chromium")


@dataclass(slots=True)
class Visit:
    page: Page
    house: House
    base: str
    complaints: list[str]

    async def signs_in(self) -> None:
        await self.page.goto(self.base + await link_for(self.house))
        await self.page.get_by_role("button", name="Sign in").click()
        await self.page.get_by_role("heading", name="Your studio").wait_for()

    async def inner_width(self) -> int:
        width: int = await self.page.evaluate("document.documentElement.scrollWidth")
        return width


@asynccontextmanager
async def visit(house: House, **context: object) -> AsyncIterator[Visit]:
    port = free_port()
    app = application(house, origin=f"http://127.0.0.1:{port}", prefix=PREFIX)
    async with chromium() as browser, listen(app, "127.0.0.1", port):
        page = await (await browser.new_context(**context)).new_page()  # type: ignore[arg-type]
        visiting = Visit(page, house, f"http://127.0.0.1:{port}{PREFIX}", [])
        page.on("console", lambda message: visiting.complaints.append(message.text))
        yield visiting


@pytest.mark.parametrize("context", WAYS)
async def test_from_the_link_into_the_studio_and_out_again(context: dict[str, object]) -> None:
    async with visit(House(), **context) as visiting:
        await visiting.signs_in()
        cookies = await visiting.page.context.cookies()
        assert [(each["httpOnly"], each["path"]) for each in cookies] == [(True, PREFIX)]
        await visiting.page.get_by_role("button", name="Sign out").click()
        await visiting.page.get_by_role("heading", name="You are signed out").wait_for()
        assert await visiting.page.context.cookies() == []
        assert visiting.complaints == []


async def test_a_link_that_was_used_signs_in_nobody_else() -> None:
    async with visit(House()) as visiting:
        link = visiting.base + await link_for(visiting.house)
        await visiting.page.goto(link)
        await visiting.page.get_by_role("button", name="Sign in").click()
        await visiting.page.get_by_role("heading", name="Your studio").wait_for()
        browser = visiting.page.context.browser
        assert browser
        thief = await (await browser.new_context()).new_page()
        await thief.goto(link)
        await thief.get_by_text("does not work any more").wait_for()
        await thief.goto(visiting.base + "/studio")
        await thief.get_by_role("heading", name="You are not signed in").wait_for()
