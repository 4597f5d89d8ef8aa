"""What matrix-ppv needs of the world, as it needs it. Fulfilled in `appservice`, faked in the tests.

Every call may raise Transient (try again later) or Broken (an operator must look).
None of the network's ports may be called while a unit of work is open.
"""

from bot.ports.goods import (
    BlobStore,
    KeyVault,
)
from bot.ports.matrix import (
    Power,
    RoomDoors,
    RoomEncryption,
    RoomHistory,
    Rooms,
    RoomState,
)
from bot.ports.media import (
    Media,
    MediaGone,
    Picture,
    Pictures,
)
from bot.ports.money import (
    PaymentProcessor,
)
from bot.ports.records import (
    Clock,
    DirectRooms,
    Inbox,
    Jobs,
    MediaCopies,
    Offers,
    Purchases,
    Store,
    UnitOfWork,
)

__all__ = [
    "BlobStore",
    "Clock",
    "DirectRooms",
    "Inbox",
    "Jobs",
    "KeyVault",
    "Media",
    "MediaCopies",
    "MediaGone",
    "Offers",
    "PaymentProcessor",
    "Picture",
    "Pictures",
    "Power",
    "Purchases",
    "RoomDoors",
    "RoomEncryption",
    "RoomHistory",
    "RoomState",
    "Rooms",
    "Store",
    "UnitOfWork",
]
