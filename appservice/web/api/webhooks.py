"""The webhook route for Stripe's events. https://docs.stripe.com/webhooks"""

import time
from dataclasses import dataclass
from http import HTTPStatus

from aiohttp import web

from appservice.metrics import Metrics
from appservice.payments.webhook_verifier import WebhookVerifier
from appservice.web.error_pages import BadRequest
from appservice.web.forms import body_of
from bot.errors import AuthenticationError
from bot.services.payments.reconcile import ReceivePaymentEvent

STRIPE_WEBHOOK = "/webhooks/stripe"


def webhook_routes(
    verify: WebhookVerifier, receive: ReceivePaymentEvent, metrics: Metrics
) -> list[web.RouteDef]:
    return [web.post(STRIPE_WEBHOOK, _StripeWebhook(verify, receive, metrics).event)]


@dataclass(frozen=True, slots=True)
class _StripeWebhook:
    verify: WebhookVerifier
    receive: ReceivePaymentEvent
    metrics: Metrics

    async def event(self, request: web.Request) -> web.Response:
        """Answer 200 to foreign events too, because Stripe retries for days after anything but a 2xx."""
        body = await body_of(request)
        try:
            event = self.verify(body, request.headers.get("Stripe-Signature"))
        except AuthenticationError:
            self._count("unauthenticated")
            raise BadRequest(HTTPStatus.BAD_REQUEST, "This is no event of Stripe's.") from None
        if event.hint is None:
            self._count("ignored")
            return web.json_response({})
        await self.receive(event.hint)
        self._count("accepted")
        self.metrics.webhook_lag.observe(max(0.0, time.time() - event.happened_at.timestamp()))
        return web.json_response({})

    def _count(self, outcome: str) -> None:
        self.metrics.webhooks.labels(outcome).inc()
