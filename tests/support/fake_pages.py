"""A small shop for the tests of the pages: what stands behind them, kept in dictionaries."""

import hashlib
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from types import SimpleNamespace
from typing import Any

from aiohttp import web
from aiohttp.test_utils import TestClient, TestServer

from appservice.db.notifier import PurchaseNotifier
from appservice.metrics import Metrics
from appservice.payments.webhook_verifier import WebhookVerifier
from appservice.web.error_pages import Fault
from appservice.web.public_app import PublicApp
from appservice.web.site import Legal, Site
from bot.bootstrap import Bot
from bot.crypto.attachment_cipher import ContentKey, Encryptor
from bot.domain.people.abuse_report import Report
from bot.errors import AuthenticationError, UserError
from bot.ids import (
    CheckoutSessionId,
    LinkToken,
    OfferId,
    ReportId,
    RoomId,
    UserId,
    report_id,
)
from bot.services.moderation.submit_report import ReportForm
from bot.services.rate_limiter import RateLimiter
from bot.views.page_models import (
    AfterPayment,
    ClaimedFile,
    ClaimPage,
    OfferPage,
    OpenedFile,
    PersonalPage,
    StorefrontPage,
)
from tests.support.auth_fixture import Door
from tests.support.bot_harness import BotHarness
from tests.support.fake_page_data import (
    BOT,
    CHECKOUT_ORIGIN,
    CHECKOUT_URL,
    GOODS,
    LINK,
    PURCHASE,
    ROOM,
    SECRET,
    SESSION,
    SUNSET,
)
from tests.support.frozen_clock import FrozenClock

Client = TestClient[web.Request, web.Application]
OUR_OWN_PAGE = {"Sec-Fetch-Site": "same-origin"}
"""What browsers say of a form on a page of ours."""


@dataclass(slots=True)
class Shop:
    """The use cases behind the pages for buyers. `failure` is raised by all of them."""

    offer: OfferPage | None = SUNSET
    owned: bool = False
    delivered: bool = True
    rounds: int = 1
    pending: str | None = None
    storefront: StorefrontPage | None = None
    already: int = 0
    """So many files of it the buyer has from elsewhere."""
    direct_room: RoomId | None = ROOM
    address: str = CHECKOUT_URL
    after: AfterPayment = field(
        default_factory=lambda: AfterPayment(
            purchase=PURCHASE,
            paid=True,
            delivered=True,
            processing=False,
            stuck=None,
            waits_for_buyer=False,
            on_the_web=0,
            direct_room=ROOM,
        )
    )
    failure: Exception | None = None
    stuck: str | None = None
    claim_code: str | None = None
    proven: bool = False
    goods: tuple[bytes, ...] = ()
    """What a proven browser opens."""
    goods_name: str = ""
    goods_mimetype: str = "image/png"
    key: ContentKey = field(default_factory=ContentKey.fresh)
    previews: tuple[bytes, ...] = ()
    """The bytes of the free previews that the offer shows."""
    wanted: list[UserId] = field(default_factory=list)
    """Who was typed on the page."""
    ask_failure: UserError | None = None
    askers: list[str | None] = field(default_factory=list)
    """And from which address."""
    started: list[LinkToken] = field(default_factory=list)
    asked: list[CheckoutSessionId] = field(default_factory=list)
    changes: PurchaseNotifier = field(default_factory=PurchaseNotifier)
    metrics: Metrics = field(default_factory=Metrics)
    pages_per_minute: int = 10_000
    legal: Legal = field(default_factory=Legal)
    reports: dict[ReportId, Report] = field(default_factory=dict)
    by_letter: bool = False
    clock: FrozenClock = field(default_factory=FrozenClock)
    origin: str = "http://ppv.test"
    door: Door = field(default_factory=Door)
    apps: tuple[str, ...] = ()
    """Chat apps that may show the studio."""

    async def show_offer(self, offer: OfferId) -> OfferPage | None:
        self._fail()
        return self.offer if self.offer and self.offer.offer == offer else None

    async def show_personal(self, offer: OfferId, link: LinkToken) -> PersonalPage | None:
        page = await self.show_offer(offer)
        if page is None or link != LINK:
            return None
        return PersonalPage(
            page=page,
            buyer=UserId("@bob:elsewhere.org"),
            owned=self.owned,
            already=self.already,
            pending=self.pending,
            direct_room=self.direct_room,
            goods=GOODS if self.owned else (),
            rounds=self.rounds,
            delivered=self.delivered,
            stuck=self.stuck,
            on_the_web=0,
        )

    async def show_storefront(self, name: str, wanted: str, page: int) -> StorefrontPage | None:
        self._fail()
        if self.storefront is None or self.storefront.name != name:
            return None
        return replace(self.storefront, wanted=wanted, page=page)

    async def card(self, offer: OfferId) -> bytes | None:
        page = await self.show_offer(offer)
        return page.teaser if page else None

    async def free(self, offer: OfferId, number: int) -> OpenedFile | None:
        page = await self.show_offer(offer)
        if page is None or number >= len(page.previews):
            return None
        plain = self.previews[number]
        return OpenedFile(
            page.previews[number], lambda start, length: _chunks(plain[start : start + length])
        )

    async def ask(self, offer: OfferId, who: UserId, visitor: str | None) -> None:
        self._fail()
        if self.ask_failure is not None:
            raise self.ask_failure
        self.wanted.append(who)
        self.askers.append(visitor)

    async def begin_claim(self, link: LinkToken) -> str:
        self._fail()
        if link != LINK or not self.owned:
            raise UserError("There is nothing to open here: it is not paid for.")
        self.claim_code = "123456"
        return SECRET

    async def show_claim(
        self, offer: OfferId, link: LinkToken, secret: str | None
    ) -> ClaimPage | None:
        personal = await self.show_personal(offer, link)
        if personal is None:
            return None
        held = secret == SECRET
        return ClaimPage(
            page=personal.page,
            buyer=personal.buyer,
            owned=self.owned,
            stuck=self.stuck,
            code=self.claim_code if held and not self.proven else None,
            proven=held and self.proven,
        )

    async def claimed_files(self, link: LinkToken, secret: str) -> tuple[ClaimedFile, ...]:
        if (link, secret, self.proven) != (LINK, SECRET, True):
            raise AuthenticationError("not the buyer's browser")
        return tuple(
            ClaimedFile(
                number=number,
                name=self.goods_name or f"{number}.png",
                mimetype=self.goods_mimetype,
                size=len(plain),
                key=self.key,
                sha256=hashlib.sha256(self._sealed(plain)).digest(),
            )
            for number, plain in enumerate(self.goods)
        )

    async def claimed_ciphertext(
        self, link: LinkToken, secret: str, number: int
    ) -> tuple[int, AsyncIterator[bytes]]:
        await self.claimed_files(link, secret)
        sealed = self._sealed(self.goods[number])
        return len(sealed), _chunks(sealed)

    def _sealed(self, plain: bytes) -> bytes:
        return Encryptor(self.key).encrypt(plain)

    async def start_checkout(self, link: LinkToken) -> str:
        self._fail()
        if link != LINK:
            raise UserError("This link does not work. Please ask the bot for a new one.")
        self.started.append(link)
        return self.address

    async def after_payment(self, session: CheckoutSessionId) -> AfterPayment | None:
        self._fail()
        self.asked.append(session)
        return self.after if session == SESSION else None

    async def file_report(
        self, cause: str, said: ReportForm, reporter: UserId | None = None
    ) -> ReportId:
        self._fail()
        id_ = report_id(cause)
        self.reports[id_] = Report(
            id=id_,
            offer=said.offer,
            category=said.category,
            description=said.description,
            created_at=self.clock.now(),
            name=said.name,
            email=said.email,
            reporter=reporter,
        )
        return id_

    async def look_at_report(self, report: ReportId) -> Report | None:
        return self.reports.get(report)

    async def send_again(self, link: LinkToken, rounds: int) -> None:
        self._fail()
        if link != LINK:
            raise UserError("You have not bought this, so there is nothing to send.")
        if rounds == self.rounds:
            self.rounds, self.delivered = rounds + 1, False

    async def known(self, session: CheckoutSessionId) -> AfterPayment | None:
        return self.after if session == SESSION else None

    def goes_on(self, **changed: Any) -> None:
        """What becomes of the payment."""
        self.after = replace(self.after, **changed)
        self.changes.notify([PURCHASE])

    def _fail(self) -> None:
        if self.failure is not None:
            raise self.failure

    def says(self, **changed: Any) -> None:
        """Change the offer."""
        assert self.offer
        self.offer = replace(self.offer, **changed)

    def application(
        self, *, prefix: str = "", checkout_origin: str = CHECKOUT_ORIGIN
    ) -> web.Application:
        return PublicApp(
            bot=self.bot(),
            site=Site(
                bot=BOT,
                origin=self.origin,
                prefix=prefix,
                secure=self.origin.startswith("https:"),
                checkout_origins=frozenset({checkout_origin}),
                legal=self.legal,
            ),
            verifier=WebhookVerifier(secrets=(), instance="ppv", live=False, clock=self.clock),
            notifier=self.changes,
            limiter=RateLimiter(self.pages_per_minute, self.clock),
            metrics=self.metrics,
            widget_clients=self.apps,
        ).build()

    def bot(self) -> Bot:
        """An empty bot, with this shop behind the pages for buyers."""
        fakes: dict[str, Any] = {
            "offer_page_view": SimpleNamespace(
                offer=self.show_offer,
                purchase=self.show_personal,
                card=self.card,
                after_payment=self.after_payment,
                payment_status=self.known,
            ),
            "free_previews": SimpleNamespace(file=self.free),
            "request_link": self.ask,
            "start_checkout": self.start_checkout,
            "redeliver": SimpleNamespace(by_link=self.send_again),
            "start_download": self.begin_claim,
            "browser_download": SimpleNamespace(
                page=self.show_claim, files=self.claimed_files, ciphertext=self.claimed_ciphertext
            ),
            "submit_report": self.file_report,
            "get_report": self.look_at_report,
            "storefront_page_view": self.show_storefront,
            "login_service": self.door,
            "widget_login": self.door.enter_widget,
        }
        return replace(BotHarness().bot, writes_letters=self.by_letter, **fakes)

    @asynccontextmanager
    async def open(
        self, *, prefix: str = "", headers: Mapping[str, str] = OUR_OWN_PAGE
    ) -> AsyncIterator[Client]:
        server = TestServer(self.application(prefix=prefix))
        async with TestClient(server, headers=dict(headers)) as client:
            yield client


async def _chunks(data: bytes) -> AsyncIterator[bytes]:
    for start in range(0, len(data), 1000):
        yield data[start : start + 1000]


def plain_json(_: web.Request, fault: Fault) -> web.Response:
    return web.json_response({"error": fault.words}, status=fault.status)
