"""What matrix-ppv needs of the world, as it needs it. Fulfilled in `appservice`, faked in the tests.

Every call may raise Transient (try again later) or Broken (an operator must look).
None of the network's ports may be called while a unit of work is open.
"""

from bot.ports.goods import (
    BlobStore,
    KeyVault,
)
from bot.ports.matrix import (
    Ahead,
    Gate,
    Memberships,
    Power,
    RoomDoors,
    RoomEncryption,
    RoomHistory,
    Rooms,
    RoomState,
)
from bot.ports.media import (
    Bar,
    Media,
    MediaGone,
    Picture,
    Pictures,
)
from bot.ports.moderation import (
    AdminActs,
    Blocks,
    JobDesk,
)
from bot.ports.money import (
    PaymentHistory,
    PaymentProcessor,
    RefundReason,
    RefundRequest,
    SellerOnboarding,
)
from bot.ports.records import (
    Bookmarks,
    Catalogue,
    Claims,
    Clock,
    DirectRooms,
    Handovers,
    Inbox,
    Jobs,
    Ledger,
    MediaCopies,
    Offers,
    Purchases,
    Sales,
    SellerAccounts,
    SignInLinks,
    SignIns,
    Store,
    UnitOfWork,
    Usage,
    Visits,
)

__all__ = [
    "AdminActs",
    "Ahead",
    "Bar",
    "BlobStore",
    "Blocks",
    "Bookmarks",
    "Catalogue",
    "Claims",
    "Clock",
    "DirectRooms",
    "Gate",
    "Handovers",
    "Inbox",
    "JobDesk",
    "Jobs",
    "KeyVault",
    "Ledger",
    "Media",
    "MediaCopies",
    "MediaGone",
    "Memberships",
    "Offers",
    "PaymentHistory",
    "PaymentProcessor",
    "Picture",
    "Pictures",
    "Power",
    "Purchases",
    "RefundReason",
    "RefundRequest",
    "RoomDoors",
    "RoomEncryption",
    "RoomHistory",
    "RoomState",
    "Rooms",
    "Sales",
    "SellerAccounts",
    "SellerOnboarding",
    "SignInLinks",
    "SignIns",
    "Store",
    "UnitOfWork",
    "Usage",
    "Visits",
]
