"""A seller's way through the studio, in a real browser, on a whole bot of fakes."""

import re
from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass

import pytest
from axe_playwright_python.async_playwright import Axe
from playwright.async_api import Page

from appservice.web.http_server import listen
from bot.messages import Bought, Placeholder
from sandbox.processes.ports import free_port
from sandbox.sample_media import drawing
from tests.browser.test_checkout_in_chromium import CHROMIUM, DESKTOP, PHONE, chromium
from tests.support.bot_harness import ALICE, BOB, LOUNGE, STUDIO, BotHarness
from tests.support.member_pages_client import application, library_link_for, link_for
from tests.support.real_pictures import RealPictures

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
    house: BotHarness
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
async def visit_at(host: str, house: BotHarness, **context: object) -> AsyncIterator[Visit]:
    """`host`: as the setting public.url spells it."""
    port = free_port()
    app = application(house, origin=f"http://{host}:{port}", prefix=PREFIX)
    async with chromium() as browser, listen(app, "127.0.0.1", port):
        page = await (await browser.new_context(**context)).new_page()  # type: ignore[arg-type]
        visiting = Visit(page, house, f"http://{host}:{port}{PREFIX}", [])
        page.on("console", lambda message: visiting.complaints.append(message.text))
        yield visiting


def visit(house: BotHarness, **context: object) -> AbstractAsyncContextManager[Visit]:
    return visit_at("127.0.0.1", house, **context)


async def a_house_with_offers() -> BotHarness:
    house = BotHarness(pictures=RealPictures())
    await house.publishes(drawing(seed=1).data, drawing(seed=2).data)
    placeholder = house.matrix.event_of(Placeholder)
    await house.reacts(BOB, LOUNGE, placeholder, "🔓")
    await house.pays(BOB)
    await house.time_passes(hours=1)
    await house.publishes(drawing(seed=3).data)
    return house


@pytest.mark.parametrize("context", WAYS)
async def test_from_the_link_into_the_studio_and_out_again(context: dict[str, object]) -> None:
    async with visit(BotHarness(), **context) as visiting:
        await visiting.signs_in()
        cookies = await visiting.page.context.cookies()
        assert [(each["httpOnly"], each["path"]) for each in cookies] == [(True, PREFIX)]
        await visiting.page.get_by_role("button", name="Sign out").click()
        await visiting.page.get_by_role("heading", name="You are signed out").wait_for()
        assert await visiting.page.context.cookies() == []
        assert visiting.complaints == []


async def test_a_link_that_was_used_signs_in_nobody_else() -> None:
    async with visit(BotHarness()) as visiting:
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


@pytest.mark.parametrize("context", WAYS)
async def test_offers_are_seen_priced_and_withdrawn(context: dict[str, object]) -> None:
    async with visit(await a_house_with_offers(), **context) as visiting:
        page = visiting.page
        await visiting.signs_in()
        await page.get_by_role("link", name="Sunset").last.click()
        await page.get_by_label("New price").fill("0.10 USD")
        await page.get_by_role("button", name="Change the price").click()
        await page.get_by_text("The smallest price is 0.50 USD").wait_for()
        await page.get_by_label("New price").fill("$7")
        await page.get_by_role("button", name="Change the price").click()
        await page.get_by_text("From now on it costs 7.00 USD").wait_for()
        await page.get_by_label("Words").fill("Dawn over the harbour")
        await page.get_by_role("button", name="Change the words").click()
        await page.get_by_text("The new words are on their way").wait_for()
        await page.get_by_role("button", name="Take it off sale").click()
        await page.get_by_text("It is off sale").wait_for()
        await page.get_by_role("link", name="Your studio").click()
        await page.get_by_role("heading", name="Dawn over the harbour").wait_for()
        ours = re.compile(r"status of 409")
        assert [each for each in visiting.complaints if not ours.search(each)] == []


@pytest.mark.parametrize("width", [320, 390, 1280])
async def test_nothing_hangs_over_the_edge(width: int) -> None:
    house = await a_house_with_offers()
    async with visit(house, viewport={"width": width, "height": 700}) as visiting:
        await visiting.signs_in()
        offer = next(iter(house.store.records.offers))
        await house.bot.edit_offer.reword(offer, "Donaudampfschifffahrt" * 20, ALICE)
        for path in ("/studio", f"/studio/offers/{offer}", "/studio/sales"):
            await visiting.page.goto(visiting.base + path)
            assert await visiting.inner_width() <= width


@pytest.mark.parametrize("context", WAYS)
async def test_money_is_given_back_from_the_table(context: dict[str, object]) -> None:
    house = await a_house_with_offers()
    async with visit(house, **context) as visiting:
        page = visiting.page
        await visiting.signs_in()
        await page.get_by_role("link", name="Sales").click()
        await page.get_by_role("heading", name="Earned:").wait_for()
        await page.get_by_text("Refund", exact=True).click()
        await page.get_by_label("Amount").fill("2")
        await page.get_by_label("Reason").fill("One was blurred")
        await page.get_by_role("button", name="Send it back").click()
        await page.get_by_text("Stripe was asked to send the money back").wait_for()
        await house.work()
        await page.get_by_label("State").select_option("Part refunded")
        await page.get_by_role("button", name="Show").click()
        await page.locator(".state", has_text="Part refunded").wait_for()
        assert await page.get_by_text("@bob:test").count() == 1
        assert visiting.complaints == []


@pytest.mark.parametrize("context", WAYS)
async def test_a_buyer_has_it_sent_again_and_reads_the_receipt(context: dict[str, object]) -> None:
    house = await a_house_with_offers()
    async with visit(house, **context) as visiting:
        page = visiting.page
        await page.goto(visiting.base + await library_link_for(house, BOB))
        await page.get_by_role("button", name="Sign in").click()
        await page.get_by_role("heading", name="Your library").wait_for()
        await page.get_by_role("button", name="Send it again").click()
        await page.get_by_text("on its way to your chat once more").wait_for()
        await page.get_by_role("link", name="Receipt").click()
        await page.get_by_role("heading", name="Receipt").wait_for()
        await page.get_by_text("5.00 USD").wait_for()
        assert await visiting.inner_width() <= (page.viewport_size or DESKTOP)["width"]
        assert visiting.complaints == []
    await house.work()
    assert len(house.matrix.of(Bought)) == 2


@pytest.mark.parametrize("context", WAYS[:2])
async def test_axe_finds_nothing_on_ones_own_pages(context: dict[str, object]) -> None:
    house = await a_house_with_offers()
    await house.sends(ALICE, STUDIO, drawing(seed=4).data, "draft.png")
    offers = [f"/studio/offers/{offer}" for offer in house.store.records.offers]
    found = {}
    async with visit(house, **context) as visiting:
        page = visiting.page
        await page.goto(visiting.base + await link_for(house))
        paths = ["", "/studio", *offers, "/studio/sales", "/library"]
        for path in paths:
            if path == "/studio":
                await page.get_by_role("button", name="Sign in").click()
                await page.get_by_role("heading", name="Your studio").wait_for()
            if path:
                answer = await page.goto(visiting.base + path)
                assert answer is not None
                assert answer.ok, path
            results = await Axe().run(page)
            if results.violations_count:
                found[path] = results.generate_report()
    assert found == {}
