"""What the bank wants back, or looks into."""

import pytest

from bot.domain.money.money import Money
from bot.domain.money.payment import DisputeState
from bot.domain.purchases.purchase import Access
from bot.domain.purchases.sale_event import SaleNotification
from bot.messages import BuyerNews, Goods, Line, PersonalLink, Placeholder
from tests.support.bot_harness import ALICE, BOB, CAROL, LOUNGE, STUDIO, BotHarness
from tests.support.refund_steps import bought, goods_redacted, last_answer, news, payment, sale


async def test_a_dispute_suspends_and_a_won_one_gives_back(house: BotHarness) -> None:
    code = house.matrix.of(Placeholder)[-1].code
    await house.stripe_says(house.stripe.disputes(payment(house)))
    assert bought(house).access is Access.SUSPENDED
    assert not house.matrix.redacted
    await house.says(BOB, LOUNGE, f"!ppv library {code}")
    assert len(house.matrix.of(Goods)) == 2
    await house.stripe_says(house.stripe.disputes(payment(house), DisputeState.WON))
    await house.says(BOB, LOUNGE, f"!ppv library {code}")
    assert len(house.matrix.of(Goods)) == 4
    assert news(house)[1] == [SaleNotification.DISPUTED, SaleNotification.DISPUTE_WON]


async def test_a_payment_that_the_bank_questions_before_we_hear_of_it_is_delivered_once_it_is_won(
    house: BotHarness,
) -> None:
    await house.reacts(CAROL, LOUNGE, house.matrix.event_of(Placeholder), "🔓")
    late = house.stripe.pay(await house.clicks(CAROL))
    intent = list(house.stripe.payments)[-1]
    house.stripe.disputes(intent)
    await house.stripe_says(late)
    assert len(house.matrix.of(Goods)) == 2, "only Bob has his two"
    await house.stripe_says(house.stripe.disputes(intent, DisputeState.WON))
    assert len(house.matrix.of(Goods)) == 4


async def test_a_lost_dispute_takes_the_goods_back(house: BotHarness) -> None:
    await house.stripe_says(house.stripe.disputes(payment(house)))
    await house.stripe_says(house.stripe.disputes(payment(house), DisputeState.LOST))
    assert bought(house).access is Access.REVOKED
    assert goods_redacted(house)
    assert house.stripe.balance() == 0


async def test_nobody_pays_again_while_the_bank_decides(house: BotHarness) -> None:
    await house.stripe_says(house.stripe.disputes(payment(house)))
    links = len(house.matrix.of(PersonalLink))
    await house.reacts(BOB, LOUNGE, house.matrix.event_of(Placeholder), "🔓")
    assert len(house.matrix.of(PersonalLink)) == links
    assert "Your bank is looking into" in house.matrix.of(Line)[-1].words
    answer = await last_answer(house, ALICE, f"!ppv refund {sale(house)}")
    assert "under dispute" in answer


async def test_a_question_of_the_bank_moves_nothing_and_is_told_to_the_seller(
    house: BotHarness,
) -> None:
    await house.stripe_says(house.stripe.disputes(payment(house), DisputeState.INQUIRY))
    assert bought(house).has_access
    assert news(house) == ([], [SaleNotification.INQUIRY])


async def test_a_warning_of_fraud_is_only_told_unless_the_settings_say_more(
    house: BotHarness,
) -> None:
    await house.stripe_says(house.stripe.warns(payment(house)))
    assert house.stripe.balance() == 500
    house.restart(refund_on_warning=True)
    await house.stripe_says(house.stripe.warns(payment(house)))
    assert house.stripe.balance() == 0
    assert bought(house).access is Access.REVOKED


async def test_a_part_that_is_lost_is_lost_as_a_part(house: BotHarness) -> None:
    part = Money(200, "usd")
    await house.stripe_says(house.stripe.disputes(payment(house), amount=part))
    assert bought(house).access is Access.SUSPENDED
    await house.stripe_says(house.stripe.disputes(payment(house), DisputeState.LOST, part))
    assert bought(house).has_access
    assert not goods_redacted(house)
    entries = house.store.records.ledger.values()
    assert sum(each.amount.minor for each in entries) == house.stripe.balance() == 300
    assert not house.matrix.of(BuyerNews)[-1].whole
    await house.says(ALICE, STUDIO, f"!ppv refund {sale(house)}")
    assert house.stripe.refund_requests[-1].amount == Money(300, "usd")
    assert bought(house).access is Access.REVOKED


_WON, _LOST, _OPEN = DisputeState.WON, DisputeState.LOST, DisputeState.OPEN


@pytest.mark.parametrize(
    "verdicts",
    [
        [_LOST, _WON],
        [_WON, _LOST],
        [_WON, _OPEN, _LOST, _WON],
        [_LOST, _OPEN, _WON, _OPEN, _WON, _LOST],
        [_WON, _WON, _LOST, _LOST],
    ],
)
async def test_access_and_books_follow_the_last_word(
    house: BotHarness, verdicts: list[DisputeState]
) -> None:
    access = {_WON: Access.GRANTED, _LOST: Access.REVOKED, _OPEN: Access.SUSPENDED}
    for verdict in [_OPEN, *verdicts]:
        await house.time_passes(days=1)
        await house.stripe_says(house.stripe.disputes(payment(house), verdict))
        assert bought(house).access is access[verdict]
        entries = house.store.records.ledger.values()
        assert sum(each.amount.minor for each in entries) == house.stripe.balance()
        handed = {each.event for d in bought(house).deliveries for each in d.files}
        left = bool(handed - set(house.matrix.redacted))
        assert verdict is _OPEN or left is (verdict is _WON)
        told = {
            _OPEN: SaleNotification.DISPUTED,
            _WON: SaleNotification.DISPUTE_WON,
            _LOST: SaleNotification.DISPUTE_LOST,
        }[verdict]
        assert [each[-1] for each in news(house)] == [told, told]
