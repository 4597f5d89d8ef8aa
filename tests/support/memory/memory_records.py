"""What the store in memory holds."""

from copy import copy
from dataclasses import dataclass, field, fields
from datetime import datetime

from bot.crypto.envelope import WrappedKey
from bot.domain.matrix.intercepted_attachment import InterceptedAttachment
from bot.domain.matrix.private_room import PrivacyProblem
from bot.domain.money.connected_account import ConnectedAccount
from bot.domain.offers.offer import Offer
from bot.domain.offers.seller_storefront import Storefront
from bot.domain.offers.upload import Upload
from bot.domain.people.abuse_report import Report
from bot.domain.people.access_log import AccessLogEntry
from bot.domain.people.audit_log import AuditEntry
from bot.domain.people.cross_signing import Identity
from bot.domain.people.studio_widget import Widget
from bot.domain.people.web_session import LoginLink, WebSession
from bot.domain.purchases.download_session import DownloadSession
from bot.domain.purchases.ledger import EntryType, LedgerEntry
from bot.domain.purchases.purchase import Purchase
from bot.domain.retention_state import RetentionState
from bot.ids import (
    AttachmentId,
    ClaimId,
    EventId,
    MxcUri,
    OfferId,
    PaymentIntentId,
    PurchaseId,
    ReportId,
    RoomId,
    SignInId,
    SignInLinkId,
    UserId,
    WidgetId,
)
from bot.ports.repositories.person_repositories import DataExport
from bot.ports.repositories.posting_repositories import EncryptionProgress, StatusMessage
from tests.support.memory.memory_queue import StoredJob


@dataclass
class Records:
    offers: dict[OfferId, Offer] = field(default_factory=dict)
    purchases: dict[PurchaseId, Purchase] = field(default_factory=dict)
    jobs: dict[int, StoredJob] = field(default_factory=dict)
    inbox: dict[tuple[str, str], datetime] = field(default_factory=dict)
    direct_rooms: dict[RoomId, UserId] = field(default_factory=dict)
    """In the order in which they were named."""
    ceased: set[RoomId] = field(default_factory=set)
    flaws: dict[RoomId, PrivacyProblem] = field(default_factory=dict)
    """Of rooms that ceased, until they are explained."""
    openings: set[UserId] = field(default_factory=set)
    languages: dict[UserId, str] = field(default_factory=dict)
    time_zones: dict[UserId, str] = field(default_factory=dict)
    turned_away: set[UserId] = field(default_factory=set)
    refused_commands: dict[tuple[EventId, RoomId, UserId], EventId | None] = field(
        default_factory=dict
    )
    erasure_requests: dict[UserId, datetime] = field(default_factory=dict)
    data_exports: dict[UserId, DataExport] = field(default_factory=dict)
    pinned_lists: dict[RoomId, EventId] = field(default_factory=dict)
    upgrades: dict[tuple[RoomId, RoomId], bool] = field(default_factory=dict)
    deleted_postings: dict[tuple[OfferId, RoomId], EventId] = field(default_factory=dict)
    outdated_postings: set[tuple[OfferId, RoomId]] = field(default_factory=set)
    status_messages: dict[tuple[OfferId, str], StatusMessage | None] = field(default_factory=dict)
    cards_edited: dict[OfferId, datetime] = field(default_factory=dict)
    encryption_progress: dict[OfferId, EncryptionProgress] = field(default_factory=dict)
    idle: dict[OfferId, RetentionState] = field(default_factory=dict)
    notices: set[tuple[OfferId, UserId]] = field(default_factory=set)
    refund_requests: dict[PaymentIntentId, str] = field(default_factory=dict)
    alerts: set[str] = field(default_factory=set)
    data_keys: dict[str, WrappedKey] = field(default_factory=dict)
    payment_events_read_until: datetime | None = None
    identities: dict[UserId, Identity] = field(default_factory=dict)
    media_copies: dict[str, MxcUri] = field(default_factory=dict)
    ledger: dict[tuple[EntryType, str], LedgerEntry] = field(default_factory=dict)
    visits: dict[tuple[object, ...], AccessLogEntry] = field(default_factory=dict)
    claims: dict[ClaimId, DownloadSession] = field(default_factory=dict)
    sign_in_links: dict[SignInLinkId, LoginLink] = field(default_factory=dict)
    sign_ins: dict[SignInId, WebSession] = field(default_factory=dict)
    widgets: dict[WidgetId, Widget] = field(default_factory=dict)
    handovers: dict[str, InterceptedAttachment] = field(default_factory=dict)
    seller_accounts: dict[UserId, ConnectedAccount] = field(default_factory=dict)
    admin_acts: dict[str, AuditEntry] = field(default_factory=dict)
    blocks: set[UserId] = field(default_factory=set)
    reports: dict[ReportId, Report] = field(default_factory=dict)
    storefronts: dict[UserId, Storefront] = field(default_factory=dict)
    uploads: dict[AttachmentId, Upload] = field(default_factory=dict)
    jobs_ever: int = 0

    def copy(self) -> "Records":
        return Records(**{each.name: copy(getattr(self, each.name)) for each in fields(self)})
