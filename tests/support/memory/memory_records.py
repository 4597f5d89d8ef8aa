"""What the store in memory holds."""

from dataclasses import dataclass, field
from datetime import datetime

from bot.domain.matrix.intercepted_attachment import Handover
from bot.domain.money.connected_account import SellerAccount
from bot.domain.offers.offer import Offer
from bot.domain.offers.seller_storefront import Storefront
from bot.domain.offers.upload import Unfinished
from bot.domain.people.abuse_report import Report
from bot.domain.people.access_log import Visit
from bot.domain.people.audit_log import AdminAct
from bot.domain.people.cross_signing import Identity
from bot.domain.people.studio_widget import Widget
from bot.domain.people.web_session import SignIn, SignInLink
from bot.domain.purchases.download_session import Claim
from bot.domain.purchases.ledger import Entry, Movement
from bot.domain.purchases.purchase import Purchase
from bot.ids import (
    AttachmentId,
    ClaimId,
    MxcUri,
    OfferId,
    PurchaseId,
    ReportId,
    RoomId,
    SignInId,
    SignInLinkId,
    UserId,
    WidgetId,
)
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
    languages: dict[UserId, str] = field(default_factory=dict)
    identities: dict[UserId, Identity] = field(default_factory=dict)
    media_copies: dict[str, MxcUri] = field(default_factory=dict)
    ledger: dict[tuple[Movement, str], Entry] = field(default_factory=dict)
    visits: dict[tuple[object, ...], Visit] = field(default_factory=dict)
    claims: dict[ClaimId, Claim] = field(default_factory=dict)
    sign_in_links: dict[SignInLinkId, SignInLink] = field(default_factory=dict)
    sign_ins: dict[SignInId, SignIn] = field(default_factory=dict)
    widgets: dict[WidgetId, Widget] = field(default_factory=dict)
    handovers: dict[str, Handover] = field(default_factory=dict)
    seller_accounts: dict[UserId, SellerAccount] = field(default_factory=dict)
    bookmarks: dict[str, str] = field(default_factory=dict)
    admin_acts: dict[str, AdminAct] = field(default_factory=dict)
    blocks: set[UserId] = field(default_factory=set)
    reports: dict[ReportId, Report] = field(default_factory=dict)
    storefronts: dict[UserId, Storefront] = field(default_factory=dict)
    uploads: dict[AttachmentId, Unfinished] = field(default_factory=dict)
    jobs_ever: int = 0

    def copy(self) -> "Records":
        return Records(
            offers=dict(self.offers),
            purchases=dict(self.purchases),
            jobs=dict(self.jobs),
            inbox=dict(self.inbox),
            direct_rooms=dict(self.direct_rooms),
            ceased=set(self.ceased),
            languages=dict(self.languages),
            identities=dict(self.identities),
            media_copies=dict(self.media_copies),
            ledger=dict(self.ledger),
            visits=dict(self.visits),
            claims=dict(self.claims),
            sign_in_links=dict(self.sign_in_links),
            sign_ins=dict(self.sign_ins),
            widgets=dict(self.widgets),
            handovers=dict(self.handovers),
            seller_accounts=dict(self.seller_accounts),
            bookmarks=dict(self.bookmarks),
            admin_acts=dict(self.admin_acts),
            blocks=set(self.blocks),
            reports=dict(self.reports),
            storefronts=dict(self.storefronts),
            uploads=dict(self.uploads),
            jobs_ever=self.jobs_ever,
        )
