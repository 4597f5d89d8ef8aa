"""What Stripe reports by webhook: verified, and cut down to what we act on.

https://docs.stripe.com/webhooks
"""

import json
import logging
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any

from stripe import WebhookSignature

from appservice.payments.checkout_session import app_tag
from appservice.payments.stripe import API_VERSION
from bot.errors import Unauthenticated
from bot.ids import CheckoutSessionId
from bot.ports import Clock

_logger = logging.getLogger(__name__)

TOLERANCE_SECONDS = 300
"""How far Stripe's clock and ours may be apart, into the past and into the future."""


class Concern(StrEnum):
    """Whether a payment event is for us, and if not, why."""

    OURS = "ours"
    FOREIGN = "foreign"
    """Of something else in the same Stripe account."""
    OTHER_MODE = "other_mode"
    """Real money where we are set up for test money, or the reverse."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PaymentEvent:
    """A genuine event of Stripe's. It is a hint only: what happened is asked of Stripe itself."""

    id: str
    type: str
    concern: Concern
    session: CheckoutSessionId | None
    """The checkout that it is about, of events that are ours."""


@dataclass(frozen=True, slots=True, kw_only=True)
class WebhookReader:
    """Tells Stripe's requests from forged ones."""

    secrets: tuple[str, ...] = field(repr=False)
    """All that may have signed: while a secret is rolled there are two."""
    instance: str
    live: bool
    """Whether we deal in real money."""
    clock: Clock

    def __call__(self, body: bytes, signature: str | None) -> PaymentEvent:
        """The event in the raw `body`. Raises Unauthenticated for anything but a signed snapshot event."""
        _require_signature(body, signature or "", self.secrets, self.clock.now())
        try:
            return self._read(json.loads(body))
        except (AttributeError, KeyError, TypeError, ValueError) as problem:
            _logger.warning("Stripe signed something that is not a snapshot event: %r", problem)
            raise Unauthenticated("not a snapshot event") from None

    def _read(self, event: dict[str, Any]) -> PaymentEvent:
        id_, type_, subject = str(event["id"]), str(event["type"]), event["data"]["object"]
        concern = self._concern(event["livemode"], subject)
        if concern is Concern.OTHER_MODE:
            _logger.warning("event %s: livemode is %s, ours is not", id_, event["livemode"])
        if event["api_version"] != API_VERSION:
            _logger.warning("event %s is in API version %s", id_, event["api_version"])
        ours = concern is Concern.OURS and subject["object"] == "checkout.session"
        session = CheckoutSessionId(str(subject["id"])) if ours else None
        return PaymentEvent(id=id_, type=type_, concern=concern, session=session)

    def _concern(self, live: bool, subject: dict[str, Any]) -> Concern:  # noqa: FBT001
        marks = subject.get("metadata") or {}
        if marks.get("app") != app_tag(self.instance):
            return Concern.FOREIGN
        return Concern.OURS if live is self.live else Concern.OTHER_MODE


def _require_signature(
    body: bytes, signature: str, secrets: tuple[str, ...], now: datetime
) -> None:
    """Raises Unauthenticated unless one of `secrets` signed the body a short while ago.

    The age is looked at here, as the SDK would take time stamps from any future.
    """
    if not any(_signed(body, signature, secret) for secret in secrets):
        raise Unauthenticated("not signed by Stripe")
    fields = (item.partition("=") for item in signature.split(","))
    signed_at = int(next(value for name, _, value in fields if name == "t"))
    if abs(now.timestamp() - signed_at) > TOLERANCE_SECONDS:
        raise Unauthenticated("signed by Stripe, but not now")


def _signed(body: bytes, signature: str, secret: str) -> bool:
    try:
        return bool(WebhookSignature.verify_header(body, signature, secret))
    except Exception:  # noqa: BLE001 - strangers' bytes also provoke TypeError and UnicodeDecodeError
        return False
