"""Stripe's events, from webhooks and from its own record alike: which concern us, and what to ask about."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any

from appservice.payments.checkout_session import app_tag
from bot.domain.matrix.raw_event import short_text
from bot.domain.money.payment_event import PaymentEventRef
from bot.ids import AccountId, CheckoutSessionId, PaymentIntentId

EVENT_TYPES = (
    "checkout.session.completed",
    "checkout.session.async_payment_succeeded",
    "checkout.session.async_payment_failed",
    "checkout.session.expired",
    "charge.updated",
    "charge.refunded",
    "refund.created",
    "refund.updated",
    "refund.failed",
    "charge.dispute.created",
    "charge.dispute.updated",
    "charge.dispute.closed",
    "charge.dispute.funds_withdrawn",
    "charge.dispute.funds_reinstated",
    "radar.early_fraud_warning.created",
)
"""All that we act on, and so all that an endpoint is to be subscribed to."""

ACCOUNT_EVENT_TYPES = ("account.updated", "account.application.deauthorized")
"""What the endpoint for connected accounts is to be subscribed to besides: https://docs.stripe.com/connect/webhooks"""

_UNMARKED = frozenset({"refund", "dispute", "radar.early_fraud_warning"})
"""Made by others than us, so without our mark: whether their payment is ours, our records tell."""


UNREADABLE = (AttributeError, LookupError, TypeError, ValueError, ArithmeticError, OSError)
"""What JSON of another shape raises: `datetime.fromtimestamp` alone has three kinds of errors."""


class EventScope(StrEnum):
    """Whether a payment event is for us, and if not, why."""

    OWN = "ours"
    FOREIGN = "foreign"
    """Of something else in the same Stripe account, or nothing that we act on."""
    OTHER_MODE = "other_mode"
    """Real money where we are set up for test money, or the reverse."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PaymentEvent:
    """A genuine event of Stripe's. It is a hint only: what happened is asked of Stripe itself."""

    id: str
    type: str
    happened_at: datetime
    concern: EventScope
    hint: PaymentEventRef | None
    """Of events that are ours."""


def payment_event(
    event: Mapping[str, Any], *, instance: str, live: bool, account: AccountId | None = None
) -> PaymentEvent:
    """Read the JSON of a snapshot event. Raises one of UNREADABLE for anything else.

    `account`: whose record it was read from, where the event itself does not name it.
    """
    id_, type_, subject = _id(event["id"]), _id(event["type"]), event["data"]["object"]
    concern = _concern(subject, instance)
    if concern is EventScope.OWN and event["livemode"] is not live:
        concern = EventScope.OTHER_MODE
    hint = None
    account = event.get("account") or account
    if account and type_ in ACCOUNT_EVENT_TYPES and event["livemode"] is live:
        own = AccountId(_id(account))
        concern = EventScope.OWN
        hint = PaymentEventRef(
            event=id_, about=own, is_checkout=False, is_account=True, account=own
        )
    elif concern is EventScope.OWN:
        is_checkout, about = _about(subject)
        hint = PaymentEventRef(
            event=id_,
            about=about,
            is_checkout=is_checkout,
            account=AccountId(_id(account)) if account else None,
        )
    return PaymentEvent(
        id=id_,
        type=type_,
        happened_at=datetime.fromtimestamp(event["created"], UTC),
        concern=concern,
        hint=hint,
    )


def _concern(subject: Mapping[str, Any], instance: str) -> EventScope:
    kind = subject["object"]
    if kind in _UNMARKED:
        return EventScope.OWN if subject.get("payment_intent") else EventScope.FOREIGN
    marked = (subject.get("metadata") or {}).get("app") == app_tag(instance)
    known = kind == "checkout.session" or (kind == "charge" and subject.get("payment_intent"))
    return EventScope.OWN if marked and known else EventScope.FOREIGN


def _about(subject: Mapping[str, Any]) -> tuple[bool, CheckoutSessionId | PaymentIntentId]:
    if subject["object"] == "checkout.session":
        return True, CheckoutSessionId(_id(subject["id"]))
    return False, PaymentIntentId(_id(subject["payment_intent"]))


def _id(value: object) -> str:
    if not short_text(value):
        raise TypeError("an id is no text of 1 to 255 bytes")
    return str(value)
