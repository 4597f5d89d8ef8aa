"""Stripe: it reports what became of checkouts. https://docs.stripe.com/webhooks"""

import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from http import HTTPStatus

from aiohttp import web

from appservice.payments.stripe_events import PaymentEvent
from appservice.web.api.metrics import Metrics
from appservice.web.error_pages import BadRequest
from appservice.web.forms import body_of
from bot.domain.money.payment_event import PaymentEventRef
from bot.errors import AuthenticationError

AcceptPaymentEvent = Callable[[PaymentEventRef], Awaitable[None]]
"""Keeps for good, once, what is to be asked about, before it returns. May raise Transient."""

ReadPaymentEvent = Callable[[bytes, str | None], PaymentEvent]
"""From a raw body and its signature to what it says. Raises AuthenticationError."""

STRIPE_WEBHOOK = "/webhooks/stripe"


def webhook_routes(
    *, read: ReadPaymentEvent, accept: AcceptPaymentEvent, metrics: Metrics
) -> list[web.RouteDef]:
    return [web.post(STRIPE_WEBHOOK, _Stripe(read, accept, metrics).event)]


@dataclass(frozen=True, slots=True)
class _Stripe:
    read: ReadPaymentEvent
    accept: AcceptPaymentEvent
    metrics: Metrics

    async def event(self, request: web.Request) -> web.Response:
        """Anything but a 2xx makes Stripe try again for days, so what is not ours is a 200 too."""
        body = await body_of(request)
        try:
            event = self.read(body, request.headers.get("Stripe-Signature"))
        except AuthenticationError:
            self._count("unauthenticated")
            raise BadRequest(HTTPStatus.BAD_REQUEST, "This is no event of Stripe's.") from None
        if event.hint is None:
            self._count("ignored")
            return web.json_response({})
        await self.accept(event.hint)
        self._count("accepted")
        self.metrics.webhook_lag.observe(max(0.0, time.time() - event.happened_at.timestamp()))
        return web.json_response({})

    def _count(self, outcome: str) -> None:
        self.metrics.webhooks.labels(outcome).inc()
