"""The buyer's way in a real browser: the policy lets everything through that it must, and no more."""

import shutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from playwright.async_api import Browser, Page, ViewportSize, async_playwright, expect

from appservice.payments.stripe_processor import StripeProcessor
from appservice.web.http_server import listen
from bot.domain.money.checkout_attempt import CheckoutRequest, CheckoutStatus
from bot.domain.money.money import Money
from bot.ids import CheckoutSessionId, LinkToken, PurchaseId
from bot.views.page_models import AfterPayment
from sandbox.stripe import StripeEmulator
from tests.support.fake_page_data import LINK, OFFER, SUNSET
from tests.support.fake_pages import Shop
from tests.support.synapse.stripe_world import the_sdk_s_own_warning

CHROMIUM = shutil.which("chromium")
FLAGS = (
    "--no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking"
    " --disable-component-update --disable-sync"
).split()
PREFIX = "/shop"
DESKTOP: ViewportSize = {"width": 1280, "height": 800}
PHONE: ViewportSize = {"width": 390, "height": 844}

needs_chromium = [
    the_sdk_s_own_warning,
    pytest.mark.skipif(CHROMIUM is None, reason="needs Debian's chromium"),
]
pytestmark = needs_chromium


@dataclass(slots=True)
class Till(Shop):
    """A shop that takes money at the emulator."""

    processor: StripeProcessor | None = None
    base: str = ""

    async def start_checkout(self, link: LinkToken) -> str:
        assert self.processor
        self.started.append(link)
        checkout = await self.processor.create_checkout(
            CheckoutRequest(
                purchase=PurchaseId("p1"),
                attempt=len(self.started),
                price=Money(500, "usd"),
                title="Paid message from Alice",
                expires_at=datetime.now(UTC) + timedelta(minutes=31),
                success_url=f"{self.base}/api/stripe/chatmessages/success"
                "?session_id={CHECKOUT_SESSION_ID}",
                cancel_url=f"{self.base}/m/{OFFER}?for={link}",
            )
        )
        return checkout.url or ""

    async def after_payment(self, session: CheckoutSessionId) -> AfterPayment | None:
        """Paid as soon as Stripe says so."""
        assert self.processor
        self.asked.append(session)
        paid = (await self.processor.checkout(session)).state is CheckoutStatus.COMPLETE
        self.after = replace(self.after, paid=paid)
        return self.after

    async def known(self, session: CheckoutSessionId) -> AfterPayment | None:
        return self.after


@dataclass(slots=True)
class Visit:
    """One page in Chromium, and what it complained about."""

    page: Page
    till: Till
    complaints: list[str] = field(default_factory=list)
    asked: list[str] = field(default_factory=list)

    @property
    def personal(self) -> str:
        return f"{self.till.base}/m/{OFFER}?for={LINK}"


@asynccontextmanager
async def chromium() -> AsyncIterator[Browser]:
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        try:
            yield browser
        finally:
            await browser.close()


@asynccontextmanager
async def visit(**context: Any) -> AsyncIterator[Visit]:
    async with (
        StripeEmulator.start() as stripe,
        StripeProcessor.open(stripe.secret_key, instance="test", api_base=stripe.url) as processor,
        chromium() as browser,
    ):
        till = Till(processor=processor)
        till.goes_on(paid=False, delivered=False)
        app = till.application(prefix=PREFIX, checkout_origin=stripe.url)
        async with listen(app, "127.0.0.1", 0) as port:
            till.base = f"http://127.0.0.1:{port}{PREFIX}"
            page = await (await browser.new_context(**context)).new_page()
            visiting = Visit(page, till)
            page.on("console", lambda message: visiting.complaints.append(message.text))
            page.on("request", lambda request: visiting.asked.append(request.url))
            yield visiting


WAYS = [
    pytest.param({"viewport": DESKTOP, "color_scheme": "light"}, id="desktop"),
    pytest.param({"viewport": PHONE, "color_scheme": "dark"}, id="phone in the dark"),
    pytest.param({"viewport": PHONE, "java_script_enabled": False}, id="without scripts"),
]


@pytest.mark.parametrize("context", WAYS)
async def test_from_the_personal_page_by_the_checkout_to_the_chat(context: dict[str, Any]) -> None:
    async with visit(**context) as visiting:
        page = visiting.page
        await page.goto(visiting.personal)
        await page.get_by_role("button", name="Unlock for 5.00 USD").click()
        await page.get_by_role("button", name="Pay 5.00 USD").click()
        await page.get_by_role("heading", name="Paid. It is on its way to your chat.").wait_for()
        visiting.till.goes_on(delivered=True)
        await page.get_by_role("heading", name="Paid. It is in your chat now.").wait_for()
        await expect(page).to_have_title("Paid. It is in your chat now.")
        chat = await page.get_by_role("link", name="Open the chat").get_attribute("href")
        assert chat == "https://matrix.to/#/%21direct%3Aexample.org?via=example.org"
        assert visiting.complaints == []
        assert all(url.startswith(("http://127.0.0.1:", "data:")) for url in visiting.asked)


async def test_by_keyboard_alone() -> None:
    async with visit() as visiting:
        page = visiting.page
        await page.goto(visiting.personal)
        await page.keyboard.press("Tab")
        outline = await page.evaluate("getComputedStyle(document.activeElement).outlineStyle")
        assert outline == "solid", "one sees where one is"
        await page.keyboard.press("Enter")
        await page.get_by_role("button", name="Pay 5.00 USD").wait_for()


async def test_who_leaves_the_checkout_is_back_at_the_button() -> None:
    async with visit() as visiting:
        page = visiting.page
        await page.goto(visiting.personal)
        await page.get_by_role("button", name="Unlock for 5.00 USD").click()
        await page.get_by_role("link", name="Leave without paying").click()
        await page.get_by_role("button", name="Unlock for 5.00 USD").wait_for()


async def test_the_style_and_the_tiny_picture_are_let_in() -> None:
    async with visit(viewport=PHONE) as visiting:
        page = visiting.page
        await page.goto(visiting.personal)
        picture = page.get_by_role("img", name="A hint of what is inside")
        assert await picture.evaluate("image => image.naturalWidth") == 16
        assert await picture.evaluate("image => getComputedStyle(image).imageRendering") == (
            "pixelated"
        )
        box = await picture.bounding_box()
        assert box
        assert box["width"] > 300


@pytest.mark.parametrize("width", [320, 390, 1280])
async def test_nothing_hangs_over_the_edge(width: int) -> None:
    long = "Donaudampfschifffahrtsgesellschaft" * 4
    async with visit(viewport={"width": width, "height": 700}) as visiting:
        visiting.till.offer = replace(SUNSET, text=long, seller_name=long, price=long)
        for path in (f"/m/{OFFER}", f"/m/{OFFER}?for={LINK}", "/nowhere"):
            await visiting.page.goto(visiting.till.base + path)
            inner = await visiting.page.evaluate("document.documentElement.scrollWidth")
            assert inner <= width


async def test_a_page_from_elsewhere_cannot_send_a_buyer_to_pay() -> None:
    async with visit() as visiting:
        target = f"{visiting.till.base}/api/stripe/chatmessages"
        form = f'<form method="post" action="{target}"><input name="for" value="{LINK}"></form>'
        await visiting.page.goto("about:blank")
        await visiting.page.set_content(form)
        async with visiting.page.expect_response(target) as answer:
            await visiting.page.evaluate("document.forms[0].submit()")
        assert (await answer.value).status == 403
        assert visiting.till.started == []
