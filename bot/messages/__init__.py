"""What the bot says, as data. How it looks is decided where it is rendered."""

from bot.messages.buyer_messages import (
    Bought,
    BuyerNews,
    CancelQuestion,
    Goods,
    GoodsOnPage,
    GoodsThumbnail,
    Library,
    LibraryEntry,
    PersonalLink,
    Receipt,
)
from bot.messages.common_messages import (
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
from bot.messages.room_messages import (
    Ended,
    FreePreview,
    Placeholder,
    Removed,
    Shop,
    ShopEntry,
    TeaserPicture,
)
from bot.messages.seller_messages import (
    CopiesLeft,
    CopyLeft,
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

OpenMessage = (
    Welcome | RoomWelcome | Stranger | Help | CommandHelp | Line | CannotRead | KeyMissing | PaymentHelp
    | Listening | Placeholder | Ended | Removed | Shop | TeaserPicture | FreePreview | Alert
)  # fmt: skip
"""What may be said in any room that the bot is in."""

SecretMessage = (
    DraftCard | PreviewBefore | PreviewAfter | Published | Exposed | CopiesLeft | Sold | OwnGoods | Decision | Share
    | PersonalLink | Bought | Goods | GoodsOnPage | Receipt | Library
    | BuyerNews | SellerNews | CancelQuestion | Stats | Enclosure | SignInInvitation
)  # fmt: skip
"""For one person alone: sent to a `ProvedRoom` only."""

Message = OpenMessage | SecretMessage

__all__ = [
    "Alert",
    "Bought",
    "BuyerNews",
    "CancelQuestion",
    "CannotRead",
    "CommandHelp",
    "CopiesLeft",
    "CopyLeft",
    "Decision",
    "DraftCard",
    "DraftItem",
    "Enclosure",
    "Ended",
    "Exposed",
    "FreePreview",
    "Goods",
    "GoodsOnPage",
    "GoodsThumbnail",
    "Help",
    "KeyMissing",
    "Library",
    "LibraryEntry",
    "Line",
    "Listening",
    "Message",
    "OpenMessage",
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
    "SecretMessage",
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
