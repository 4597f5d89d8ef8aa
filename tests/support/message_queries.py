"""What the bot may say, of every kind."""

from dataclasses import replace
from datetime import UTC, datetime

from bot.chat.commands.account.command_guide import GUIDE
from bot.domain.matrix.gate_coverage import Exposure
from bot.domain.offers.attachment import HomeserverCopy
from bot.domain.people.web_session import LoginTarget
from bot.domain.purchases.sale_event import TO_BUYERS, TO_SELLERS, SaleNotification
from bot.ids import UserId
from bot.messages import (
    Alert,
    Bought,
    BuyerNews,
    CancelQuestion,
    CannotRead,
    CommandHelp,
    CopiesLeft,
    CopyLeft,
    Decision,
    DraftCard,
    Ended,
    Exposed,
    GoodsOnPage,
    Help,
    KeyMissing,
    Library,
    Line,
    Listening,
    Message,
    OwnGoods,
    PaymentHelp,
    PersonalLink,
    Placeholder,
    PreviewAfter,
    PreviewBefore,
    Published,
    Receipt,
    Removed,
    RoomWelcome,
    SellerNews,
    Share,
    Shop,
    ShopEntry,
    SignInInvitation,
    Sold,
    Stats,
    StatsLine,
    Stranger,
    Welcome,
)

SALLY, BOB = UserId("@sally:test"), UserId("@bob:test")
SALE = "S-11111-22222"
CODE, LINK = "K7QM2-XPA4E", "https://pay.test/m/k7qm2xpa4e"
INSIDE = "3 photos, 1 video (2:14), 48 MB"
PAID_AT = datetime(2026, 11, 23, 4, 5, tzinfo=UTC)

PLACEHOLDER = Placeholder("Sunset", "5.00 USD", INSIDE, 0, SALLY, "Sally", CODE, LINK)
PERSONAL = PersonalLink(BOB, "Sunset", "5.00 USD", INSIDE, SALLY, "Sally", f"{LINK}?for=secret")
BOUGHT = Bought(BOB, "Sunset", INSIDE, SALLY, "Sally", again=False)
RECEIPT = Receipt(
    code=CODE,
    text="Sunset",
    price="5.00 USD",
    tax=None,
    seller=SALLY,
    paid_at=PAID_AT,
    terms=None,
    withdrawal_days=14,
)
SOLD = Sold(SALLY, BOB, SALE, CODE, "5.00 USD", "Sunset")
PUBLISHED = Published(SALLY, CODE, "5.00 USD", INSIDE, ("#photos:test", "The pier"), LINK)
EXPOSED = Exposed(3, 0.43, purged=True)
DRAFT = DraftCard("", None, (), "Send me some files first.")
CANCEL = CancelQuestion(CODE, "Sunset", "5.00 USD", PAID_AT)
STATS = StatsLine(CODE, "Sunset", 9, 3, 2, 2, "10.00 USD")
QUIET: list[Message] = [
    Welcome(may_sell=True),
    RoomWelcome(),
    Stranger(BOB, "the pier office"),
    Stranger(BOB, ""),
    Help(may_sell=True, currency="USD"),
    Line("No."),
    CannotRead(),
    DRAFT,
    PreviewBefore(),
    PreviewAfter(),
    Listening("5.00 USD", 10, 10, Exposure.NEVER),
    Share("Sunset <b>", LINK),
    OwnGoods(CODE),
    CANCEL,
    Ended("Sunset", CODE),
    Removed(CODE),
    PaymentHelp("the pier office", 14),
    PaymentHelp("", 0),
    CommandHelp(GUIDE["buy"] + GUIDE["price"], "USD"),
    KeyMissing(BOB),
    SignInInvitation(LoginTarget.STUDIO, LINK),
    SignInInvitation(LoginTarget.LIBRARY, LINK),
    Stats((STATS,), 0, STATS),
    Stats((), 0, STATS),
    Library((), "https://ppv.test/sign-in?with=x"),
    Shop((ShopEntry(CODE, "Sunset", INSIDE, "5.00 USD"),), 2, searched=False),
    Shop((), 0, searched=False),
    Shop((), 0, searched=True),
]
ON_PAGE = GoodsOnPage("pier.mp4", "60 MB", f"{LINK}/claim?for=secret", too_large=True)
COPIES_LEFT = CopiesLeft(
    (
        CopyLeft("a.png", HomeserverCopy.NOT_ALLOWED, encrypted=False),
        CopyLeft("b.png", HomeserverCopy.REMOTE, encrypted=True),
        CopyLeft("c.png", HomeserverCopy.NOT_THEIRS, encrypted=False),
    ),
    "test",
)
LOUD: list[Message] = [
    PLACEHOLDER,
    PERSONAL,
    BOUGHT,
    ON_PAGE,
    RECEIPT,
    SOLD,
    PUBLISHED,
    EXPOSED,
    COPIES_LEFT,
]
LOUD += [replace(PERSONAL, typed=True), Decision("Your offer was taken down.")]
LOUD += [Alert("A sale is stuck: `matrix-ppv jobs`\nPlease look.")]
LOUD += [BuyerNews(news=news, code=CODE, text="", amount="5.00 USD") for news in TO_BUYERS]
LOUD += [
    SellerNews(news=news, seller=SALLY, sale=SALE, buyer=BOB, text="Sunset", amount="5.00 USD")
    for news in TO_SELLERS - {SaleNotification.SOLD}
]
