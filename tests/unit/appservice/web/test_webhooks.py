"""Stripe's side of the house: 200 for what is kept or not ours, and never a 404 or a silent loss."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any, cast

import pytest
from aiohttp.test_utils import TestClient, TestServer

from appservice.metrics import Metrics
from appservice.payments.stripe_events import EventScope, PaymentEvent
from appservice.web.api.webhooks import webhook_routes
from appservice.web.http_server import application
from bot.domain.money.payment_event import PaymentEventRef
from bot.errors import AuthenticationError, TemporaryError
from tests.support.fake_page_data import SESSION
from tests.support.fake_pages import Client, Shop, plain_json

HOOK = "/webhooks/stripe"
HINT = PaymentEventRef(event="evt_1", about=SESSION, is_checkout=True)
SIGNED = {"Stripe-Signature": "genuine"}


@dataclass(slots=True)
class Till:
    """Takes every body for an event about one session, if the signature says “genuine”."""

    concern: EventScope = EventScope.OWN
    failure: Exception | None = None
    kept: list[PaymentEventRef] = field(default_factory=list)
    bodies: list[bytes] = field(default_factory=list)
    metrics: Metrics = field(default_factory=Metrics)

    def read(self, body: bytes, signature: str | None) -> PaymentEvent:
        if signature != "genuine":
            raise AuthenticationError("forged, and this is why: details")
        self.bodies.append(body)
        return PaymentEvent(
            id="evt_1",
            type="checkout.session.completed",
            happened_at=datetime.now(UTC) - timedelta(seconds=20),
            concern=self.concern,
            hint=HINT if self.concern is EventScope.OWN else None,
        )

    async def accept(self, hint: PaymentEventRef) -> None:
        if self.failure is not None:
            raise self.failure
        self.kept.append(hint)

    def counted(self, outcome: str) -> bool:
        return (
            f'ppv_webhook_requests_total{{outcome="{outcome}"}} 1.0'
            in self.metrics.exposition(()).decode()
        )

    @asynccontextmanager
    async def listening(self) -> AsyncIterator[Client]:
        routes = webhook_routes(cast("Any", self.read), cast("Any", self.accept), self.metrics)
        app = application(routes, face=plain_json, body_limit=256 * 1024)
        async with TestClient(TestServer(app)) as stripe:
            yield stripe


async def test_an_event_is_kept_before_it_is_acknowledged() -> None:
    till = Till()
    async with till.listening() as stripe:
        answer = await stripe.post(HOOK, data=b'{"a":  1}', headers=SIGNED)
        assert (answer.status, await answer.json()) == (200, {})
    assert till.kept == [HINT]
    assert till.bodies == [b'{"a":  1}'], "the signature is over the raw bytes"
    assert till.counted("accepted")
    lag = 'ppv_webhook_lag_seconds_bucket{le="%s"}'
    text = till.metrics.exposition(()).decode()
    assert f"{lag % '10.0'} 0.0" in text
    assert f"{lag % '60.0'} 1.0" in text


@pytest.mark.parametrize("concern", [EventScope.FOREIGN, EventScope.OTHER_MODE])
async def test_what_is_not_ours_is_acknowledged_and_left_alone(concern: EventScope) -> None:
    till = Till(concern=concern)
    async with till.listening() as stripe:
        answer = await stripe.post(HOOK, data=b"{}", headers=SIGNED)
        assert answer.status == 200
    assert till.kept == []
    assert till.counted("ignored")


@pytest.mark.parametrize("headers", [{}, {"Stripe-Signature": "t=1,v1=forged"}])
async def test_a_forged_event_is_refused_without_detail(headers: dict[str, str]) -> None:
    till = Till()
    async with till.listening() as stranger:
        answer = await stranger.post(HOOK, data=b"{}", headers=headers)
        assert answer.status == 400
        assert "details" not in await answer.text()
    assert till.kept == []
    assert till.counted("unauthenticated")


async def test_an_event_that_could_not_be_kept_is_sent_again() -> None:
    till = Till(failure=TemporaryError("the database is locked"))
    async with till.listening() as stripe:
        answer = await stripe.post(HOOK, data=b"{}", headers=SIGNED)
        assert (answer.status, answer.headers["Retry-After"]) == (503, "5")
        till.failure = None
        answer = await stripe.post(HOOK, data=b"{}", headers=SIGNED)
        assert answer.status == 200
    assert till.kept == [HINT]


async def test_a_body_over_256_kilobytes_is_not_read() -> None:
    till = Till()
    async with till.listening() as stranger:
        answer = await stranger.post(HOOK, data=b" " * (256 * 1024 + 1), headers=SIGNED)
        assert answer.status == 413
        answer = await stranger.post(HOOK, data=b" " * 256 * 1024, headers=SIGNED)
        assert answer.status == 200


async def test_looking_at_the_route_is_not_allowed() -> None:
    async with Till().listening() as stranger:
        answer = await stranger.get(HOOK)
        assert (answer.status, answer.headers["Allow"]) == (405, "POST")


async def test_on_the_public_listener_programs_are_answered_in_json() -> None:
    async with Shop().open() as stranger:
        answer = await stranger.post(HOOK, data=b"{}")
        assert (answer.status, answer.content_type) == (400, "application/json")


async def test_the_route_stands_below_the_prefix() -> None:
    async with Shop().open(prefix="/shop") as stranger:
        assert (await stranger.post("/shop" + HOOK, data=b"{}")).status == 400
        assert (await stranger.post(HOOK, data=b"{}")).status == 404


def test_every_labelled_counter_has_its_zeros_from_the_start() -> None:
    told = Metrics().exposition(()).decode()
    for outcome in ("accepted", "ignored", "unauthenticated"):
        assert f'ppv_webhook_requests_total{{outcome="{outcome}"}} 0.0' in told
    for name in ("ppv_loop_failures_total{loop=", "ppv_items_failed_total{source="):
        assert name in told
