"""Who takes the money, and who has kept account of it."""

from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Protocol

from bot.domain.money.checkout_attempt import CheckoutRequest, CheckoutSession
from bot.domain.money.money import Money
from bot.domain.money.payment import PaymentSnapshot
from bot.domain.money.payment_event import PaymentEventRef, UnreadableEvent
from bot.ids import AccountId, CheckoutSessionId, PaymentIntentId, UserId


class RefundReason(StrEnum):
    """Why money goes back, in the processor's words.

    https://docs.stripe.com/api/refunds/create (reason)
    """

    DUPLICATE = "duplicate"
    FRAUDULENT = "fraudulent"
    REQUESTED = "requested_by_customer"


@dataclass(frozen=True, slots=True, kw_only=True)
class RefundRequest:
    """All that a refund is made of; the same `key` makes one refund, however often it is asked for."""

    key: str
    intent: PaymentIntentId
    amount: Money | None
    """None for all that is left."""
    reason: RefundReason
    note: str = field(default="", repr=False)
    """Words of whoever asked for it, for the books."""
    account: AccountId | None = None


class PaymentProcessor(Protocol):
    """`account`: the seller's own one at the processor; None for the house's."""

    async def create_checkout(self, request: CheckoutRequest) -> CheckoutSession:
        """Make a checkout, or find the one that the same request made. Raises UserError, in words for
        the buyer, when the processor will not take this price."""
        ...

    async def checkout(
        self, session: CheckoutSessionId, account: AccountId | None = None
    ) -> CheckoutSession:
        """How it stands. Raises OperatorError when the processor knows no such session."""
        ...

    async def expire(self, session: CheckoutSessionId, account: AccountId | None = None) -> None:
        """Nobody can pay by it from now on; nothing happens to one that has ended."""
        ...

    async def payment(
        self, intent: PaymentIntentId, account: AccountId | None = None
    ) -> PaymentSnapshot | None:
        """How a payment stands, None while no money has come in. Raises OperatorError for an unknown one."""
        ...

    async def checkout_of(
        self, intent: PaymentIntentId, account: AccountId | None = None
    ) -> CheckoutSessionId | None:
        """Return the checkout with our mark that a payment was made by; None for a payment of something else."""
        ...

    async def refund(self, request: RefundRequest) -> None:
        """Send money back; none for a payment that has gone back already. A refund under this key that has
        failed since was not made, so it is made again. Raises UserError, in words for whoever asked, when it
        cannot be."""
        ...


class AccountOnboarding(Protocol):
    """Accounts of sellers at the processor."""

    async def open_account(self, seller: UserId) -> AccountId:
        """A new one, or the one that was opened for this seller before."""
        ...

    async def link(self, account: AccountId) -> str:
        """Where the seller tells the processor what it wants to know. Good for some minutes, once."""
        ...

    async def is_ready(self, account: AccountId) -> bool:
        """Whether the processor takes cards for it."""
        ...


class PaymentHistory(Protocol):
    """What the processor has recorded, for those who were not told. `account`: a seller's own one."""

    def events(
        self, since: datetime, until: datetime, account: AccountId | None = None
    ) -> AsyncIterator[PaymentEventRef | UnreadableEvent]:
        """What may concern us, of the last 30 days at most."""
        ...

    def completed(
        self, since: datetime, account: AccountId | None = None
    ) -> AsyncIterator[CheckoutSessionId]:
        """Checkouts of ours that were made since then and are complete."""
        ...
