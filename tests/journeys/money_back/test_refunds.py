"""Money that sellers or the Dashboard send back, and what becomes of the goods."""

from dataclasses import replace

import pytest

from bot.domain.money.money import Money
from bot.domain.money.payment import DisputeState
from bot.domain.people.audit_log import COMMAND_LINE, AuditAction
from bot.domain.purchases.purchase import Access
from bot.domain.purchases.sale_event import SaleNotification
from bot.ids import PaymentIntentId
from bot.messages import Alert, BuyerNews, Goods, Library, Line, Placeholder
from bot.services.payments.plan_refund import plan_refund
from tests.support.bot_harness import ALICE, BOB, CAROL, LOUNGE, STUDIO, BotHarness
from tests.support.refund_steps import bought, goods_redacted, last_answer, news, payment, sale


async def test_a_seller_refunds_and_both_are_told(house: BotHarness) -> None:
    await house.says(ALICE, STUDIO, f"!ppv refund {sale(house)} a present for a friend")
    assert house.stripe.balance() == 0
    assert bought(house).access is Access.REVOKED
    assert goods_redacted(house)
    assert news(house) == ([SaleNotification.REFUNDED], [SaleNotification.REFUNDED])
    await house.time_passes(hours=1)
    assert not house.store.records.jobs


async def test_what_was_sent_and_not_recorded_yet_is_taken_back_as_well(house: BotHarness) -> None:
    """Killed in the middle of one more round, with the refund known before the new start."""
    again = bought(house).with_delivery(house.clock.now())
    async with house.store.begin() as uow:
        await uow.purchases.save(again)
    (offer,) = house.store.records.offers.values()
    tx = again.deliveries[-1].txn_id_for(again.id, offer.paid[1].id)
    sent = await house.matrix.send(house.direct(BOB), house.matrix.of(Goods)[1], tx)
    await house.says(ALICE, STUDIO, f"!ppv refund {sale(house)}")
    assert goods_redacted(house)
    assert sent in house.matrix.redacted
    assert all(each.revoked_at for each in bought(house).deliveries)


async def test_after_a_refund_nothing_is_sent_again(house: BotHarness) -> None:
    await house.says(ALICE, STUDIO, f"!ppv refund {sale(house)}")
    code = house.matrix.of(Placeholder)[-1].code
    await house.says(BOB, LOUNGE, "!ppv library")
    await house.says(BOB, LOUNGE, f"!ppv library {code}")
    assert house.matrix.of(Library)[-1].entries == ()
    assert len(house.matrix.of(Goods)) == 2


async def test_after_a_refund_the_buyer_can_buy_again_and_is_delivered_again(
    house: BotHarness,
) -> None:
    await house.says(ALICE, STUDIO, f"!ppv refund {sale(house)}")
    await house.reacts(BOB, LOUNGE, house.matrix.event_of(Placeholder), "🔓")
    await house.pays(BOB)
    assert bought(house).has_access
    assert len(house.matrix.of(Goods)) == 4
    assert house.stripe.balance() == 500
    await house.says(ALICE, STUDIO, f"!ppv refund {sale(house)}")
    assert house.stripe.balance() == 0
    assert goods_redacted(house)


async def test_a_number_in_the_reason_is_no_amount(house: BotHarness) -> None:
    await house.says(ALICE, STUDIO, f"!ppv refund {sale(house)} 2 of 5 are blurred")
    assert house.stripe.balance() == 500
    assert "write 2 USD" in house.matrix.of(Line)[-1].words
    await house.says(ALICE, STUDIO, f"!ppv refund {sale(house)} sorry, 2 of 5 are blurred")
    assert house.stripe.balance() == 0
    assert [line for line in house.matrix.of(Line) if "send 5.00 USD back" in line.words]


async def test_part_of_the_money_back_is_recorded_and_changes_nothing_else(
    house: BotHarness,
) -> None:
    await house.says(ALICE, STUDIO, f"!ppv refund {sale(house)} 2 USD one picture was blurred")
    assert house.stripe.balance() == 300
    assert bought(house).has_access
    assert not house.matrix.redacted
    (told,) = house.matrix.of(BuyerNews)
    assert (told.news, told.whole, told.amount) == (SaleNotification.REFUNDED, False, "2.00 USD")


@pytest.mark.parametrize(
    ("words", "answer"),
    [
        ("6 USD", "more than is left"),
        ("2 EUR", "USD"),
        ("", ""),
    ],
)
async def test_what_can_not_be_refunded_is_said(house: BotHarness, words: str, answer: str) -> None:
    assert answer in await last_answer(house, ALICE, f"!ppv refund {sale(house)} {words}")
    assert house.stripe.balance() == (500 if answer else 0)


async def test_a_refund_that_was_made_twice_sends_money_back_once(house: BotHarness) -> None:
    await house.says(ALICE, STUDIO, f"!ppv refund {sale(house)}")
    answer = await last_answer(house, ALICE, f"!ppv refund {sale(house)}")
    assert "went back to the buyer already" in answer
    assert house.stripe.balance() == 0


async def test_nobody_refunds_what_others_sold(house: BotHarness) -> None:
    await house.reacts(CAROL, LOUNGE, house.matrix.event_of(Placeholder), "🔓")
    for who in (BOB, CAROL):
        await house.says(who, house.direct(who), f"!ppv refund {sale(house)}")
    assert house.stripe.balance() == 500
    assert "no sale of yours" in house.matrix.of(Line)[-1].words


async def test_an_account_without_money_says_so_to_who_asked(house: BotHarness) -> None:
    house.stripe.poor = True
    answer = await last_answer(house, ALICE, f"!ppv refund {sale(house)}")
    assert "not enough money" in answer
    room, message = house.matrix.confided[-1]
    assert room.person == ALICE
    assert isinstance(message, Line)
    assert "not enough money" in message.words
    assert bought(house).has_access
    await house.time_passes(hours=1)
    assert not house.store.records.jobs


async def test_a_refund_in_the_dashboard_counts_the_same(house: BotHarness) -> None:
    await house.stripe_says(house.stripe.gives_back(payment(house)))
    assert bought(house).access is Access.REVOKED
    assert goods_redacted(house)
    assert news(house) == ([SaleNotification.REFUNDED], [SaleNotification.REFUNDED])


async def test_a_refund_that_fails_brings_the_goods_back(house: BotHarness) -> None:
    await house.stripe_says(house.stripe.gives_back(payment(house)))
    await house.stripe_says(house.stripe.refund_fails(payment(house)))
    assert bought(house).has_access
    assert len(house.matrix.of(Goods)) == 4, "they were removed, so they are delivered anew"
    assert news(house)[0] == [SaleNotification.REFUNDED, SaleNotification.REFUND_FAILED]


async def test_the_ledger_adds_up_to_what_is_in_the_account(house: BotHarness) -> None:
    await house.says(ALICE, STUDIO, f"!ppv refund {sale(house)} 1.50 USD")
    await house.stripe_says(house.stripe.disputes(payment(house)))
    assert _sum(house) == house.stripe.balance()
    await house.stripe_says(house.stripe.disputes(payment(house), DisputeState.WON))
    assert _sum(house) == house.stripe.balance() == 350


def _sum(house: BotHarness) -> int:
    return sum(entry.amount.minor for entry in house.store.records.ledger.values())


async def test_a_refund_of_another_payment_in_the_account_is_left_alone(house: BotHarness) -> None:
    mugs = PaymentIntentId("pi_mugs")
    house.stripe.payments[mugs] = house.stripe.payments[payment(house)].__class__(
        intent=mugs, charge=None, amount=Money(900, "usd"), at=house.clock.now()
    )
    await house.stripe_says(house.stripe.gives_back(mugs))
    for _ in range(3):
        await house.time_passes(minutes=10)
    assert bought(house).has_access
    assert not house.store.records.jobs


async def test_a_refund_by_the_command_line_that_is_refused_is_noted_and_ends(
    house: BotHarness,
) -> None:
    house.stripe.poor = True
    async with house.store.begin() as uow:
        planned = plan_refund(bought(house), None, "late", "cli:1")
        await uow.jobs.add(replace(planned, asker=COMMAND_LINE))
    await house.work()
    await house.time_passes(days=2)
    assert not house.store.records.jobs
    assert ["not enough money" in each.words for each in house.matrix.of(Alert)] == [True]
    async with house.store.begin() as uow:
        (act,) = await uow.acts.all()
    assert (act.actor, act.action, act.target) == (COMMAND_LINE, AuditAction.REFUND, sale(house))
    assert act.reason.startswith("not made: There is not enough money")
