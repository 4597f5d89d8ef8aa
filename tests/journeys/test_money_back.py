"""Money that goes back, or that the bank wants back, and what becomes of the goods."""

import pytest

from bot.attempt import Terms
from bot.ids import PaymentIntentId, PurchaseId, sale_code_of
from bot.messages import BuyerNews, Goods, Library, Line, PersonalLink, Placeholder, SellerNews
from bot.money import Money
from bot.news import News
from bot.paying.checkout import CheckoutRules
from bot.payment import DisputeState
from bot.purchase import Access, Purchase
from tests.journeys.house import ALICE, BOB, CAROL, LOUNGE, STUDIO, House

PNG = b"\x89PNG a picture of the harbour"


@pytest.fixture
async def house() -> House:
    """Bob has bought from Alice."""
    house = House()
    await house.publishes(PNG, PNG)
    await house.reacts(BOB, LOUNGE, house.matrix.event_of(Placeholder), "🔓")
    await house.pays(BOB)
    return house


def bought(house: House) -> Purchase:
    return next(p for p in house.store.records.purchases.values() if p.buyer == BOB)


def payment(house: House, number: int = 0) -> PaymentIntentId:
    return bought(house).payments[number].intent


def sale(house: House) -> str:
    return sale_code_of(PurchaseId(bought(house).id))


def news(house: House) -> tuple[list[News], list[News]]:
    """What the buyer has heard, and the seller."""
    to_buyer = [each.news for each in house.matrix.of(BuyerNews)]
    return to_buyer, [each.news for each in house.matrix.of(SellerNews)]


def goods_redacted(house: House) -> bool:
    handed = {each.event for d in bought(house).deliveries for each in d.handed}
    return handed <= set(house.matrix.redacted)


async def last_answer(house: House, who: str, words: str) -> str:
    """What the bot says to `words` in the studio, in one sentence."""
    before = len(house.matrix.of(Line))
    await house.says(ALICE, STUDIO, words)
    lines = house.matrix.of(Line)[before:]
    return lines[-1].words if lines else ""


async def test_a_seller_refunds_and_both_are_told(house: House) -> None:
    await house.says(ALICE, STUDIO, f"!ppv refund {sale(house)} a present for a friend")
    assert house.stripe.balance() == 0
    assert bought(house).access is Access.REVOKED
    assert goods_redacted(house)
    assert news(house) == ([News.REFUNDED], [News.REFUNDED])
    await house.time_passes(hours=1)
    assert not house.store.records.jobs


async def test_what_was_sent_and_not_recorded_yet_is_taken_back_as_well(house: House) -> None:
    """Killed in the middle of one more round, with the refund known before the new start."""
    again = bought(house).delivering(house.clock.now())
    async with house.store.begin() as uow:
        await uow.purchases.save(again)
    (offer,) = house.store.records.offers.values()
    tx = again.deliveries[-1].tx_of(again.id, offer.paid[1].id)
    sent = await house.matrix.send(house.direct(BOB), house.matrix.of(Goods)[1], tx)
    await house.says(ALICE, STUDIO, f"!ppv refund {sale(house)}")
    assert goods_redacted(house)
    assert sent in house.matrix.redacted
    assert all(each.taken_back_at for each in bought(house).deliveries)


async def test_after_a_refund_nothing_is_sent_again(house: House) -> None:
    await house.says(ALICE, STUDIO, f"!ppv refund {sale(house)}")
    code = house.matrix.of(Placeholder)[-1].code
    await house.says(BOB, LOUNGE, "!ppv library")
    await house.says(BOB, LOUNGE, f"!ppv library {code}")
    assert house.matrix.of(Library)[-1].entries == ()
    assert len(house.matrix.of(Goods)) == 2


async def test_after_a_refund_the_buyer_can_buy_again_and_is_delivered_again(house: House) -> None:
    await house.says(ALICE, STUDIO, f"!ppv refund {sale(house)}")
    await house.reacts(BOB, LOUNGE, house.matrix.event_of(Placeholder), "🔓")
    await house.pays(BOB)
    assert bought(house).owned
    assert len(house.matrix.of(Goods)) == 4
    assert house.stripe.balance() == 500
    await house.says(ALICE, STUDIO, f"!ppv refund {sale(house)}")
    assert house.stripe.balance() == 0
    assert goods_redacted(house)


async def test_part_of_the_money_back_is_recorded_and_changes_nothing_else(house: House) -> None:
    await house.says(ALICE, STUDIO, f"!ppv refund {sale(house)} 2 USD one picture was blurred")
    assert house.stripe.balance() == 300
    assert bought(house).owned
    assert not house.matrix.redacted
    (told,) = house.matrix.of(BuyerNews)
    assert (told.news, told.whole, told.amount) == (News.REFUNDED, False, "2.00 USD")


@pytest.mark.parametrize(
    ("words", "answer"),
    [
        ("6 USD", "more than is left"),
        ("2 EUR", "USD"),
        ("", ""),
    ],
)
async def test_what_can_not_be_refunded_is_said(house: House, words: str, answer: str) -> None:
    assert answer in await last_answer(house, ALICE, f"!ppv refund {sale(house)} {words}")
    assert house.stripe.balance() == (500 if answer else 0)


async def test_a_refund_that_was_made_twice_sends_money_back_once(house: House) -> None:
    await house.says(ALICE, STUDIO, f"!ppv refund {sale(house)}")
    answer = await last_answer(house, ALICE, f"!ppv refund {sale(house)}")
    assert "went back to the buyer already" in answer
    assert house.stripe.balance() == 0


async def test_nobody_refunds_what_others_sold(house: House) -> None:
    await house.reacts(CAROL, LOUNGE, house.matrix.event_of(Placeholder), "🔓")
    for who in (BOB, CAROL):
        await house.says(who, house.direct(who), f"!ppv refund {sale(house)}")
    assert house.stripe.balance() == 500
    assert "no sale of yours" in house.matrix.of(Line)[-1].words


async def test_an_account_without_money_says_so_to_who_asked(house: House) -> None:
    house.stripe.poor = True
    answer = await last_answer(house, ALICE, f"!ppv refund {sale(house)}")
    assert "not enough money" in answer
    assert bought(house).owned
    await house.time_passes(hours=1)
    assert not house.store.records.jobs


async def test_a_refund_in_the_dashboard_counts_the_same(house: House) -> None:
    await house.stripe_says(house.stripe.gives_back(payment(house)))
    assert bought(house).access is Access.REVOKED
    assert goods_redacted(house)
    assert news(house) == ([News.REFUNDED], [News.REFUNDED])


async def test_a_refund_that_fails_brings_the_goods_back(house: House) -> None:
    await house.stripe_says(house.stripe.gives_back(payment(house)))
    await house.stripe_says(house.stripe.refund_fails(payment(house)))
    assert bought(house).owned
    assert len(house.matrix.of(Goods)) == 4, "they were removed, so they are delivered anew"
    assert news(house)[0] == [News.REFUNDED, News.REFUND_FAILED]


async def test_a_dispute_suspends_and_a_won_one_gives_back(house: House) -> None:
    code = house.matrix.of(Placeholder)[-1].code
    await house.stripe_says(house.stripe.disputes(payment(house)))
    assert bought(house).access is Access.SUSPENDED
    assert not house.matrix.redacted
    await house.says(BOB, LOUNGE, f"!ppv library {code}")
    assert len(house.matrix.of(Goods)) == 2
    await house.stripe_says(house.stripe.disputes(payment(house), DisputeState.WON))
    await house.says(BOB, LOUNGE, f"!ppv library {code}")
    assert len(house.matrix.of(Goods)) == 4
    assert news(house)[1] == [News.DISPUTED, News.DISPUTE_WON]


async def test_a_payment_that_the_bank_questions_before_we_hear_of_it_is_delivered_once_it_is_won(
    house: House,
) -> None:
    await house.reacts(CAROL, LOUNGE, house.matrix.event_of(Placeholder), "🔓")
    late = house.stripe.pay(await house.clicks(CAROL))
    intent = list(house.stripe.payments)[-1]
    house.stripe.disputes(intent)
    await house.stripe_says(late)
    assert len(house.matrix.of(Goods)) == 2, "only Bob has his two"
    await house.stripe_says(house.stripe.disputes(intent, DisputeState.WON))
    assert len(house.matrix.of(Goods)) == 4


async def test_a_lost_dispute_takes_the_goods_back(house: House) -> None:
    await house.stripe_says(house.stripe.disputes(payment(house)))
    await house.stripe_says(house.stripe.disputes(payment(house), DisputeState.LOST))
    assert bought(house).access is Access.REVOKED
    assert goods_redacted(house)
    assert house.stripe.balance() == 0


async def test_nobody_pays_again_while_the_bank_decides(house: House) -> None:
    await house.stripe_says(house.stripe.disputes(payment(house)))
    links = len(house.matrix.of(PersonalLink))
    await house.reacts(BOB, LOUNGE, house.matrix.event_of(Placeholder), "🔓")
    assert len(house.matrix.of(PersonalLink)) == links
    assert "Your bank is looking into" in house.matrix.of(Line)[-1].words
    answer = await last_answer(house, ALICE, f"!ppv refund {sale(house)}")
    assert "under dispute" in answer


async def test_a_question_of_the_bank_moves_nothing_and_is_told_to_the_seller(house: House) -> None:
    await house.stripe_says(house.stripe.disputes(payment(house), DisputeState.INQUIRY))
    assert bought(house).owned
    assert news(house) == ([], [News.INQUIRY])


async def test_a_warning_of_fraud_is_only_told_unless_the_settings_say_more(house: House) -> None:
    await house.stripe_says(house.stripe.warns(payment(house)))
    assert house.stripe.balance() == 500
    house.restart(refund_on_warning=True)
    await house.stripe_says(house.stripe.warns(payment(house)))
    assert house.stripe.balance() == 0
    assert bought(house).access is Access.REVOKED


async def test_a_buyer_withdraws_within_the_time_that_the_law_gives(house: House) -> None:
    code = house.matrix.of(Placeholder)[-1].code
    await house.says(BOB, house.direct(BOB), f"!ppv cancel {code}")
    assert house.stripe.balance() == 500
    await house.says(BOB, house.direct(BOB), f"!ppv cancel {code} yes")
    assert house.stripe.balance() == 0
    assert goods_redacted(house)


async def with_terms(house: House) -> str:
    """Carol has bought something for which she waived her right; its code."""
    terms = Terms(version="7", text="My files are sent at once.", url="https://ppv.test/terms")
    house.restart(checkout=CheckoutRules(terms=terms))
    await house.reacts(CAROL, LOUNGE, house.matrix.event_of(Placeholder), "🔓")
    return house.matrix.of(Placeholder)[-1].code


async def test_who_has_waived_the_right_and_has_the_files_may_ask_the_seller(house: House) -> None:
    code = await with_terms(house)
    await house.pays(CAROL)
    for words in (f"!ppv cancel {code} yes", f"!ppv cancel {code}"):
        await house.says(CAROL, house.direct(CAROL), words)
        assert "you agreed that your right" in house.matrix.of(Line)[-1].words
    assert f"`!ppv cancel {code} ask`" in house.matrix.of(Line)[-1].words
    await house.says(CAROL, house.direct(CAROL), f"!ppv cancel {code} ask It is\nblurred.")
    assert "I have told the seller" in house.matrix.of(Line)[-1].words
    (told,) = house.matrix.of(SellerNews)
    assert (told.news, told.buyer, told.words) == (News.WANTS_BACK, CAROL, "It is blurred.")
    assert house.matrix.said_of(SellerNews)[0].room == STUDIO
    assert house.stripe.balance() == 1000
    await house.says(ALICE, STUDIO, f"!ppv refund {told.sale}")
    assert house.stripe.balance() == 500


async def test_a_seller_hears_of_such_a_wish_once(house: House) -> None:
    code = house.matrix.of(Placeholder)[-1].code
    await house.time_passes(days=15)
    house.fuse.kills_at = house.fuse.places + 1
    for _ in range(2):
        await house.says(BOB, house.direct(BOB), f"!ppv cancel {code} ask")
        house.matrix.forget_transactions()
    assert len(house.matrix.of(SellerNews)) == 1
    assert "knows already" in house.matrix.of(Line)[-1].words


async def test_nobody_asks_for_what_is_their_right(house: House) -> None:
    code = house.matrix.of(Placeholder)[-1].code
    await house.says(BOB, house.direct(BOB), f"!ppv cancel {code} ask")
    assert "by yourself" in house.matrix.of(Line)[-1].words
    await house.says(BOB, house.direct(BOB), "!ppv cancel 00000-00000 ask")
    assert "nothing with that code" in house.matrix.of(Line)[-1].words
    assert not house.matrix.of(SellerNews)


async def test_what_was_waived_ends_only_when_the_files_are_sent(house: House) -> None:
    code = await with_terms(house)
    hint = house.stripe.pay(await house.clicks(CAROL))
    house.matrix.members[house.direct(CAROL)].discard(CAROL)
    await house.stripe_says(hint)
    assert len(house.matrix.of(Goods)) == 2, "Bob's alone"
    await house.says(CAROL, house.direct(CAROL), f"!ppv cancel {code} yes")
    assert house.stripe.balance() == 500


async def test_too_late_is_too_late(house: House) -> None:
    code = house.matrix.of(Placeholder)[-1].code
    await house.time_passes(days=15)
    await house.says(BOB, house.direct(BOB), f"!ppv cancel {code} yes")
    assert house.stripe.balance() == 500
    assert "too late" in house.matrix.of(Line)[-1].words


async def test_the_ledger_adds_up_to_what_is_in_the_account(house: House) -> None:
    await house.says(ALICE, STUDIO, f"!ppv refund {sale(house)} 1.50 USD")
    await house.stripe_says(house.stripe.disputes(payment(house)))
    assert _sum(house) == house.stripe.balance()
    await house.stripe_says(house.stripe.disputes(payment(house), DisputeState.WON))
    assert _sum(house) == house.stripe.balance() == 350


def _sum(house: House) -> int:
    return sum(entry.amount.minor for entry in house.store.records.ledger.values())


async def test_a_refund_of_another_payment_in_the_account_is_left_alone(house: House) -> None:
    mugs = PaymentIntentId("pi_mugs")
    house.stripe.payments[mugs] = house.stripe.payments[payment(house)].__class__(
        intent=mugs, charge=None, amount=Money(900, "usd"), at=house.clock.now()
    )
    await house.stripe_says(house.stripe.gives_back(mugs))
    await house.time_passes(minutes=10)
    assert bought(house).owned
    assert not await house.store.queue.dead()
