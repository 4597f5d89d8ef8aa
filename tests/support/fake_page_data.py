"""What the small shop of the tests sells, and to whom."""

from io import BytesIO

from PIL import Image

from bot.domain.offers.attachment import MediaKind
from bot.domain.offers.content_summary import ContentSummary, KindCount
from bot.ids import CheckoutSessionId, LinkToken, OfferId, PurchaseId, RoomId, UserId
from bot.views.page_models import BoughtFile, OfferPage

BOT = UserId("@ppv:example.org")
ROOM = RoomId("!direct:example.org")
OFFER = OfferId("k7qm2xpa4e")
LINK = LinkToken("a-personal-link_0123456789")
SECRET = "a-secret-in-a-cookie"
SIGN_IN_SECRET = "a-secret-in-a-sign-in-link"
ALICE = UserId("@alice:example.org")
PURCHASE = PurchaseId("p1")
SESSION = CheckoutSessionId("cs_test_a1B2c3D4e5F6")
CHECKOUT_ORIGIN = "https://checkout.stripe.com"
CHECKOUT_URL = f"{CHECKOUT_ORIGIN}/c/pay/{SESSION}#secret"


def teaser() -> bytes:
    """A PNG of 16 by 10 pixels, as a sunset gives it."""
    picture = Image.new("RGB", (16, 10))
    for x in range(16):
        for y in range(10):
            glow = max(0, 90 - 14 * (abs(x - 10) + abs(y - 5)))
            picture.putpixel((x, y), (min(255, 60 + y * 14 + glow), 50 + glow + y * 4, 110 - y * 5))
    file = BytesIO()
    picture.save(file, "PNG")
    return file.getvalue()


SUNSET = OfferPage(
    offer=OFFER,
    code="K7QM2-XPA4E",
    text="Three evenings on the roof, and the film of the last one.",
    price="5.00 USD",
    contents=ContentSummary(
        (KindCount(MediaKind.IMAGE, 3), KindCount(MediaKind.VIDEO, 1, playing_ms=134_000)),
        size=48_000_000,
    ),
    free=1,
    previews=(),
    seller=UserId("@alice:example.org"),
    seller_name="Alice",
    teaser=teaser(),
    ended=None,
)


GOODS = (
    BoughtFile(MediaKind.IMAGE, 3_100_000, None),
    BoughtFile(MediaKind.IMAGE, 2_800_000, None),
    BoughtFile(MediaKind.IMAGE, 2_900_000, None),
    BoughtFile(MediaKind.VIDEO, 39_000_000, 134_000),
)
