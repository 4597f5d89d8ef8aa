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
from bot.ports.repositories.unit_of_work import Store, UnitOfWork
from bot.ports.time_source import Clock

__all__ = [
    "Act",
    "Ahead",
    "Bar",
    "BlobStore",
    "Clock",
    "CommonRooms",
    "FileTooLarge",
    "Gate",
    "JobDesk",
    "KeyVault",
    "Letter",
    "Mail",
    "Media",
    "MediaGone",
    "Memberships",
    "Metadata",
    "NoPicture",
    "NotTaken",
    "OpenIdServers",
    "PaymentHistory",
    "PaymentProcessor",
    "Picture",
    "Pictures",
    "PolicyLists",
    "Power",
    "RefundReason",
    "RefundRequest",
    "RewrappedKey",
    "RoomDoors",
    "RoomEncryption",
    "RoomHistory",
    "RoomState",
    "RoomWidgets",
    "Rooms",
    "SellerOnboarding",
    "Store",
    "UnitOfWork",
]
