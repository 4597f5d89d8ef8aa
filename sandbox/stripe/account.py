"""One Stripe account: what it owns, what happens in it, and where its pages are."""

from dataclasses import dataclass

from sandbox.stripe.events import EventLog
from sandbox.stripe.ledger import Ledger


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
