"""What the bot says, as data. How it looks is decided where it is rendered."""

from bot.messages.buyers import (
    Bought,
    Goods,
    GoodsThumbnail,
    Library,
    LibraryEntry,
    PersonalLink,
    Receipt,
)
from bot.messages.everybody import CannotRead, Help, KeyMissing, Line, RoomWelcome, Welcome
from bot.messages.rooms import FreePreview, Placeholder, TeaserPicture
from bot.messages.sellers import (
    DraftCard,
    DraftItem,
    Exposed,
    Listening,
    OwnGoods,
    PreviewAfter,
    PreviewBefore,
    Published,
    Sold,
)

Message = (
    Welcome | RoomWelcome | Help | Line | CannotRead | KeyMissing
    | DraftCard | PreviewBefore | PreviewAfter | Listening | Published | Exposed | Sold | OwnGoods
    | Placeholder | TeaserPicture | FreePreview
    | PersonalLink | Bought | Goods | Receipt | Library
)  # fmt: skip

__all__ = [
    "Bought",
    "CannotRead",
    "DraftCard",
    "DraftItem",
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
    "PersonalLink",
    "Placeholder",
    "PreviewAfter",
    "PreviewBefore",
    "Published",
    "Receipt",
    "RoomWelcome",
    "Sold",
    "TeaserPicture",
    "Welcome",
]
