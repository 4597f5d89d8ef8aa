"""What the bot says, as data. How it looks is decided where it is rendered."""

from bot.messages.buyers import (
    Bought,
    BuyerNews,
    CancelQuestion,
    Goods,
    GoodsThumbnail,
    Library,
    LibraryEntry,
    PersonalLink,
    Receipt,
)
from bot.messages.everybody import (
    Alert,
    CannotRead,
    CommandHelp,
    Decision,
    Enclosure,
    Help,
    KeyMissing,
    Line,
    PaymentHelp,
    RoomWelcome,
    Share,
    SignInInvitation,
    Stranger,
    Usage,
    Welcome,
)
from bot.messages.rooms import (
    Ended,
    FreePreview,
    Placeholder,
    Removed,
    Shop,
    ShopEntry,
    TeaserPicture,
)
from bot.messages.sellers import (
    DraftCard,
    DraftItem,
    Exposed,
    Listening,
    OwnGoods,
    PreviewAfter,
    PreviewBefore,
    Published,
    SellerNews,
    Sold,
    Stats,
    StatsLine,
)

Message = (
    Welcome | RoomWelcome | Stranger | Help | CommandHelp | Line | CannotRead | KeyMissing | PaymentHelp
    | DraftCard | PreviewBefore | PreviewAfter | Listening | Published | Exposed | Sold | OwnGoods
    | Placeholder | Ended | Removed | Decision | Shop | Share | TeaserPicture | FreePreview
    | PersonalLink | Bought | Goods | Receipt | Library
    | BuyerNews | SellerNews | CancelQuestion | Alert | Stats | Enclosure | SignInInvitation
)  # fmt: skip

__all__ = [
    "Alert",
    "Bought",
    "BuyerNews",
    "CancelQuestion",
    "CannotRead",
    "CommandHelp",
    "Decision",
    "DraftCard",
    "DraftItem",
    "Enclosure",
    "Ended",
    "Exposed",
    "FreePreview",
    "Goods",
    "GoodsThumbnail",
    "Help",
    "KeyMissing",
    "Library",
    "LibraryEntry",
    "Line",
    "Listening",
    "Message",
    "OwnGoods",
    "PaymentHelp",
    "PersonalLink",
    "Placeholder",
    "PreviewAfter",
    "PreviewBefore",
    "Published",
    "Receipt",
    "Removed",
    "RoomWelcome",
    "SellerNews",
    "Share",
    "Shop",
    "ShopEntry",
    "SignInInvitation",
    "Sold",
    "Stats",
    "StatsLine",
    "Stranger",
    "TeaserPicture",
    "Usage",
    "Welcome",
]
