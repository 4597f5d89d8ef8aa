"""Purchases, their money, and what is asked of all of them."""

from datetime import datetime
from typing import Protocol

from bot.domain.money.checkout_attempt import CheckoutRequest, CheckoutSession
from bot.domain.money.connected_account import ConnectedAccount
from bot.domain.offers.duplicate_file import DuplicateFile
from bot.domain.offers.offer_stats import FunnelDay, OfferStats
from bot.domain.purchases.checkout_mark import CheckoutMark
from bot.domain.purchases.ledger import LedgerEntry
from bot.domain.purchases.purchase import Purchase
from bot.ids import (
    AccountId,
    CheckoutSessionId,
    LinkToken,
    OfferId,
    PaymentIntentId,
    PurchaseId,
    SaleCode,
    UserId,
)


class Purchases(Protocol):
    async def get(self, purchase: PurchaseId) -> Purchase | None: ...

    async def by_link(self, link: LinkToken) -> Purchase | None: ...

    async def by_session(self, session: CheckoutSessionId) -> Purchase | None: ...

    async def by_payment(self, intent: PaymentIntentId) -> Purchase | None: ...

    async def refund_request(self, intent: PaymentIntentId) -> str | None:
        """What asked the seller to refund that payment: the buyer's message, or a request of their browser."""
        ...

    async def request_refund(self, intent: PaymentIntentId, cause: str) -> None: ...

    async def save(self, purchase: Purchase) -> None:
        """Add it, or replace the version it was made from. Raises ConcurrentUpdate if that is not the newest."""
        ...

    async def by_code(self, code: SaleCode) -> Purchase | None: ...

    async def of(self, offer: OfferId) -> tuple[Purchase, ...]:
        """Everybody's claims on it, paid or not."""
        ...

    async def figures(self, seller: UserId) -> tuple[OfferStats, ...]:
        """Of all that was ever published, the newest first."""
        ...

    async def passages(self, seller: UserId, since: datetime) -> tuple[FunnelDay, ...]:
        """Of all who first opened their link since then, the earliest day first."""
        ...

    async def had_by(self, buyer: UserId) -> tuple[Purchase, ...]:
        """What was paid for or given, whatever became of the money; the newest first."""
        ...

    async def had_already(self, offer: OfferId, buyer: UserId) -> tuple[DuplicateFile, ...]:
        """Files of it that are paid for in other offers too which that buyer has paid for or was given."""
        ...

    async def claimed_by(self, buyer: UserId) -> tuple[Purchase, ...]:
        """All of a buyer's, paid or not."""
        ...

    async def in_checkout(self, offer: OfferId) -> tuple[Purchase, ...]:
        """Those that may be paid right now."""
        ...

    async def undelivered(self) -> tuple[Purchase, ...]:
        """Owned, with a delivery that is not done; without those of what was taken down."""
        ...


class Usage(Protocol):
    """What people take up of what there is for all."""

    async def bytes_of(self, seller: UserId) -> int:
        """Of all ciphertexts that a key of theirs opens, and of what they have begun to send, whole."""
        ...

    async def offers_of(self, seller: UserId, since: datetime) -> int:
        """Those begun since then that went on sale, or are on their way there."""
        ...

    async def checkouts_of(self, buyer: UserId, now: datetime) -> int:
        """Count the buyer's attempts that await them (`CheckoutAttempt.awaits_buyer`)."""
        ...


class CheckoutMarks(Protocol):
    """Marks that a checkout bears at the processor, sealed so that nobody else can read or make them.

    They open for the purchase, attempt, price and account that they were made for, and for nothing else: a seller
    sees the marks of checkouts in an account of their own, and can put any of them on others.
    """

    def seal(self, request: CheckoutRequest, offer: OfferId, buyer: UserId) -> str: ...

    def open(self, checkout: CheckoutSession, account: AccountId | None) -> CheckoutMark | None:
        """Return what the checkout in that account was sealed with; None if it bears no mark of ours."""
        ...


class Ledger(Protocol):
    async def add(self, entry: LedgerEntry) -> None:
        """Nothing happens when it is there already."""
        ...

    async def of(
        self, seller: UserId | None, since: datetime | None = None, until: datetime | None = None
    ) -> tuple[LedgerEntry, ...]:
        """A seller's movements, or everybody's, from `since` on and before `until`; the oldest first."""
        ...


class SellerAccounts(Protocol):
    async def of(self, seller: UserId) -> ConnectedAccount | None: ...

    async def all(self) -> tuple[ConnectedAccount, ...]: ...

    async def save(self, account: ConnectedAccount) -> None: ...
