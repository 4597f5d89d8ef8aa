"""A hint that something may have happened to money. What did happen is asked of the payment processor."""

from dataclasses import dataclass
from enum import StrEnum

from bot.ids import AccountId, CheckoutSessionId, PaymentIntentId


class Trigger(StrEnum):
    """How we came to look."""

    WEBHOOK = "webhook"
    RETURN_PAGE = "ourselves"
    """The buyer's browser came back to us, or we have just ended the checkout."""
    POLL = "clock"
    """A look at a checkout that nobody has told us of for a while."""
    AUDIT = "audit"
    """Reading through what the processor has recorded."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PaymentEventRef:
    """A payment event of the processor, cut down to what to ask about: a checkout, a payment, or a seller's account."""

    event: str
    """The processor's id of the event."""
    about: CheckoutSessionId | PaymentIntentId | AccountId
    is_checkout: bool
    is_account: bool = False
    """It is about the seller's account itself."""
    account: AccountId | None = None
    """The seller's own account that it happened in; None for the house's."""


@dataclass(frozen=True, slots=True)
class UnreadableEvent:
    """An entry of the processor's record that is not as its documentation says."""

    event: str
    """Its id, as far as it has one."""
    fault: str
