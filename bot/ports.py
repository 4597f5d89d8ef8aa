"""What matrix-ppv needs of the world, as it needs it. Fulfilled in `appservice`, faked in the tests.

Every call may raise Transient (try again later) or Broken (an operator must look).
None of the network's ports may be called while a unit of work is open.
"""

from collections.abc import AsyncIterator, Mapping
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

from bot.attachment import Source
from bot.crypto.content import ContentKey
from bot.crypto.envelope import KeyContext, WrappedKey
from bot.errors import Transient
from bot.events import Event
from bot.ids import (
    BlobId,
    CheckoutSessionId,
    EventId,
    LinkToken,
    MxcUri,
    OfferId,
    PurchaseId,
    RoomId,
    TxId,
    UserId,
)
from bot.jobs import Job
from bot.messages import Message
from bot.offer import Offer
from bot.purchase import Checkout, CheckoutRequest, Purchase


class Clock(Protocol):
    def now(self) -> datetime:
        """The time, with its zone (UTC)."""
        ...


# --- Matrix


class Rooms(Protocol):
    """Speaking in rooms. The same `tx` in the same room makes one event, however often it is sent."""

    async def send(
        self, room: RoomId, message: Message, tx: TxId, *, reply_to: EventId | None = None
    ) -> EventId: ...

    async def edit(self, room: RoomId, event: EventId, message: Message, tx: TxId) -> None:
        """Change what an earlier message of ours says."""
        ...

    async def react(self, room: RoomId, event: EventId, key: str, tx: TxId) -> None: ...

    async def redact(self, room: RoomId, event: EventId, tx: TxId, *, reason: str) -> None:
        """Raises Refusal when the bot may not."""
        ...


@dataclass(frozen=True, slots=True)
class Power:
    """A power level that the bot has in a room, and the one it would need."""

    has: int
    needs: int

    @property
    def enough(self) -> bool:
        return self.has >= self.needs


class RoomState(Protocol):
    """Looking at rooms."""

    async def resolve(self, room: str) -> RoomId:
        """The room behind an id or an alias. Raises Refusal when there is none."""
        ...

    async def is_member(self, room: RoomId, user: UserId) -> bool:
        """Joined; False also when the bot cannot see the room."""
        ...

    async def name_of(self, user: UserId) -> str:
        """The display name, or the user id."""
        ...

    async def title(self, room: RoomId) -> str:
        """What people call the room: its alias or name, or else its id."""
        ...

    async def redaction_power(self, room: RoomId) -> Power: ...


class RoomEncryption(Protocol):
    """End-to-end encryption."""

    async def is_encrypted(self, room: RoomId) -> bool: ...

    async def read(self, event: Mapping[str, Any]) -> Mapping[str, Any] | None:
        """The event inside of a raw encrypted one, marked as `encrypted`; None while its key is missing."""
        ...


class RoomHistory(Protocol):
    """Reading what was said."""

    async def before(self, room: RoomId, event: EventId, limit: int) -> tuple[Event, ...]:
        """What was said before `event` that we understand, the newest first."""
        ...

    async def find(self, room: RoomId, event: EventId) -> Event | None:
        """One event, if it is there and we understand it."""
        ...


class RoomDoors(Protocol):
    """Going into rooms, and opening direct ones."""

    async def join(self, room: RoomId) -> None:
        """Raises Refusal when the bot cannot (banned, no longer invited)."""
        ...

    async def leave(self, room: RoomId) -> None: ...

    async def open_direct(self, user: UserId) -> RoomId:
        """A new direct room with `user` invited. Raises Refusal when they take no invitations."""
        ...

    async def invite(self, room: RoomId, user: UserId) -> None:
        """Nothing happens to those who are in or invited. Raises Refusal like `open_direct`."""
        ...


class MediaGone(Transient):
    """A reserved address has lapsed, or the bytes there are gone."""


class Media(Protocol):
    """The homeserver's media repository."""

    def download(self, source: Source) -> AsyncIterator[bytes]:
        """The bytes as they lie there. Raises Refusal when they are gone."""
        ...

    async def reserve(self) -> MxcUri:
        """An address for bytes that come later, so that it can be stored first."""
        ...

    async def upload(
        self, url: MxcUri, chunks: AsyncIterator[bytes], *, size: int, mimetype: str
    ) -> None:
        """Fill a reserved address. Filled already: nothing happens. Raises MediaGone if it lapsed."""
        ...

    async def has(self, url: MxcUri) -> bool:
        """Whether the bytes are (still) there."""
        ...

    async def purge(self, source: Source) -> bool:
        """Delete the homeserver's copy; False where the bot may not."""
        ...


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture that was looked at."""

    width: int
    height: int
    thumbnail: bytes
    thumbnail_mimetype: str
    thumbnail_width: int
    thumbnail_height: int
    teaser: bytes
    """A PNG of at most 16 pixels on its long side, from which no detail can be had back."""


class Pictures(Protocol):
    async def look(self, file: bytes) -> Picture | None:
        """None for what is no picture, or one too large to decode."""
        ...

    async def enlarge(self, teaser: bytes) -> tuple[bytes, int, int]:
        """The teaser as a PNG that clients show in a good size, in squares; its width and height."""
        ...


# --- our own stores


class BlobStore(Protocol):
    """Ciphertexts. A blob is whole or not there."""

    async def put(self, blob: BlobId, chunks: AsyncIterator[bytes]) -> int:
        """The size in bytes. What was there under that id is replaced."""
        ...

    def read(self, blob: BlobId) -> AsyncIterator[bytes]:
        """Raises Broken when there is no such blob."""
        ...

    async def delete(self, blob: BlobId) -> None: ...


class KeyVault(Protocol):
    """Wraps and unwraps content keys; the only one who knows the key-encryption keys."""

    async def wrap(self, key: ContentKey, context: KeyContext) -> WrappedKey: ...

    async def unwrap(self, wrapped: WrappedKey, context: KeyContext) -> ContentKey:
        """Raises KeyUnwrapFailed."""
        ...


# --- money


class PaymentProcessor(Protocol):
    async def create_checkout(self, request: CheckoutRequest) -> Checkout:
        """Make a checkout, or find the one that the same request made. Raises Refusal, in words for
        the buyer, when the processor will not take this price."""
        ...

    async def checkout(self, session: CheckoutSessionId) -> Checkout:
        """How it stands. Raises Broken when the processor knows no such session."""
        ...


# --- records


class Offers(Protocol):
    async def get(self, offer: OfferId) -> Offer | None: ...

    async def draft_in(self, workshop: RoomId, seller: UserId) -> Offer | None:
        """The draft that `seller` is putting together in that room; the newest if there are several."""
        ...

    async def standing_as(self, event: EventId) -> Offer | None:
        """The offer whose placeholder or teaser that event is."""
        ...

    async def save(self, offer: Offer) -> None:
        """Add it, or replace the version it was made from. Raises Conflict if that is not the newest."""
        ...


class Purchases(Protocol):
    async def get(self, purchase: PurchaseId) -> Purchase | None: ...

    async def by_link(self, link: LinkToken) -> Purchase | None: ...

    async def by_session(self, session: CheckoutSessionId) -> Purchase | None: ...

    async def paid_by(self, buyer: UserId) -> tuple[Purchase, ...]:
        """The newest first."""
        ...

    async def save(self, purchase: Purchase) -> None:
        """Add it, or replace the version it was made from. Raises Conflict if that is not the newest."""
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


class DirectRooms(Protocol):
    """Who talks with the bot alone, and where."""

    async def of(self, user: UserId) -> RoomId | None: ...

    async def partner(self, room: RoomId) -> UserId | None: ...

    async def save(self, user: UserId, room: RoomId) -> None:
        """One direct room for each user, the one named last. Earlier ones stay known as theirs."""
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
    def purchases(self) -> Purchases: ...
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
