"""What Stripe reports by webhook: verified, and cut down to what we act on.

https://docs.stripe.com/webhooks
"""

import logging
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from stripe import WebhookSignature

from appservice.lenient_json import loads
from appservice.payments.api_version import API_VERSION
from appservice.payments.stripe_events import UNREADABLE, EventScope, PaymentEvent, payment_event
from bot.errors import AuthenticationError
from bot.ports import Clock
from bot.services.inbound.failed_items import in_one_line

_logger = logging.getLogger(__name__)

TOLERANCE_SECONDS = 300
"""How far Stripe's clock and ours may be apart, into the past and into the future."""


@dataclass(frozen=True, slots=True, kw_only=True)
class WebhookVerifier:
    """Tells Stripe's requests from forged ones."""

    secrets: tuple[str, ...] = field(repr=False)
    """All that may have signed: while a secret is rolled there are two."""
    connect_secrets: tuple[str, ...] = field(default=(), repr=False)
    """The same of the endpoint for sellers' own accounts."""
    instance: str
    live: bool
    """Whether we deal in real money."""
    clock: Clock

    def __call__(self, body: bytes, signature: str | None) -> PaymentEvent:
        """The event in the raw `body`. Raises AuthenticationError for anything but a signed snapshot event."""
        secrets = (*self.secrets, *self.connect_secrets)
        _require_signature(body, signature or "", secrets, self.clock.now())
        by_connect = any(_signed(body, signature or "", each) for each in self.connect_secrets)
        try:
            event = loads(body)
            if bool(event.get("account")) is not by_connect:
                raise AuthenticationError("signed by the other endpoint")
            return self._read(event)
        except UNREADABLE as problem:
            _logger.warning(
                "Stripe signed something that is not a snapshot event",
                extra={"error": type(problem).__name__},
            )
            raise AuthenticationError("not a snapshot event") from None

    def _read(self, event: dict[str, Any]) -> PaymentEvent:
        read = payment_event(event, instance=self.instance, live=self.live)
        if read.concern is EventScope.OTHER_MODE:
            _logger.warning(
                "event %s: livemode is %s, ours is not",
                read.id,
                in_one_line(str(event["livemode"])),
            )
        if event["api_version"] != API_VERSION:
            version = in_one_line(str(event["api_version"]))
            _logger.warning("event %s is in API version %s", read.id, version)
        return read


def _require_signature(
    body: bytes, signature: str, secrets: tuple[str, ...], now: datetime
) -> None:
    """Raises AuthenticationError unless one of `secrets` signed the body a short while ago.

    The age is looked at here, as the SDK would take time stamps from any future.
    """
    if not any(_signed(body, signature, secret) for secret in secrets):
        raise AuthenticationError("not signed by Stripe")
    fields = (item.partition("=") for item in signature.split(","))
    signed_at = int(next(value for name, _, value in fields if name == "t"))
    if abs(now.timestamp() - signed_at) > TOLERANCE_SECONDS:
        raise AuthenticationError("signed by Stripe, but not now")


def _signed(body: bytes, signature: str, secret: str) -> bool:
    try:
        return bool(WebhookSignature.verify_header(body, signature, secret))
    except Exception:  # noqa: BLE001 - strangers' bytes also provoke TypeError and UnicodeDecodeError
        return False
