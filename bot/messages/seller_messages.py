"""What the bot says to sellers."""

from dataclasses import dataclass, field
from datetime import datetime

from bot.domain.matrix.gate_coverage import Exposure
from bot.domain.offers.attachment import HomeserverCopy
from bot.domain.purchases.sale_event import SaleNotification
from bot.ids import UserId


@dataclass(frozen=True, slots=True)
class DraftItem:
    """One line of a draft."""

    number: int
    name: str = field(repr=False)
    about: str
    """Kind, size, duration and dimensions, in words."""
    free: bool
    sealed: bool
    fault: str | None
    twin: str | None = field(default=None, repr=False)
    """Where the same file is sold already."""
    note: str | None = None
    """What else its seller should know of it."""


@dataclass(frozen=True, slots=True)
class DraftCard:
    """A draft as its seller sees it, and what is still missing."""

    text: str = field(repr=False)
    price: str | None
    items: tuple[DraftItem, ...]
    next_step: str
    under_way: str | None = None
    """How far its files are; None when they are done."""


@dataclass(frozen=True, slots=True)
class PreviewBefore:
    """What follows is what people see who have not paid."""


@dataclass(frozen=True, slots=True)
class PreviewAfter:
    """What follows is what a buyer gets."""


@dataclass(frozen=True, slots=True)
class Listening:
    """The bot waits for attachments in a room."""

    price: str
    minutes: int
    limit: int
    safety: Exposure


@dataclass(frozen=True, slots=True)
class Published:
    seller: UserId
    code: str
    price: str
    contents: str
    rooms: tuple[str, ...]
    link: str


@dataclass(frozen=True, slots=True)
class Exposed:
    """The honest truth about attachments that stood in a room before they were taken out."""

    files: int
    seconds: float
    """From the homeserver's time stamp of the message to its redaction."""
    purged: bool
    """The homeserver's own copies are deleted as well."""


@dataclass(frozen=True, slots=True)
class CopyLeft:
    """One file that the bot could not delete where its seller sent it."""

    name: str = field(repr=False)
    why: HomeserverCopy
    encrypted: bool
    """By the seller's client: the server holds no key to it."""


@dataclass(frozen=True, slots=True)
class CopiesLeft:
    """What the bot could not delete of what the seller sent."""

    files: tuple[CopyLeft, ...]
    server: str
    """The seller's homeserver."""


@dataclass(frozen=True, slots=True)
class Sold:
    seller: UserId
    buyer: UserId
    sale: str
    """The sale's code."""
    code: str
    price: str
    text: str = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class SellerNews:
    """What became of the money of a sale."""

    news: SaleNotification
    seller: UserId
    sale: str
    """The sale's code."""
    buyer: UserId
    text: str = field(repr=False)
    amount: str
    whole: bool = True
    """All of it, not a part."""
    answer_by: datetime | None = None
    """Until when the bank takes evidence."""
    words: str = field(default="", repr=False)
    """The buyer's."""


@dataclass(frozen=True, slots=True)
class StatsLine:
    """One offer's figures."""

    code: str
    text: str = field(repr=False)
    opens: int
    checkouts: int
    paid: int
    delivered: int
    revenue: str


@dataclass(frozen=True, slots=True)
class Stats:
    """How a seller's offers do."""

    lines: tuple[StatsLine, ...]
    more: int
    """So many older offers are counted in the total only."""
    total: StatsLine


@dataclass(frozen=True, slots=True)
class OwnGoods:
    """What follows are the seller's own goods."""

    code: str
