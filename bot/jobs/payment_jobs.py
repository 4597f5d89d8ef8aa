"""What became of the money."""

from dataclasses import dataclass, field

from bot.domain.money.payment_event import Trigger
from bot.domain.purchases.sale_event import SaleNotification
from bot.ids import (
    AccountId,
    CheckoutSessionId,
    EventId,
    OfferId,
    PaymentIntentId,
    PurchaseId,
    RoomId,
    UserId,
)
from bot.jobs.job import Answered, Owed


@dataclass(frozen=True, slots=True)
class Settle(Owed):
    """Ask the payment processor about a checkout, and record what it says.

    `account`: where the processor says that it happened, if the processor told us.
    """

    session: CheckoutSessionId
    source: Trigger
    account: AccountId | None = None

    has_reserved_slot = True

    @property
    def lock(self) -> str:
        return f"checkout:{self.session}"


@dataclass(frozen=True, slots=True)
class PollCheckout(Owed):
    """Look at a checkout that is under way from time to time, whatever we are told of it."""

    session: CheckoutSessionId
    looks: int = 0

    former_name = "watch"
    has_reserved_slot = True

    @property
    def lock(self) -> str:
        return f"watch:{self.session}"


@dataclass(frozen=True, slots=True)
class SettlePayment(Owed):
    """Ask about a payment: money may have gone back, or the bank may want it.

    `again`: we did not know the payment when we heard of it first; perhaps it was just being settled.
    """

    intent: PaymentIntentId
    source: Trigger
    again: bool = False
    account: AccountId | None = None

    has_reserved_slot = True

    @property
    def lock(self) -> str:
        return f"payment{'-again' if self.again else ''}:{self.intent}"


@dataclass(frozen=True, slots=True)
class AwaitBalanceTransaction(Owed):
    """Ask about a payment from time to time until the processor has booked all that happened to it."""

    intent: PaymentIntentId
    looks: int = 0

    former_name = "await_booking"

    @property
    def lock(self) -> str:
        return f"booking:{self.intent}"


@dataclass(frozen=True, slots=True)
class RefreshAccountStatus(Owed):
    """Ask the payment processor whether it still takes money for a seller's own account."""

    account: AccountId

    former_name = "look_at_account"

    @property
    def lock(self) -> str:
        return f"account:{self.account}"


@dataclass(frozen=True, slots=True)
class ExpireCheckout(Owed):
    """End a checkout that nobody should pay any more.

    It has a lock of its own, because Settle brings money in and must not wait for its back-off.
    """

    session: CheckoutSessionId

    former_name = "call_in"
    has_reserved_slot = True

    @property
    def lock(self) -> str:
        return f"call in:{self.session}"


@dataclass(frozen=True, slots=True)
class ExpireOfferCheckouts(Owed):
    """The same for all open checkouts of an offer that do not ask for its price."""

    offer: OfferId

    former_name = "call_in_all"
    has_reserved_slot = True

    @property
    def lock(self) -> str:
        return f"checkouts:{self.offer}"


@dataclass(frozen=True, slots=True)
class RefundPayment(Owed):
    """Refund a payment. `key` makes it one refund; `minor` is None for all that is left."""

    purchase: PurchaseId
    intent: PaymentIntentId
    key: str
    reason: str
    """A `RefundReason`."""
    minor: int | None = None
    note: str = field(default="", repr=False)
    room: RoomId | None = None
    """Where it was asked for, and by which message: a refusal is answered there."""
    cause: EventId | None = None
    asker: UserId | None = None
    """Who asked for it outside of a chat: the seller in the browser, or `COMMAND_LINE`. A refusal is told to them,
    and ends it. A refund that nobody asked for is owed."""

    former_name = "send_back"
    has_reserved_slot = True
    replies_in_thread = True

    @property
    def lock(self) -> str:
        return f"refund:{self.intent}"


@dataclass(frozen=True, slots=True)
class RefundUnknown(Owed):
    """Refund a payment whose purchase and offer our records have lost. `words`: what its buyer is told then."""

    intent: PaymentIntentId
    account: AccountId | None
    buyer: UserId
    words: str = field(repr=False)

    has_reserved_slot = True

    @property
    def lock(self) -> str:
        return f"refund:{self.intent}"


@dataclass(frozen=True, slots=True)
class SendRequestedLink(Answered):
    """Somebody typed a Matrix ID on the page of an offer, in that hour (ISO 8601)."""

    offer: OfferId
    who: UserId
    hour: str

    former_name = "write_to_asker"

    @property
    def lock(self) -> str:
        return f"asker:{self.who}"


@dataclass(frozen=True, slots=True)
class NotifySeller(Owed):
    """Tell the seller what became of a sale. `about`: the processor's id of what happened; `words`: the buyer's.

    `at`: when it was learned, of what may happen to the same thing more than once.
    """

    purchase: PurchaseId
    news: SaleNotification
    about: str
    words: str = field(default="", repr=False)
    at: str = ""

    former_name = "tell_seller"
    has_reserved_slot = True
    replies_in_thread = True

    @property
    def lock(self) -> str:
        return f"sale:{self.purchase}"


@dataclass(frozen=True, slots=True)
class NotifyBuyer(Owed):
    """Tell the buyer what became of their money. `at`: see `NotifySeller`."""

    purchase: PurchaseId
    news: SaleNotification
    about: str
    at: str = ""

    former_name = "tell_buyer"
    has_reserved_slot = True
    replies_in_thread = True

    @property
    def lock(self) -> str:
        return f"money:{self.purchase}"


@dataclass(frozen=True, slots=True)
class SyncPaymentEvents(Owed):
    """Read what the processor has recorded since the last time, for what we were not told."""

    former_name = "read_events"
    has_reserved_slot = True

    @property
    def lock(self) -> str:
        return "reconcile:events"


@dataclass(frozen=True, slots=True)
class ReconcileCheckouts(Owed):
    """Hold the processor's completed checkouts of the last days against our records."""

    former_name = "audit"
    has_reserved_slot = True

    @property
    def lock(self) -> str:
        return "reconcile:audit"
