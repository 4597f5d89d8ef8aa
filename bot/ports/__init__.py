"""What matrix-ppv needs of the world, as it needs it. Fulfilled in `appservice`, faked in the tests.

Every call may raise TemporaryError (try again later) or OperatorError (an operator must look).
None of the network's ports may be called while a unit of work is open.
"""

from bot.ports.blob_storage import (
    BlobStore,
    KeyVault,
    RewrappableKey,
)
from bot.ports.homeserver import (
    Act,
    DecryptedPreview,
    Gate,
    Memberships,
    OpenIdVerifier,
    PolicyLists,
    Power,
    RoomEncryption,
    RoomHistory,
    RoomMembership,
    Rooms,
    RoomState,
    RoomWidgets,
    SharedRooms,
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
from bot.ports.job_admin import JobAdmin
from bot.ports.mailer import Email, Mailer
from bot.ports.payment_processor import (
    AccountOnboarding,
    PaymentHistory,
    PaymentProcessor,
    RefundReason,
    RefundRequest,
)
from bot.ports.repositories.unit_of_work import Store, UnitOfWork
from bot.ports.time_source import Clock

__all__ = [
    "AccountOnboarding",
    "Act",
    "Bar",
    "BlobStore",
    "Clock",
    "DecryptedPreview",
    "Email",
    "FileTooLarge",
    "Gate",
    "JobAdmin",
    "KeyVault",
    "Mailer",
    "Media",
    "MediaGone",
    "Memberships",
    "Metadata",
    "NoPicture",
    "NotTaken",
    "OpenIdVerifier",
    "PaymentHistory",
    "PaymentProcessor",
    "Picture",
    "Pictures",
    "PolicyLists",
    "Power",
    "RefundReason",
    "RefundRequest",
    "RewrappableKey",
    "RoomEncryption",
    "RoomHistory",
    "RoomMembership",
    "RoomState",
    "RoomWidgets",
    "Rooms",
    "SharedRooms",
    "Store",
    "UnitOfWork",
]
