"""An attempt to pay: one checkout session of the payment processor, from our request to what became of it."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum

from bot.ids import CheckoutSessionId, PaymentIntentId, PurchaseId
from bot.money import Money

LAST_CALL = timedelta(seconds=60)
"""So long before its end a checkout is no longer handed out: nobody should be cut off while typing."""


SHORTEST_LIFE = timedelta(minutes=30)
"""Stripe makes no checkout that ends sooner, so an unanswered request is not repeated after that.

https://docs.stripe.com/api/checkout/sessions/create (expires_at)
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckoutRequest:
    """All that a checkout is made of, stored before the call so that a rerun asks for the same."""

    purchase: PurchaseId
    attempt: int
    price: Money
    title: str = field(repr=False)
    """What the buyer reads at checkout and on the receipt; never anything that is sold."""
    expires_at: datetime
    success_url: str
    cancel_url: str = field(repr=False)


class AttemptState(StrEnum):
    CREATING = "creating"
    """Asked for; perhaps made at Stripe, perhaps not."""
    OPEN = "open"
    COMPLETE = "complete"
    EXPIRED = "expired"


@dataclass(frozen=True, slots=True, kw_only=True)
class Attempt:
    """One checkout session made for a purchase."""

    request: CheckoutRequest
    state: AttemptState = AttemptState.CREATING
    session: CheckoutSessionId | None = None
    url: str | None = field(default=None, repr=False)

    @property
    def number(self) -> int:
        return self.request.attempt


@dataclass(frozen=True, slots=True, kw_only=True)
class Checkout:
    """What the payment processor says of a checkout session when it is asked."""

    session: CheckoutSessionId
    reference: str | None
    """Our purchase id, as we gave it."""
    complete: bool
    paid: bool
    expired: bool
    one_time: bool
    """A single payment, not a subscription or a set-up."""
    live: bool
    """Real money."""
    amount: Money | None
    payment_intent: PaymentIntentId | None
    url: str | None = field(default=None, repr=False)
