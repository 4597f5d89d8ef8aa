"""The payment processor, by Stripe's SDK."""

import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Self
from urllib.parse import urlsplit

import stripe

from appservice.payments.checkout_session import checkout_of, idempotency_key, session_params
from appservice.payments.errors import stripe_errors
from bot.attempt import Checkout, CheckoutRequest
from bot.errors import Broken
from bot.ids import CheckoutSessionId

API_VERSION = "2026-05-27.dahlia"
"""Stripe's API in the one version that we speak and test against, whatever the SDK's own is."""

STRIPE_API = "https://api.stripe.com"
STRIPE_CHECKOUT = "https://checkout.stripe.com"

_ANSWER_SECONDS = 20.0
_RETRIES = 1


class StripeProcessor:
    """Fulfils `bot.ports.PaymentProcessor`."""

    def __init__(
        self, client: stripe.StripeClient, *, instance: str, checkout_origins: frozenset[str]
    ) -> None:
        self._sessions = client.v1.checkout.sessions
        self._instance = instance
        self._checkout_origins = checkout_origins

    @classmethod
    @asynccontextmanager
    async def open(
        cls,
        secret_key: str,
        *,
        instance: str,
        api_base: str = STRIPE_API,
        answer_within: float = _ANSWER_SECONDS,
    ) -> AsyncIterator[Self]:
        """Usable until the block ends, in the event loop that opened it.

        `instance` marks what is ours in the account. `answer_within` is in seconds, for one try.
        Telemetry is off and the SDK silent below warnings: it would log addresses of checkouts.
        """
        stripe.enable_telemetry = False
        for talkative in ("stripe", "httpx"):
            logging.getLogger(talkative).setLevel(logging.WARNING)
        http = stripe.HTTPXClient(timeout=answer_within)
        client = stripe.StripeClient(
            secret_key,
            http_client=http,
            stripe_version=API_VERSION,
            base_addresses={"api": api_base.rstrip("/")},
            max_network_retries=_RETRIES,
        )
        try:
            yield cls(client, instance=instance, checkout_origins=checkout_origins(api_base))
        finally:
            await http.close_async()  # type: ignore[no-untyped-call]

    async def create_checkout(self, request: CheckoutRequest) -> Checkout:
        with stripe_errors():
            session = await self._sessions.create_async(
                session_params(request, self._instance),
                {"idempotency_key": idempotency_key(request, self._instance)},
            )
        return self._vetted(checkout_of(session))

    async def checkout(self, session: CheckoutSessionId) -> Checkout:
        with stripe_errors():
            return self._vetted(checkout_of(await self._sessions.retrieve_async(session)))

    def _vetted(self, checkout: Checkout) -> Checkout:
        """Buyers are sent nowhere but to Stripe's own page, whatever an answer says."""
        if checkout.url is not None and origin_of(checkout.url) not in self._checkout_origins:
            raise Broken(f"checkout {checkout.session} has an address that is not Stripe's")
        return checkout


def checkout_origins(api_base: str) -> frozenset[str]:
    """Where the payment pages stand: at Stripe, and at an emulator that stands in for its API."""
    own = set() if origin_of(api_base) == STRIPE_API else {origin_of(api_base)}
    return frozenset({STRIPE_CHECKOUT, *own})


def origin_of(url: str) -> str:
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}"
