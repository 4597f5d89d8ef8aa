"""What the web pages show, as data."""

from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field

from bot.crypto.attachment_cipher import ContentKey
from bot.domain.offers.attachment import MediaKind
from bot.domain.offers.content_summary import ContentSummary
from bot.ids import OfferId, PurchaseId, RoomId, UserId


@dataclass(frozen=True, slots=True, kw_only=True)
class FreeFile:
    """A free preview that everybody may have."""

    number: int
    """Its place among the free previews of its offer, from 0."""
    name: str = field(repr=False)
    kind: MediaKind
    mimetype: str
    size: int
    """Bytes."""
    tag: str
    """Another one when it is another file."""


@dataclass(frozen=True, slots=True)
class OpenedFile:
    """A free preview, ready to be read."""

    file: FreeFile
    read: Callable[[int, int], AsyncIterator[bytes]]
    """So many bytes of it from a byte on. All of it is held to its digest, which raises DigestMismatch at the end."""


@dataclass(frozen=True, slots=True, kw_only=True)
class OfferPage:
    """An offer as anybody may see it."""

    offer: OfferId
    code: str
    text: str = field(repr=False)
    price: str
    contents: ContentSummary
    free: int
    """How many free previews stand with it in the room."""
    previews: tuple[FreeFile, ...]
    """Those of them that everybody may see, not the room's members alone."""
    seller: UserId
    seller_name: str = field(repr=False)
    teaser: bytes | None = field(repr=False)
    """A PNG of at most 16 pixels on its long side, or None."""
    ended: str | None
    """Why it is not on sale, in a sentence; None if it is."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownOffer:
    """One offer on its seller's page for everybody."""

    offer: OfferId
    code: str
    text: str = field(repr=False)
    price: str
    contents: ContentSummary
    teaser: bytes | None = field(repr=False)
    """A PNG of at most 16 pixels on its long side, or None."""


@dataclass(frozen=True, slots=True, kw_only=True)
class StorefrontPage:
    """A seller's page for everybody."""

    name: str
    seller: UserId
    seller_name: str = field(repr=False)
    about: str = field(repr=False)
    offers: tuple[ShownOffer, ...]
    """Of one page, the newest first."""
    found: int
    """On all pages."""
    wanted: str = field(repr=False)
    """The words that were looked for; empty for all."""
    page: int
    """From 1."""
    pages: int


@dataclass(frozen=True, slots=True)
class BoughtFile:
    """One file of what somebody bought. Without its name: the link may be in other hands too."""

    kind: MediaKind
    size: int
    """Bytes."""
    duration_ms: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonalPage:
    """The same offer as one buyer sees it, by the personal link."""

    page: OfferPage
    buyer: UserId
    owned: bool
    already: int
    """So many of its files the buyer has from elsewhere. Which, is told in the chat alone: the link may be in other
    hands too."""
    pending: str | None
    """Why it can't be paid just now, in a sentence: the bank, or money that takes days."""
    direct_room: RoomId | None
    goods: tuple[BoughtFile, ...]
    """What is theirs; nothing before it is bought."""
    rounds: int
    """How often it was handed over, or is about to be."""
    delivered: bool
    """The last of these rounds has arrived."""
    stuck: str | None
    """Why it has not, in a sentence; None if nothing is in the way."""
    on_the_web: int
    """So many of its files are to be opened on the claim page, for the homeserver does not take them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ClaimPage:
    """What was bought and can be opened in the buyer's own browser, once it is proven to be theirs."""

    page: OfferPage
    buyer: UserId
    owned: bool
    stuck: str | None
    """Why it is not in the chat yet, in a sentence; None if it is there."""
    code: str | None = field(repr=False)
    """What the buyer is to type; None before it was asked for, and once it is proven."""
    proven: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class ClaimedFile:
    """One file for a browser to fetch and to open."""

    number: int
    name: str = field(repr=False)
    mimetype: str
    size: int
    key: ContentKey
    sha256: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class AfterPayment:
    """How it stands when the buyer's browser comes back from the checkout."""

    purchase: PurchaseId
    """Not shown: what to watch for changes."""
    paid: bool
    delivered: bool
    processing: bool
    """The buyer has done their part, the money takes days."""
    stuck: str | None
    """Why it is not in the chat yet, in a sentence; None if nothing is in the way."""
    waits_for_buyer: bool
    """The buyer can do something about that."""
    on_the_web: int
    """So many of its files are to be opened by links in the chat."""
    direct_room: RoomId | None

    @property
    def done(self) -> bool:
        """Nothing more is to be waited for here."""
        return self.delivered if self.paid else self.processing
