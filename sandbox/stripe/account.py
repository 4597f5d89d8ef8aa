"""One Stripe account: what it owns, what happens in it, and where its pages are."""

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
