"""What became of a sale whose money went back."""

from bot.domain.purchases.purchase import Purchase
from bot.domain.purchases.sale_event import SaleNotification
from bot.ids import PaymentIntentId, PurchaseId, sale_code_of
from bot.messages import BuyerNews, Line, SellerNews
from tests.support.bot_harness import ALICE, BOB, STUDIO, BotHarness

PNG = b"\x89PNG a picture of the harbour"


def bought(house: BotHarness) -> Purchase:
    return next(p for p in house.store.records.purchases.values() if p.buyer == BOB)


def payment(house: BotHarness, number: int = 0) -> PaymentIntentId:
    return bought(house).payments[number].intent


def sale(house: BotHarness) -> str:
    return sale_code_of(PurchaseId(bought(house).id))


def news(house: BotHarness) -> tuple[list[SaleNotification], list[SaleNotification]]:
    """What the buyer has heard, and the seller."""
    to_buyer = [each.news for each in house.matrix.of(BuyerNews)]
    return to_buyer, [each.news for each in house.matrix.of(SellerNews)]


def goods_redacted(house: BotHarness) -> bool:
    handed = {each.event for d in bought(house).deliveries for each in d.files}
    return handed <= set(house.matrix.redacted)


async def last_answer(house: BotHarness, who: str, words: str) -> str:
    """What the bot says to `words` in the studio, in one sentence."""
    before = len(house.matrix.of(Line))
    await house.says(ALICE, STUDIO, words)
    lines = house.matrix.of(Line)[before:]
    return lines[-1].words if lines else ""
