"""Whether a Stripe account is set up as we need it: what the key may do, and the webhook endpoint."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import stripe

from appservice.payments.api_version import API_VERSION
from appservice.payments.errors import checkout_errors, stripe_errors
from appservice.payments.stripe_events import EVENT_TYPES
from config.addresses import is_same_address

if TYPE_CHECKING:  # Thousands of types that nobody needs at run time.
    from stripe.params.checkout import SessionCreateParams

_A_DAY_SECONDS = 86_400
_PROBE_MINOR = 100_000
"""More than the smallest amount of any currency."""
_PROBE_LASTS_SECONDS = 31 * 60
"""Stripe makes no session that ends sooner than in half an hour; a killed run leaves it until then."""
_MARK = "matrix_ppv_init"


@dataclass(frozen=True, slots=True)
class StripeDiagnostics:
    client: stripe.StripeClient

    async def missing_rights(self) -> list[str]:
        """What the key may not read, in the Dashboard's words. Rights to write cannot be looked at."""
        v1 = self.client.v1
        asked: dict[str, Callable[[], Awaitable[object]]] = {
            "Checkout Sessions": lambda: v1.checkout.sessions.list_async({"limit": 1}),
            "PaymentIntents": lambda: v1.payment_intents.list_async({"limit": 1}),
            "Charges and Refunds": lambda: v1.refunds.list_async({"limit": 1}),
            "Disputes": lambda: v1.disputes.list_async({"limit": 1}),
            "Events": lambda: v1.events.list_async({"limit": 1}),
            "Radar": lambda: v1.radar.early_fraud_warnings.list_async({"limit": 1}),
            "Balance Transactions": lambda: v1.balance_transactions.list_async({"limit": 1}),
        }
        return [name for name, ask in asked.items() if not await _may(ask)]

    async def create_endpoint(self, url: str, mark: str) -> str | None:
        """A webhook endpoint with exactly the events that are handled; its signing secret.

        None if there is one at `url` already, whose secret only the Dashboard tells, or if the key may not
        make one. An endpoint with the same `mark` is from a run that broke off before it could write the
        secret down; it is replaced.
        """
        try:
            page = await self.client.v1.webhook_endpoints.list_async({"limit": 100})
            there = [
                each async for each in page.auto_paging_iter() if is_same_address(each.url, url)
            ]
            if any(_mark_of(each) != mark for each in there):
                return None
            for each in there:
                await self.client.v1.webhook_endpoints.delete_async(each.id)
            made = await self.client.v1.webhook_endpoints.create_async(
                {
                    "url": url,
                    "enabled_events": [*EVENT_TYPES],  # type: ignore[list-item] # strings, all of them known
                    "api_version": API_VERSION,
                    "metadata": {_MARK: mark},
                }
            )
        except stripe.PermissionError:
            return None
        except stripe.StripeError:
            with stripe_errors():
                raise
        return made.secret

    async def payment_page(self, currency: str, *, terms: bool) -> str:
        """Return where a checkout of this account is, by making one that nobody hears of, and ending it.

        `terms`: with terms that buyers must accept. Raises AccountNotSetUp where the account lacks something that
        only a first checkout tells, such as the address of the terms in Stripe's Dashboard.
        """
        params: SessionCreateParams = {
            "mode": "payment",
            "line_items": [
                {
                    "quantity": 1,
                    "price_data": {
                        "currency": currency,
                        "unit_amount": _PROBE_MINOR,
                        "product_data": {"name": "A look at the settings"},
                    },
                }
            ],
            "success_url": "https://example.com/",
            "expires_at": int(datetime.now(UTC).timestamp()) + _PROBE_LASTS_SECONDS,
        }
        if terms:
            params["consent_collection"] = {"terms_of_service": "required"}
        sessions = self.client.v1.checkout.sessions
        with checkout_errors(None):
            made = await sessions.create_async(params)
            await sessions.expire_async(made.id)
        return made.url or ""

    async def undelivered(self) -> int:
        """Return how many events of the last day, up to 100, an endpoint has not taken.

        https://docs.stripe.com/api/events/object#event_object-pending_webhooks
        """
        since = int(datetime.now(UTC).timestamp()) - _A_DAY_SECONDS
        with stripe_errors():
            page = await self.client.v1.events.list_async(
                {"types": [*EVENT_TYPES][:20], "created": {"gte": since}, "limit": 100}
            )
        return sum(event.pending_webhooks > 0 for event in page.data)

    async def endpoint_faults(self, url: str) -> list[str] | None:
        """What is wrong with the webhook endpoint at `url`; None if the key may not look."""
        try:
            with stripe_errors():
                page = await self.client.v1.webhook_endpoints.list_async({"limit": 100})
                found = [
                    each async for each in page.auto_paging_iter() if is_same_address(each.url, url)
                ]
        except Exception as error:
            if isinstance(error.__cause__, stripe.PermissionError):
                return None
            raise
        if not found:
            return [f"there is none for {url}: add it in the Dashboard, or by docs/stripe.md"]
        faults = [_faults(each) for each in found]
        return min(faults, key=len)


def _mark_of(endpoint: stripe.WebhookEndpoint) -> str | None:
    return endpoint.metadata.to_dict().get(_MARK) if endpoint.metadata else None


async def _may(ask: Callable[[], Awaitable[object]]) -> bool:
    try:
        await ask()
    except stripe.PermissionError:
        return False
    except stripe.StripeError:
        with stripe_errors():
            raise
    return True


def _faults(endpoint: stripe.WebhookEndpoint) -> list[str]:
    faults = []
    if endpoint.status != "enabled":
        faults.append("it is disabled: enable it in the Dashboard")
    if endpoint.api_version != API_VERSION:
        faults.append(
            f"its API version is {endpoint.api_version or 'the account default'}, not {API_VERSION}"
        )
    missing = set(EVENT_TYPES) - set(endpoint.enabled_events)
    if missing and "*" not in endpoint.enabled_events:
        faults.append(f"it lacks events: {', '.join(sorted(missing))}")
    return faults
