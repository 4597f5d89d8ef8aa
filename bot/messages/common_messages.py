"""What the bot says to anybody."""

from dataclasses import dataclass, field

from bot.crypto.encrypted_file import EncryptedFile
from bot.domain.matrix.gate_coverage import Exposure
from bot.domain.offers.attachment import MediaInfo, MediaKind
from bot.domain.people.web_session import LoginTarget
from bot.ids import UserId


@dataclass(frozen=True, slots=True)
class Welcome:
    """The first words in a new direct room."""

    may_sell: bool
    too_open: bool = False
    """Direct rooms must be encrypted, and this one is not."""


@dataclass(frozen=True, slots=True)
class RoomWelcome:
    """The first words in a room with others."""


@dataclass(frozen=True, slots=True)
class Stranger:
    """To somebody whom no rule lets in."""

    user: UserId
    contact: str
    """Of those who run this: an address, in words; empty if there is none."""


@dataclass(frozen=True, slots=True)
class Help:
    may_sell: bool
    currency: str
    here: Exposure | None = None
    """Of files that a seller sends into the room where this is said; None in a direct one."""


@dataclass(frozen=True, slots=True)
class Usage:
    """One way to write a command."""

    typed: str
    """What follows `!ppv`; `{price}` stands for one that might be asked for."""
    does: str
    """What it does, as the end of a sentence."""


@dataclass(frozen=True, slots=True)
class CommandHelp:
    """How one command is written."""

    usages: tuple[Usage, ...]
    currency: str


@dataclass(frozen=True, slots=True)
class PaymentHelp:
    """Whom to ask about money, and how."""

    contact: str
    """Of those who run this: an address, in words; empty if there is none."""
    withdrawal_days: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Enclosure:
    """A file of the bot's own making, for one person."""

    name: str
    kind: MediaKind
    info: MediaInfo
    file: EncryptedFile


@dataclass(frozen=True, slots=True)
class Share:
    """An offer's link for everybody."""

    text: str = field(repr=False)
    link: str


@dataclass(frozen=True, slots=True)
class Line:
    """One plain sentence, such as the reason of a refusal."""

    words: str


@dataclass(frozen=True, slots=True)
class Alert:
    """What admins should know."""

    words: str


@dataclass(frozen=True, slots=True)
class Decision:
    """What admins have decided, to somebody whom it concerns."""

    words: str


@dataclass(frozen=True, slots=True)
class CannotRead:
    """The answer to an encrypted message."""


@dataclass(frozen=True, slots=True)
class KeyMissing:
    """The answer to an encrypted message whose key has not come."""

    bot: UserId


@dataclass(frozen=True, slots=True)
class SignInInvitation:
    """A link to somebody's own pages."""

    place: LoginTarget
    link: str = field(repr=False)
