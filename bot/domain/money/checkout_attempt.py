"""An attempt to pay: one checkout session of the payment processor, from our request to what became of it."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum

from bot.domain.money.money import Money
from bot.domain.money.payment import PaymentMismatch, PaymentSnapshot
from bot.ids import AccountId, CheckoutSessionId, PurchaseId

REUSE_MARGIN = timedelta(seconds=60)
"""So long before its end a checkout is no longer handed out: nobody should be cut off while typing."""

FIRST_POLL_DELAY = timedelta(minutes=2)
"""Webhooks come within seconds: so long after a checkout was made we look for ourselves."""

MIN_SESSION_LIFETIME = timedelta(minutes=30)
"""Stripe makes no checkout that ends sooner, so an unanswered request is not repeated after that.

https://docs.stripe.com/api/checkout/sessions/create (expires_at)
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Terms:
    """What buyers accept at checkout, before they can pay."""

    version: str
    text: str = field(repr=False)
    """Such as that their right of withdrawal ends as soon as the files are sent."""
    url: str


class Tax(StrEnum):
    """Whether the processor works out the tax, and whether the price holds it already."""

    NONE = "none"
    INCLUDED = "included"
    ADDED = "added"


@dataclass(frozen=True, slots=True, kw_only=True)
class Amounts:
    """How a checkout adds up."""

    subtotal: Money
    """Before tax that is added."""
    tax: Money
    total: Money


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
    terms: Terms | None = None
    tax: Tax = Tax.NONE
    invoice: bool = False
    """The processor makes an invoice for the buyer."""
    managed: bool = False
    """The processor is the merchant of record (https://docs.stripe.com/payments/managed-payments)."""
    account: AccountId | None = None
    """The seller's own account at the processor, where the money goes; None for the house's."""
    commission: Money | None = None
    """What the house keeps of a sale on a seller's account."""
    mark: str = field(default="", repr=False)
    """Seals for whom and for what it is, in case our records lose that: see `ports.CheckoutMarks`."""

    def expected_amounts(self, amounts: Amounts) -> Amounts:
        """As they must be: the price that was asked for, and the tax where there is any."""
        tax = Money(0, self.price.currency) if self.tax is Tax.NONE else amounts.tax
        added = tax.minor if self.tax is Tax.ADDED else 0
        total = Money(self.price.minor + added, self.price.currency)
        return Amounts(subtotal=self.price, tax=tax, total=total)


class CheckoutStatus(StrEnum):
    CREATING = "creating"
    """Asked for; perhaps made at Stripe, perhaps not."""
    OPEN = "open"
    PROCESSING = "processing"
    """The buyer has done their part; the money takes days."""
    COMPLETE = "complete"
    FAILED = "failed"
    """The money did not come after all."""
    EXPIRED = "expired"


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckoutAttempt:
    """One checkout session made for a purchase."""

    request: CheckoutRequest
    state: CheckoutStatus = CheckoutStatus.CREATING
    session: CheckoutSessionId | None = None
    url: str | None = field(default=None, repr=False)

    @property
    def number(self) -> int:
        return self.request.attempt

    def may_be_paid(self, now: datetime) -> bool:
        """Whether money may still come: the processor may have made a checkout whose address never reached us."""
        if self.state is CheckoutStatus.CREATING:
            return now < self.request.expires_at
        return self.state in {CheckoutStatus.OPEN, CheckoutStatus.PROCESSING}

    def awaits_buyer(self, now: datetime) -> bool:
        """Return whether it may be paid, and the buyer has not done their part yet."""
        return self.may_be_paid(now) and self.state is not CheckoutStatus.PROCESSING


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckoutSession:
    """What the payment processor says of a checkout session when it is asked."""

    session: CheckoutSessionId
    reference: str | None
    """Our purchase id, as we gave it."""
    attempt: int | None = None
    """Our number of it, as we gave it."""
    state: CheckoutStatus
    one_time: bool
    """A single payment, not a subscription or a set-up."""
    live: bool
    """Real money."""
    amounts: Amounts | None
    payment: PaymentSnapshot | None = None
    """Of one that is complete."""
    terms_accepted: bool = False
    url: str | None = field(default=None, repr=False)
    commission: Money | None = None
    """What the house keeps of its payment, as the processor has it."""
    mark: str = field(default="", repr=False)
    """As we gave it, if the checkout is ours."""
    payer: str | None = field(default=None, repr=False)
    """Name and address for letters, as the buyer typed them at checkout."""

    def verified_payment(
        self, request: CheckoutRequest, *, live: bool
    ) -> tuple[PaymentSnapshot, Amounts]:
        """What it brought. Raises PaymentMismatch unless it is what was asked for, in every point, and paid."""
        facts, amounts = self.payment, self.amounts
        expected = amounts and request.expected_amounts(amounts)
        points = {
            "reference": (self.reference, request.purchase),
            "state": (self.state, CheckoutStatus.COMPLETE),
            "one_time": (self.one_time, True),
            "live": (self.live, live),
            "amounts": (amounts, expected),
            "terms_accepted": (self.terms_accepted, request.terms is not None),
            "commission": (self.commission, request.commission),
            "payment": (facts and facts.amount, expected and expected.total),
        }
        wrong = [
            f"{name} is {is_}, not {should}"
            for name, (is_, should) in points.items()
            if is_ != should
        ]
        if wrong or facts is None or amounts is None:
            raise PaymentMismatch(f"checkout {self.session}: {'; '.join(wrong)}")
        return facts, amounts
