"""A payment: money that came in for a purchase."""

from dataclasses import dataclass
from datetime import datetime

from bot.errors import Broken
from bot.ids import CheckoutSessionId, PaymentIntentId
from bot.money import Money


class PaymentMismatch(Broken):
    """What Stripe says was paid is not what we asked for. Nothing is unlocked."""


@dataclass(frozen=True, slots=True)
class Payment:
    """Money that came in."""

    intent: PaymentIntentId
    session: CheckoutSessionId
    amount: Money
    paid_at: datetime
