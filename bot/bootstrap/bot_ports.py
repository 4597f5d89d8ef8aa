"""What the bot is put together from: the world's ports, and the rules of the house."""

from dataclasses import dataclass
from datetime import timedelta
from zoneinfo import ZoneInfo

from bot.domain.money.fees import Fees
from bot.domain.people.permissions import Permissions
from bot.domain.retention_state import Retention
from bot.domain.urls import PublicUrls
from bot.ids import UserId
from bot.ports import (
    AccountOnboarding,
    BlobStore,
    Clock,
    Gate,
    JobAdmin,
    KeyVault,
    Mailer,
    Media,
    Memberships,
    OpenIdVerifier,
    PaymentHistory,
    PaymentProcessor,
    Pictures,
    PolicyLists,
    RewrappableKey,
    RoomEncryption,
    RoomHistory,
    RoomMembership,
    Rooms,
    RoomState,
    RoomWidgets,
    SharedRooms,
    Store,
)
from bot.services.auth.room_language import KnownLanguage
from bot.services.checkout.start_checkout import CheckoutRules
from bot.services.delivery.deliver import Patience
from bot.services.drafts.chat_draft import Limits
from bot.services.drafts.quotas import Quotas
from bot.services.inbound.limit_commands import CommandRates
from bot.services.room_sale.flag_sale import Windows


@dataclass(frozen=True, slots=True, kw_only=True)
class Ports:
    """The world."""

    store: Store
    rooms: Rooms
    state: RoomState
    memberships: Memberships
    policy_lists: PolicyLists
    shared_rooms: SharedRooms
    history: RoomHistory
    membership: RoomMembership
    gate: Gate
    encryption: RoomEncryption
    widgets: RoomWidgets
    openid: OpenIdVerifier
    media: Media
    blobs: BlobStore
    vault: KeyVault
    record_key: RewrappableKey
    pictures: Pictures
    processor: PaymentProcessor
    payment_history: PaymentHistory
    onboarding: AccountOnboarding
    mailer: Mailer
    job_admin: JobAdmin
    clock: Clock


@dataclass(frozen=True, slots=True, kw_only=True)
class BotConfig:
    """What the settings say."""

    bot: UserId
    permissions: Permissions
    limits: Limits
    quotas: Quotas
    paces: CommandRates
    windows: Windows
    currency: str
    """Taken where a seller names none."""
    urls: PublicUrls
    live: bool
    """Real money."""
    checkout: CheckoutRules
    fees: Fees
    refund_on_warning: bool
    """Payments that the card network warns of go back at once."""
    patience: Patience
    withdrawal_days: int
    """For so long buyers may withdraw from what they bought, unless they waived that; 0 for never."""
    time_zone: ZoneInfo
    """In which days, weeks and months begin and end in exports and statistics."""
    remove_location: bool
    """Place and camera are taken out of files, unless their seller wants them to stay."""
    contact: str
    """Whom to ask about money besides the seller, in words."""
    admin_room: str
    """Where admins are told what they should know: an id or an alias; empty for none."""
    visits_kept: timedelta
    """For so long it is known when somebody opened a page."""
    retention: Retention
    widgets: bool
    """There are chat apps that may show the studio beside a chat."""
    private: bool
    """Direct rooms must be encrypted."""
    signed_only: bool
    """In encrypted rooms people without a cross-signing identity are not obeyed."""
    tongues: tuple[KnownLanguage, ...]
    """Languages that the bot can speak."""
    language: str
    """The code of the one that is spoken in rooms, and with whoever never chose another."""
