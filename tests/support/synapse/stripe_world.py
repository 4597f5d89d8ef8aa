"""What the tests of the Stripe emulator share: the real SDK, a receiver of webhooks, a request."""

import asyncio
import json
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

import pytest
from aiohttp import web
from stripe import HTTPXClient, SignatureVerificationError, StripeClient, WebhookSignature
from stripe.checkout import Session

from sandbox.stripe import API_VERSION, StripeEmulator

SECRET = "whsec_" + "t" * 32
EXPIRES_AT = int(time.time()) + 6 * 3600
"""The same in every request, for an idempotency key does not take two."""

the_sdk_s_own_warning = pytest.mark.filterwarnings("ignore:Use 'content=<...>':DeprecationWarning")
"""The SDK hands httpx its form bodies in a way that httpx calls outdated."""


@asynccontextmanager
async def sdk(emulator: StripeEmulator, **overrides: Any) -> AsyncIterator[StripeClient]:
    """The client as the product makes it, but without retries unless they are asked for."""
    http = HTTPXClient(timeout=overrides.pop("timeout", 20))
    options: dict[str, Any] = {
        "api_key": emulator.secret_key,
        "http_client": http,
        "stripe_version": API_VERSION,
        "base_addresses": {"api": emulator.url},
        "max_network_retries": 0,
    }
    try:
        yield StripeClient(**(options | overrides))
    finally:
        await http.close_async()  # type: ignore[no-untyped-call]


def recommended(**overrides: Any) -> Any:
    """A session request with every parameter that the product uses."""
    return {
        "mode": "payment",
        "client_reference_id": "purchase_1",
        "line_items": [
            {
                "quantity": 1,
                "price_data": {
                    "currency": "usd",
                    "unit_amount": 500,
                    "product_data": {"name": "Paid message from Alice"},
                },
            }
        ],
        "metadata": {"app": "ppv:test", "purchase": "purchase_1", "attempt": "1"},
        "payment_intent_data": {
            "metadata": {"app": "ppv:test", "purchase": "purchase_1"},
            "description": "Paid message",
            "statement_descriptor_suffix": "PPV",
        },
        "success_url": "http://shop.example/success?session_id={CHECKOUT_SESSION_ID}",
        "cancel_url": "http://shop.example/cancelled?p=1",
        "expires_at": EXPIRES_AT,
        "adaptive_pricing": {"enabled": False},
        "locale": "auto",
        "submit_type": "pay",
        "excluded_payment_method_types": ["sepa_debit", "us_bank_account", "boleto"],
        "integration_identifier": "ppv_12345678",
        "custom_text": {"submit": {"message": "You receive the content at once."}},
    } | overrides


@dataclass(slots=True)
class Shop:
    """A receiver of webhooks. `statuses` are answered one after the other, then 200 for ever."""

    url: str = ""
    events: list[dict[str, Any]] = field(default_factory=list)
    refused: int = 0
    statuses: list[int] = field(default_factory=list)
    pause: float = 0.0

    @property
    def types(self) -> list[str]:
        return [event["type"] for event in self.events]

    async def receive(self, request: web.Request) -> web.Response:
        body = await request.read()
        await asyncio.sleep(self.pause)
        try:
            WebhookSignature.verify_header(
                body.decode(), request.headers["Stripe-Signature"], SECRET, 300
            )
        except SignatureVerificationError:
            self.refused += 1
            return web.Response(status=400)
        if self.statuses:
            return web.Response(status=self.statuses.pop(0))
        self.events.append(json.loads(body))
        return web.Response()


@asynccontextmanager
async def open_shop() -> AsyncIterator[Shop]:
    shop = Shop()
    app = web.Application()
    app.router.add_post("/hook", shop.receive)
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    shop.url = f"http://127.0.0.1:{runner.addresses[0][1]}/hook"
    try:
        yield shop
    finally:
        await runner.cleanup()


@dataclass(frozen=True, slots=True)
class World:
    """An emulated Stripe, the SDK pointed at it, and a shop that hears its webhooks."""

    stripe: StripeEmulator
    client: StripeClient
    shop: Shop

    async def session(self, **overrides: Any) -> Session:
        """An open session made by the recommended request."""
        return await self.client.v1.checkout.sessions.create_async(recommended(**overrides))


@asynccontextmanager
async def open_world(**options: Any) -> AsyncIterator[World]:
    """Fails at its end if the emulator said anything that Stripe's schema does not allow."""
    settings = {"retry_delays": (0.01, 0.01), "webhook_secret": SECRET} | options
    async with (
        open_shop() as shop,
        StripeEmulator.start(webhook_url=shop.url, **settings) as emulator,
        sdk(emulator) as client,
    ):
        yield World(emulator, client, shop)
        assert emulator.schema_misses == []


class HandClock:
    """Stands still until it is moved."""

    def __init__(self) -> None:
        self.seconds = float(int(time.time()))

    def __call__(self) -> float:
        return self.seconds

    def advance(self, seconds: float) -> None:
        self.seconds += seconds
