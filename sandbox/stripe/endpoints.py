"""Webhook endpoints and their secrets (https://docs.stripe.com/api/webhook_endpoints)."""

from collections.abc import Sequence
from typing import Any

from sandbox.stripe.errors import StripeError, not_emulated
from sandbox.stripe.ledger import Ledger
from sandbox.stripe.vocabulary import API_VERSION, StripeObject

CARRIED_OUT = frozenset(
    {"api_version", "description", "enabled_events", "expand", "metadata", "url"}
)


def add_endpoint(
    ledger: Ledger,
    secrets: dict[str, str],
    *,
    url: str,
    secret: str,
    events: Sequence[str],
    api_version: str | None = API_VERSION,
    description: str | None = None,
    metadata: dict[str, str] | None = None,
) -> StripeObject:
    endpoint: StripeObject = {
        "id": ledger.new_id("we_1"),
        "object": "webhook_endpoint",
        "api_version": api_version,
        "application": None,
        "created": ledger.now(),
        "description": description,
        "enabled_events": list(events),
        "livemode": False,
        "metadata": metadata or {},
        "status": "enabled",
        "url": url,
    }
    secrets[endpoint["id"]] = secret
    return ledger.add(endpoint)


def create_endpoint(
    ledger: Ledger, secrets: dict[str, str], params: dict[str, Any]
) -> StripeObject:
    """As the API does it: the secret is made up, and shown this once."""
    for name in params:
        if name not in CARRIED_OUT:
            raise not_emulated(name)
    if params.get("api_version", API_VERSION) != API_VERSION:
        raise StripeError(
            f"This emulator only speaks API version {API_VERSION}.", param="api_version"
        )
    secret = ledger.new_id("whsec_", 32)
    endpoint = add_endpoint(
        ledger,
        secrets,
        url=params["url"],
        secret=secret,
        events=params["enabled_events"],
        api_version=params.get("api_version"),
        description=params.get("description"),
        metadata=params.get("metadata"),
    )
    return endpoint | {"secret": secret}


def delete_endpoint(ledger: Ledger, secrets: dict[str, str], endpoint_id: str) -> StripeObject:
    endpoint = ledger.get("webhook_endpoint", endpoint_id, param="webhook_endpoint")
    ledger.remove(endpoint["id"])
    del secrets[endpoint["id"]]
    return {"id": endpoint["id"], "object": "webhook_endpoint", "deleted": True}
