"""What matrix-ppv needs of the world, as it needs it. Fulfilled in `appservice`, faked in the tests.

Every call may raise Transient (try again later) or Broken (an operator must look).
None of the network's ports may be called while a unit of work is open.
"""

from bot.ports.blob_storage import (
    BlobStore,
    KeyVault,
    RewrappedKey,
)
from bot.ports.homeserver import (
    Act,
    Ahead,
    CommonRooms,
    Gate,
    Memberships,
    OpenIdServers,
    PolicyLists,
    Power,
    RoomDoors,
    RoomEncryption,
    RoomHistory,
    Rooms,
    RoomState,
    RoomWidgets,
)
from bot.ports.homeserver_media import (
    Bar,
    FileTooLarge,
    Media,
    MediaGone,
    Metadata,
    NoPicture,
    NotTaken,
    Picture,
    Pictures,
)
from bot.ports.job_admin import JobDesk
from bot.ports.mailer import Letter, Mail
from bot.ports.payment_processor import (
    PaymentHistory,
    PaymentProcessor,
    RefundReason,
    RefundRequest,
    SellerOnboarding,
)
from bot.ports.repositories.inbox_and_jobs import Handovers, Inbox, Jobs
from bot.ports.repositories.moderation_repositories import AdminActs, Blocks
from bot.ports.repositories.offer_repositories import Catalogue, Offers
from bot.ports.repositories.purchase_repositories import (
    Ledger,
    Purchases,
    Sales,
    SellerAccounts,
    Usage,
)
from bot.ports.repositories.retention_repositories import Leftovers
from bot.ports.repositories.room_repositories import DirectRooms, MediaCopies
from bot.ports.repositories.session_repositories import (
    Claims,
    SignInLinks,
    SignIns,
    Visits,
    Widgets,
)
from bot.ports.repositories.unit_of_work import Store, UnitOfWork
from bot.ports.repositories.upload_repositories import Uploads
from bot.ports.time_source import Clock

__all__ = [
    "Act",
    "AdminActs",
    "Ahead",
    "Bar",
    "BlobStore",
    "Blocks",
    "Catalogue",
    "Claims",
    "Clock",
    "CommonRooms",
    "DirectRooms",
    "FileTooLarge",
    "Gate",
    "Handovers",
    "Inbox",
    "JobDesk",
    "Jobs",
    "KeyVault",
    "Ledger",
    "Leftovers",
    "Letter",
    "Mail",
    "Media",
    "MediaCopies",
    "MediaGone",
    "Memberships",
    "Metadata",
    "NoPicture",
    "NotTaken",
    "Offers",
    "OpenIdServers",
    "PaymentHistory",
    "PaymentProcessor",
    "Picture",
    "Pictures",
    "PolicyLists",
    "Power",
    "Purchases",
    "RefundReason",
    "RefundRequest",
    "RewrappedKey",
    "RoomDoors",
    "RoomEncryption",
    "RoomHistory",
    "RoomState",
    "RoomWidgets",
    "Rooms",
    "Sales",
    "SellerAccounts",
    "SellerOnboarding",
    "SignInLinks",
    "SignIns",
    "Store",
    "UnitOfWork",
    "Uploads",
    "Usage",
    "Visits",
    "Widgets",
]
