"""What is written down, in units of work that happen whole or not at all."""

from collections.abc import Mapping
from contextlib import AbstractAsyncContextManager
from datetime import datetime
from typing import Protocol

from bot.claim import Claim
from bot.figures import OfferFigures
from bot.handover import Handover
from bot.ids import (
    BlobId,
    CheckoutSessionId,
    ClaimId,
    EventId,
    KekId,
    LinkToken,
    MxcUri,
    OfferId,
    PaymentIntentId,
    PurchaseId,
    RoomId,
    SaleCode,
    SignInId,
    SignInLinkId,
    UserId,
)
from bot.jobs import Job
from bot.ledger import Entry
from bot.offer import Offer
from bot.on_sale import OnSale
from bot.ports.moderation import AdminActs, Blocks
from bot.ports.reports import Reports
from bot.purchase import Purchase
from bot.seller_account import SellerAccount
from bot.sign_in import SignIn, SignInLink
from bot.visit import Visit


class Clock(Protocol):
    def now(self) -> datetime:
        """The time, with its zone (UTC)."""
        ...


class Offers(Protocol):
    async def get(self, offer: OfferId) -> Offer | None: ...

    async def draft_in(self, workshop: RoomId, seller: UserId) -> Offer | None:
        """The draft that `seller` is putting together in that room; the newest if there are several."""
        ...

    async def standing_as(self, event: EventId) -> Offer | None:
        """The offer whose placeholder or teaser that event is."""
        ...

    async def holds(self, blob: BlobId) -> bool:
        """Whether any offer has the key to that ciphertext."""
        ...

    async def save(self, offer: Offer) -> None:
        """Add it, or replace the version it was made from. Raises Conflict if that is not the newest."""
        ...


class SealedKeys(Protocol):
    """Which key-encryption keys our content keys lie under."""

    async def used(self) -> Mapping[KekId, int]:
        """How many content keys lie under each."""
        ...

    async def elsewhere(
        self, kek: KekId, *, after: OfferId | None, limit: int
    ) -> tuple[OfferId, ...]:
        """The offers that have a key under another one than `kek`, in order of their ids."""
        ...


class Catalogue(Protocol):
    """Finding offers."""

    async def of_room(self, room: RoomId) -> tuple[OnSale, ...]:
        """The open offers that are posted there, the newest first."""
        ...

    async def of_seller(self, seller: UserId) -> tuple[OfferId, ...]:
        """All that are not discarded, the newest first."""
        ...


class Purchases(Protocol):
    async def get(self, purchase: PurchaseId) -> Purchase | None: ...

    async def by_link(self, link: LinkToken) -> Purchase | None: ...

    async def by_session(self, session: CheckoutSessionId) -> Purchase | None: ...

    async def by_payment(self, intent: PaymentIntentId) -> Purchase | None: ...

    async def save(self, purchase: Purchase) -> None:
        """Add it, or replace the version it was made from. Raises Conflict if that is not the newest."""
        ...


class Sales(Protocol):
    """Purchases, by other things than what they are."""

    async def by_code(self, code: SaleCode) -> Purchase | None: ...

    async def of(self, offer: OfferId) -> tuple[Purchase, ...]:
        """Everybody's claims on it, paid or not."""
        ...

    async def figures(self, seller: UserId) -> tuple[OfferFigures, ...]:
        """Of all that was ever published, the newest first."""
        ...

    async def had_by(self, buyer: UserId) -> tuple[Purchase, ...]:
        """What was paid for or given, whatever became of the money; the newest first."""
        ...

    async def claimed_by(self, buyer: UserId) -> tuple[Purchase, ...]:
        """All of a buyer's, paid or not."""
        ...

    async def in_checkout(self, offer: OfferId) -> tuple[Purchase, ...]:
        """Those that may be paid right now."""
        ...


class Usage(Protocol):
    """What people take up of what there is for all."""

    async def bytes_of(self, seller: UserId) -> int:
        """Of all ciphertexts that a key of theirs opens."""
        ...

    async def offers_of(self, seller: UserId, since: datetime) -> int:
        """Those begun since then that went on sale, or are on their way there."""
        ...

    async def checkouts_of(self, buyer: UserId) -> int:
        """Those under way that nothing was paid for yet."""
        ...


class Ledger(Protocol):
    async def add(self, entry: Entry) -> None:
        """Nothing happens when it is there already."""
        ...

    async def of(
        self, seller: UserId | None, since: datetime | None = None, until: datetime | None = None
    ) -> tuple[Entry, ...]:
        """A seller's movements, or everybody's, from `since` on and before `until`; the oldest first."""
        ...


class Visits(Protocol):
    async def note(self, visit: Visit) -> None:
        """Once a minute of each kind for each offer and purchase; more changes nothing."""
        ...

    async def of(self, purchase: PurchaseId) -> tuple[Visit, ...]:
        """By the personal link of that purchase; the oldest first."""
        ...

    async def forget(self, before: datetime) -> None: ...


class Claims(Protocol):
    """Browsers that want to open what somebody bought."""

    async def get(self, claim: ClaimId) -> Claim | None: ...

    async def with_code(self, buyer: UserId, code: str) -> tuple[Claim, ...]:
        """Those of the buyer's purchases that show this code."""
        ...

    async def save(self, claim: Claim) -> None: ...

    async def forget(self, *, buyer: UserId | None = None, before: datetime | None = None) -> None:
        """Those of a buyer's purchases, and those that were made before then."""
        ...


class SignInLinks(Protocol):
    """Links by which a browser may sign in, until it has."""

    async def get(self, link: SignInLinkId) -> SignInLink | None: ...

    async def save(self, link: SignInLink) -> None: ...

    async def use(self, link: SignInLinkId) -> bool:
        """Whether it was there; it is gone now."""
        ...

    async def forget(self, *, user: UserId | None = None, before: datetime | None = None) -> None:
        """Those of a user, and those that were made before then."""
        ...


class SignIns(Protocol):
    """Browsers that are signed in."""

    async def get(self, sign_in: SignInId) -> SignIn | None: ...

    async def save(self, sign_in: SignIn) -> None: ...

    async def end(self, sign_in: SignInId) -> None: ...

    async def forget(self, *, user: UserId | None = None, before: datetime | None = None) -> None:
        """Those of a user, and those that began before then."""
        ...


class SellerAccounts(Protocol):
    async def of(self, seller: UserId) -> SellerAccount | None: ...

    async def all(self) -> tuple[SellerAccount, ...]: ...

    async def save(self, account: SellerAccount) -> None: ...


class Handovers(Protocol):
    """What a gate has taken out, and what has not been seen of it yet."""

    async def add(self, handover: Handover) -> None:
        """Nothing happens when it is there already."""
        ...

    async def claim(self, name: str, event: EventId) -> Handover | None:
        """For the event that stands for it: the first one that comes has it for good."""
        ...

    async def forget(self, before: datetime) -> None: ...


class Bookmarks(Protocol):
    """How far something was read."""

    async def get(self, name: str) -> str | None: ...

    async def set(self, name: str, where: str) -> None: ...

    async def forget(self, user: UserId) -> None:
        """All whose name ends with this person."""
        ...


class Jobs(Protocol):
    async def add(self, job: Job, *, at: datetime | None = None, once: bool = False) -> None:
        """To be run from `at` on (or at once), one at a time and in order within its lane.

        `once`: while an equal job waits, none is added; that one is moved forward if `at` is sooner.
        """
        ...

    async def wake(self, lanes: str) -> None:
        """What waits in lanes that begin so is due now."""
        ...


class Inbox(Protocol):
    async def accept(self, source: str, id_: str) -> bool:
        """Whether this came in for the first time."""
        ...

    async def forget(self, user: UserId) -> None:
        """All whose id names this person."""
        ...


class DirectRooms(Protocol):
    """Who talks with the bot alone, and where."""

    async def of(self, user: UserId) -> RoomId | None: ...

    async def partner(self, room: RoomId) -> UserId | None: ...

    async def save(self, user: UserId, room: RoomId) -> None:
        """One direct room for each user, the one named last. Earlier ones stay known as theirs."""
        ...

    async def forget(self, user: UserId) -> tuple[RoomId, ...]:
        """Which they were."""
        ...


class MediaCopies(Protocol):
    """Where the homeserver holds copies of what we keep: a name of ours for each, and its address."""

    async def of(self, name: str) -> MxcUri | None: ...

    async def save(self, name: str, url: MxcUri) -> None: ...


class UnitOfWork(Protocol):
    """One atomic change: committed when its block ends, forgotten when it raises."""

    @property
    def offers(self) -> Offers: ...
    @property
    def sealed_keys(self) -> SealedKeys: ...
    @property
    def catalogue(self) -> Catalogue: ...
    @property
    def purchases(self) -> Purchases: ...
    @property
    def sales(self) -> Sales: ...
    @property
    def usage(self) -> Usage: ...
    @property
    def acts(self) -> AdminActs: ...
    @property
    def blocks(self) -> Blocks: ...
    @property
    def reports(self) -> Reports: ...
    @property
    def ledger(self) -> Ledger: ...
    @property
    def visits(self) -> Visits: ...
    @property
    def claims(self) -> Claims: ...
    @property
    def sign_in_links(self) -> SignInLinks: ...
    @property
    def sign_ins(self) -> SignIns: ...
    @property
    def seller_accounts(self) -> SellerAccounts: ...
    @property
    def handovers(self) -> Handovers: ...
    @property
    def bookmarks(self) -> Bookmarks: ...
    @property
    def jobs(self) -> Jobs: ...
    @property
    def inbox(self) -> Inbox: ...
    @property
    def direct_rooms(self) -> DirectRooms: ...
    @property
    def media_copies(self) -> MediaCopies: ...


class Store(Protocol):
    def begin(self) -> AbstractAsyncContextManager[UnitOfWork]: ...
