"""The pages on a whole bot of fakes, for somebody who is signed in."""

import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

from aiohttp import ClientResponse, web
from aiohttp.test_utils import TestClient, TestServer

from appservice.db.notifier import PurchaseNotifier
from appservice.metrics import Metrics
from appservice.payments.webhook_verifier import WebhookVerifier
from appservice.web.public_app import PublicApp
from appservice.web.site import Site
from bot.ids import UserId
from bot.messages import Library, SignInInvitation
from bot.services.rate_limiter import RateLimiter
from tests.support.bot_harness import ALICE, STUDIO, BotHarness
from tests.support.fake_homeserver import BOT

ORIGIN = "http://ppv.test"
Client = TestClient[web.Request, web.Application]


def application(
    house: BotHarness, *, origin: str = ORIGIN, prefix: str = "", apps: tuple[str, ...] = ()
) -> web.Application:
    site = Site(
        bot=BOT,
        origin=origin,
        prefix=prefix,
        secure=False,
        checkout_origins=frozenset({"https://checkout.stripe.com"}),
    )
    return PublicApp(
        bot=house.bot,
        site=site,
        verifier=WebhookVerifier(secrets=(), instance="ppv", live=False, clock=house.clock),
        notifier=PurchaseNotifier(),
        limiter=RateLimiter(10_000, house.clock),
        metrics=Metrics(),
        widget_clients=apps,
    ).build()


async def link_for(house: BotHarness, who: UserId = ALICE) -> str:
    """Path and query of a fresh link that signs a browser in."""
    if who == ALICE and STUDIO not in house.matrix.members:
        await house.open_studio()
    room = STUDIO if who == ALICE else house.direct(who)
    await house.says(who, room, "!ppv studio")
    return path_of(house.matrix.of(SignInInvitation)[-1].link)


async def library_link_for(house: BotHarness, buyer: UserId) -> str:
    """The same, as it stands below the list of what a buyer has bought."""
    await house.says(buyer, house.direct(buyer), "!ppv library")
    return path_of(house.matrix.of(Library)[-1].link)


def path_of(link: str) -> str:
    return link.removeprefix("https://ppv.test")


@dataclass(slots=True)
class Browser:
    """Reads pages, and sends the forms on them as people do."""

    client: Client
    token: str = ""

    async def page(self, path: str) -> str:
        """Raises AssertionError unless there is one."""
        answer = await self.client.get(path, headers={"Accept": "text/html"})
        html = await answer.text()
        assert answer.status == 200, (answer.status, html)
        self.token = str(re.findall(r'name="token" value="([^"]+)"', html)[0])
        return html

    async def sends(self, path: str, **fields: str) -> ClientResponse:
        """A form, with the token of the page that was read last."""
        return await self.client.post(
            path, data={"token": self.token, **fields}, headers={"Accept": "text/html"}
        )


@asynccontextmanager
async def signed_in(
    house: BotHarness, who: UserId = ALICE, link: str | None = None
) -> AsyncIterator[Browser]:
    async with TestClient(TestServer(application(house))) as client:
        browser = Browser(client)
        link = link or await link_for(house, who)
        await browser.page(link)
        answer = await browser.sends("/sign-in", **{"with": link.partition("=")[2]})
        assert answer.status == 200
        yield browser
