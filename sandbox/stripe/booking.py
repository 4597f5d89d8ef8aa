"""When a payment is booked in the balance, and what Stripe keeps of it.

The charge has no `balance_transaction` at first; `charge.updated` tells of it:
https://docs.stripe.com/payments/payment-intents/asynchronous-capture
"""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field
from decimal import ROUND_HALF_UP, Decimal

from sandbox.stripe import balance
from sandbox.stripe.account import Account
from sandbox.stripe.vocabulary import OUTSIDE_THE_API, StripeObject


@dataclass(slots=True)
class Timers:
    """Runs what is due later, until it is closed."""

    _handles: list[asyncio.TimerHandle] = field(default_factory=list)

    def call_later(self, seconds: float, act: Callable[[], object]) -> None:
        self._handles.append(asyncio.get_running_loop().call_later(seconds, act))

    def close(self) -> None:
        for handle in self._handles:
            handle.cancel()


def schedule_booking(account: Account, charge: StripeObject) -> None:
    """Have the charge booked once the account's clock has gone on by `booking_seconds`."""
    delay = account.fees.booking_seconds
    if delay is None:
        return
    account.ledger.bookings_due[charge["id"]] = account.ledger.clock() + delay
    account.call_later(delay, lambda: book_due(account))


def book_due(account: Account) -> None:
    """Book what the clock has reached."""
    now = account.ledger.clock()
    for charge_id, due in list(account.ledger.bookings_due.items()):
        if due <= now:
            book(account, account.ledger.get("charge", charge_id))


def book(account: Account, charge: StripeObject) -> None:
    """Book the charge now, unless it is booked already or was never paid."""
    account.ledger.bookings_due.pop(charge["id"], None)
    if charge["balance_transaction"] is not None or charge["status"] != "succeeded":
        return
    kind = "charge" if charge["id"].startswith("ch_") else "payment"
    kept = {"stripe_fee": fee_of(account, charge)}
    commission = charge["application_fee_amount"] or 0
    if commission and account.platform:
        kept["application_fee"] = commission
        charge["application_fee"] = account.platform.ledger.new_id("fee_1")
        balance.book(account.platform.ledger, "application_fee", commission, charge)
    booked = balance.book(account.ledger, kind, charge["amount"], charge, fees=kept)
    charge["balance_transaction"] = booked["id"]
    before = {"balance_transaction": None}
    account.events.record("charge.updated", charge, OUTSIDE_THE_API, before=before)


def book_all(account: Account) -> None:
    for charge in _unbooked(account):
        book(account, charge)


def to_come(account: Account, currency: str) -> int:
    """Return what payments that are not booked yet will add to the balance."""
    return sum(
        charge["amount"] - fee_of(account, charge) - (charge["application_fee_amount"] or 0)
        for charge in _unbooked(account)
        if charge["currency"] == currency
    )


def commissions_to_come(seller: Account, currency: str) -> int:
    """Return what a seller's payments that are not booked yet will bring the platform."""
    waiting = [each for each in _unbooked(seller) if each["currency"] == currency]
    return sum(charge["application_fee_amount"] or 0 for charge in waiting)


def _unbooked(account: Account) -> list[StripeObject]:
    return account.ledger.where("charge", status="succeeded", balance_transaction=None)


def fee_of(account: Account, charge: StripeObject) -> int:
    """Return what Stripe keeps of the charge, in minor units: https://stripe.com/pricing."""
    share = Decimal(charge["amount"]) * Decimal(account.fees.percent) / 100
    return int(share.to_integral_value(ROUND_HALF_UP)) + account.fees.fixed_minor
