"""What the bot says to buyers."""

from dataclasses import dataclass, field
from datetime import datetime

from bot.crypto.encrypted_file import EncryptedFile
from bot.domain.money.checkout_attempt import Terms
from bot.domain.offers.attachment import MediaInfo, MediaKind
from bot.domain.purchases.sale_event import SaleNotification
from bot.ids import UserId


@dataclass(frozen=True, slots=True)
class PersonalLink:
    buyer: UserId
    text: str = field(repr=False)
    price: str
    contents: str
    seller: UserId
    seller_name: str = field(repr=False)
    link: str = field(repr=False)
    typed: bool = False
    """Somebody typed the buyer's Matrix ID on a page: it may not have been the buyer."""
    already: tuple[tuple[str, str], ...] = field(default=(), repr=False)
    """Files of it that the buyer has from elsewhere: what they are called there, and the code of that offer."""


@dataclass(frozen=True, slots=True)
class Bought:
    """The line that says what was bought; the goods are replies to it."""

    buyer: UserId
    text: str = field(repr=False)
    contents: str
    seller: UserId
    seller_name: str = field(repr=False)
    again: bool
    """Delivered before, and asked for once more."""
    given: bool = False
    """By the seller, for no money."""
    link: str = ""
    """To the offer's page, which has the whole text."""


@dataclass(frozen=True, slots=True, kw_only=True)
class GoodsThumbnail:
    file: EncryptedFile
    mimetype: str
    size: int
    width: int
    height: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Goods:
    """One attachment, with the key that opens it."""

    name: str = field(repr=False)
    kind: MediaKind
    info: MediaInfo
    size: int
    file: EncryptedFile
    thumbnail: GoodsThumbnail | None


@dataclass(frozen=True, slots=True)
class GoodsOnPage:
    """In place of an attachment that the homeserver does not take: where the buyer finds it."""

    name: str = field(repr=False)
    size: str
    """In words."""
    link: str | None = field(repr=False)
    """To the buyer's own page; None where a seller sees what buyers get."""
    too_large: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Receipt:
    code: str
    text: str = field(repr=False)
    price: str
    """All that was paid."""
    tax: str | None
    """How much of it is tax."""
    seller: UserId
    paid_at: datetime
    terms: Terms | None
    """What the buyer accepted at checkout."""
    withdrawal_days: int
    """For so long the buyer may withdraw from the purchase; 0 where the right is waived."""


@dataclass(frozen=True, slots=True, kw_only=True)
class BuyerNews:
    """What became of the buyer's money."""

    news: SaleNotification
    code: str
    text: str = field(repr=False)
    amount: str
    whole: bool = True
    """All of it, not a part."""


@dataclass(frozen=True, slots=True)
class CancelQuestion:
    """Asks once more before a purchase is cancelled."""

    code: str
    text: str = field(repr=False)
    amount: str
    until: datetime


@dataclass(frozen=True, slots=True)
class LibraryEntry:
    code: str
    text: str = field(repr=False)
    price: str | None
    """None for a present."""
    paid_on: datetime
    delivered: bool = True
    stuck: str | None = None
    """Why it is not delivered, in a sentence; None if nothing is in the way."""


@dataclass(frozen=True, slots=True)
class Library:
    entries: tuple[LibraryEntry, ...]
    link: str = field(repr=False)
    """Signs a browser of the buyer's in, to see the same there."""
