"""One Stripe account: what it owns, what happens in it, and where its pages are."""

from collections.abc import Callable
from dataclasses import dataclass, field

from sandbox.stripe.events import EventLog
from sandbox.stripe.ledger import Ledger


@dataclass(slots=True)
class DashboardSettings:
    """What a merchant sets in Stripe's Dashboard alone."""

    terms_url: str | None = "https://example.com/terms"
    """https://dashboard.stripe.com/settings/public"""
    checkout_origin: str | None = None
    """A custom domain, such as https://pay.example.com: https://docs.stripe.com/payments/checkout/custom-domains"""
    charges_enabled: bool = True
    """Stripe's doing, not the merchant's."""
    refunds_await_buyer: bool = False
    """New refunds are `requires_action`, as those of some ways to pay are until the buyer has named an account."""


@dataclass(slots=True)
class Fees:
    """What Stripe keeps, and when it books payments. Amounts are in minor units of the charge's currency."""

    percent: str = "0"
    """Of each payment, as a decimal number."""
    fixed_minor: int = 0
    """For each payment."""
    dispute_minor: int = 0
    """For each dispute, when the bank takes the money."""
    dispute_returned: bool = False
    """Whether the dispute's fee comes back with a won dispute. In most countries it does not, since June 2025:
    https://support.stripe.com/questions/dispute-fees-faq"""
    booking_seconds: float | None = 1.0
    """How long after the payment it is booked; None: not before the test asks, or a refund or dispute needs it."""


def _never(_seconds: float, _act: Callable[[], object]) -> None:
    """Nothing runs by itself."""


@dataclass(frozen=True, slots=True)
class Account:
    """Given to every verb of the emulator; `url` is the emulator's own address."""

    ledger: Ledger
    events: EventLog
    url: str
    id: str | None = None
    """Of an account that a platform has connected; None for the platform's own."""
    platform: "Account | None" = None
    """Whose it is connected to."""
    dashboard: DashboardSettings = field(default_factory=DashboardSettings)
    fees: Fees = field(default_factory=Fees)
    call_later: Callable[[float, Callable[[], object]], None] = _never
