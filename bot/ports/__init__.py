"""What matrix-ppv needs of the world, as it needs it. Fulfilled in `appservice`, faked in the tests.

Every call may raise Transient (try again later) or Broken (an operator must look).
None of the network's ports may be called while a unit of work is open.
"""

from bot.ports.clock import Clock
from bot.ports.desk import JobDesk
from bot.ports.goods import (
    BlobStore,
    KeyVault,
    RewrappedKey,
)
from bot.ports.mail import Letter, Mail
from bot.ports.matrix import (
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
from bot.ports.media import (
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
from bot.ports.money import (
    PaymentHistory,
    PaymentProcessor,
    RefundReason,
    RefundRequest,
    SellerOnboarding,
)
from bot.ports.records.errands import Bookmarks, Handovers, Inbox, Jobs
from bot.ports.records.leftovers import Leftovers
from bot.ports.records.moderation import AdminActs, Blocks
from bot.ports.records.offers import Catalogue, Offers
from bot.ports.records.places import DirectRooms, MediaCopies
from bot.ports.records.purchases import Ledger, Purchases, Sales, SellerAccounts, Usage
from bot.ports.records.store import Store, UnitOfWork
from bot.ports.records.uploads import Uploads
from bot.ports.records.visitors import Claims, SignInLinks, SignIns, Visits, Widgets

__all__ = [
    "Act",
    "AdminActs",
    "Ahead",
    "Bar",
    "BlobStore",
    "Blocks",
    "Bookmarks",
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
