"""The only place that says what may become of a purchase."""

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.domain.money.checkout_attempt import (
    Amounts,
    CheckoutRequest,
    CheckoutStatus,
    Tax,
    Terms,
)
from bot.domain.money.money import Money
from bot.domain.money.payment import (
    BalanceTransaction,
    Dispute,
    DisputeState,
    PaymentMismatch,
    Refund,
)
from bot.domain.purchases.purchase import Access, Purchase
from bot.errors import IllegalTransition, UserError
from bot.ids import (
    BookingId,
    CheckoutSessionId,
    RefundId,
)
from tests.support.purchases import (
    NOTHING,
    NOW,
    PRICE,
    SESSION,
    bought,
    dispute,
    facts,
    fresh,
    in_checkout,
    paid_checkout,
    refund,
    request,
)


def test_a_second_click_gets_the_same_attempt() -> None:
    purchase = in_checkout()
    assert purchase.usable_attempt(PRICE, NOW) == purchase.attempts[0]


def test_an_attempt_is_not_handed_out_in_its_last_minute() -> None:
    purchase = in_checkout()
    assert purchase.usable_attempt(PRICE, NOW + timedelta(minutes=29, seconds=59))
    assert purchase.usable_attempt(PRICE, NOW + timedelta(minutes=30)) is None


def test_a_request_without_an_answer_is_repeated_only_while_stripe_would_take_it() -> None:
    asked = fresh().with_attempt(request())
    assert asked.usable_attempt(PRICE, NOW + timedelta(seconds=59))
    assert asked.usable_attempt(PRICE, NOW + timedelta(seconds=60)) is None


def test_an_attempt_at_another_price_is_not_handed_out() -> None:
    assert in_checkout().usable_attempt(Money(600, "usd"), NOW) is None


def test_an_expired_attempt_makes_room_for_the_next() -> None:
    purchase = in_checkout().attempt_ended(SESSION, CheckoutStatus.EXPIRED)
    assert purchase.usable_attempt(PRICE, NOW) is None
    assert purchase.with_attempt(request(attempt=2)).attempts[1].state is CheckoutStatus.CREATING


def test_attempts_are_numbered_without_gaps() -> None:
    with pytest.raises(IllegalTransition):
        in_checkout().with_attempt(request(attempt=3))


def test_a_paid_purchase_begins_no_attempt() -> None:
    with pytest.raises(IllegalTransition):
        bought().with_attempt(request(attempt=2))


@pytest.mark.parametrize(
    "forged",
    [
        {"reference": "p2"},
        {"reference": None},
        {"state": CheckoutStatus.OPEN},
        {"state": CheckoutStatus.PROCESSING},
        {"one_time": False},
        {"live": True},
        {"amounts": Amounts(subtotal=PRICE, tax=NOTHING, total=Money(499, "usd"))},
        {"amounts": Amounts(subtotal=Money(499, "usd"), tax=Money(1, "usd"), total=PRICE)},
        {"amounts": Amounts(subtotal=PRICE, tax=Money(1, "usd"), total=PRICE)},
        {"amounts": Amounts(subtotal=Money(500, "eur"), tax=NOTHING, total=Money(500, "eur"))},
        {"amounts": None},
        {"payment": None},
        {"payment": facts(amount=Money(499, "usd"))},
        {"terms_accepted": True},
        {"session": CheckoutSessionId("cs_test_0000000002")},
    ],
)
def test_a_checkout_that_differs_in_any_point_unlocks_nothing(forged: dict[str, object]) -> None:
    with pytest.raises(PaymentMismatch):
        in_checkout().with_payment(paid_checkout(**forged), live=False)


def opened(request_: CheckoutRequest) -> Purchase:
    return fresh().with_attempt(request_).attempt_opened(1, SESSION, "https://checkout.test")


def test_tax_that_is_added_is_paid_on_top() -> None:
    total = Money(595, "usd")
    amounts = Amounts(subtotal=PRICE, tax=Money(95, "usd"), total=total)
    checkout = paid_checkout(amounts=amounts, payment=facts(amount=total))
    paid = opened(request(tax=Tax.ADDED)).with_payment(checkout, live=False)
    assert (paid.payments[0].amount, paid.payments[0].tax) == (total, Money(95, "usd"))
    with pytest.raises(PaymentMismatch):
        opened(request(tax=Tax.INCLUDED)).with_payment(checkout, live=False)


def test_tax_that_the_price_holds_changes_nothing_of_the_total() -> None:
    checkout = paid_checkout(amounts=Amounts(subtotal=PRICE, tax=Money(80, "usd"), total=PRICE))
    paid = opened(request(tax=Tax.INCLUDED)).with_payment(checkout, live=False)
    assert (paid.payments[0].amount, paid.payments[0].tax) == (PRICE, Money(80, "usd"))


def test_terms_that_were_asked_for_must_have_been_accepted() -> None:
    asked = opened(request(terms=Terms(version="3", text="…", url="https://ppv.test/terms")))
    with pytest.raises(PaymentMismatch, match="terms_accepted"):
        asked.with_payment(paid_checkout(), live=False)
    consent = asked.with_payment(paid_checkout(terms_accepted=True), live=False).payments[0].consent
    assert consent is not None
    assert (consent.version, consent.at) == ("3", NOW)


def test_paying_is_recorded_once_however_often_it_is_told() -> None:
    assert bought().with_payment(paid_checkout(), live=False) == bought()


def test_a_second_payment_is_kept_apart_to_be_sent_back() -> None:
    twice = bought().with_payment(paid_checkout(payment=facts("pi_2")), live=False)
    assert [payment.duplicate for payment in twice.payments] == [False, True]
    assert twice.effective_payment == bought().effective_payment
    assert twice.with_snapshot(facts("pi_2", refunds=(refund(),))).access is Access.GRANTED


def test_a_refund_takes_access_and_lets_the_buyer_buy_again() -> None:
    back = bought().with_snapshot(facts(refunds=(refund(),)))
    assert back.access is Access.REVOKED
    with pytest.raises(IllegalTransition):
        back.with_delivery(NOW)
    second = CheckoutSessionId("cs_test_0000000002")
    again = back.with_attempt(request(attempt=2)).attempt_opened(2, second, "https://checkout.test")
    paid = again.with_payment(paid_checkout(session=second, payment=facts("pi_2")), live=False)
    assert paid.access is Access.GRANTED
    assert not paid.payments[1].duplicate


def test_a_refund_that_fails_after_the_buyer_paid_again_keeps_the_goods_paid() -> None:
    second = CheckoutSessionId("cs_test_0000000002")
    purchase = (
        bought()
        .with_snapshot(facts(refunds=(refund(),)))
        .with_attempt(request(attempt=2))
        .attempt_opened(2, second, "https://checkout.test")
        .with_payment(paid_checkout(session=second, payment=facts("pi_2")), live=False)
        .with_snapshot(facts(refunds=(refund(failed=True),)))
    )
    other = Refund(id=RefundId("re_2"), amount=PRICE, at=NOW)
    assert purchase.with_snapshot(facts("pi_2", refunds=(other,))).access is Access.GRANTED


def test_part_of_the_money_back_leaves_the_goods() -> None:
    assert bought().with_snapshot(facts(refunds=(refund(200),))).access is Access.GRANTED


def test_a_refund_that_failed_gives_access_back_and_stays_failed() -> None:
    back = bought().with_snapshot(facts(refunds=(refund(),)))
    failed = back.with_snapshot(facts(refunds=(refund(failed=True),)))
    assert failed.access is Access.GRANTED
    late = failed.with_snapshot(facts(refunds=(refund(),)))
    assert late.access is Access.GRANTED


@pytest.mark.parametrize(
    ("states", "access"),
    [
        ([DisputeState.INQUIRY], Access.GRANTED),
        ([DisputeState.OPEN], Access.SUSPENDED),
        ([DisputeState.OPEN, DisputeState.WON], Access.GRANTED),
        ([DisputeState.OPEN, DisputeState.LOST], Access.REVOKED),
        ([DisputeState.LOST, DisputeState.OPEN], Access.SUSPENDED),
        ([DisputeState.WON, DisputeState.OPEN], Access.SUSPENDED),
        ([DisputeState.LOST, DisputeState.WON], Access.GRANTED),
        ([DisputeState.OPEN, DisputeState.INQUIRY], Access.SUSPENDED),
    ],
)
def test_a_dispute_decides_over_access(states: list[DisputeState], access: Access) -> None:
    purchase = bought()
    for state in states:
        purchase = purchase.with_snapshot(facts(disputes=(dispute(state),)))
    assert purchase.access is access


def test_money_that_is_looked_into_or_on_its_way_is_not_asked_for_again() -> None:
    disputed = bought().with_snapshot(facts(disputes=(dispute(DisputeState.OPEN),)))
    on_its_way = in_checkout().attempt_ended(SESSION, CheckoutStatus.PROCESSING)
    for purchase in (disputed, on_its_way):
        with pytest.raises(UserError):
            purchase.require_payable()
        with pytest.raises(IllegalTransition):
            purchase.with_attempt(request(attempt=2))


def test_a_complete_checkout_stays_so_whatever_is_told_later() -> None:
    assert bought().attempt_ended(SESSION, CheckoutStatus.EXPIRED) == bought()


def test_nothing_is_delivered_that_is_not_paid() -> None:
    with pytest.raises(IllegalTransition):
        in_checkout().with_delivery(NOW)


def test_bookings_that_were_recorded_without_their_ids_count_once() -> None:
    def booking(id_: str, minor: int) -> BalanceTransaction:
        amount = Money(minor, "usd")
        return BalanceTransaction(id=BookingId(id_), amount=amount, fee=Money(0, "usd"), at=NOW)

    def told(*bookings: BalanceTransaction) -> tuple[Dispute, ...]:
        return (replace(dispute(DisputeState.WON), bookings=bookings),)

    old = bought().with_snapshot(facts(disputes=told(booking("dp_1", -500), booking("dp_1", 500))))
    first = [booking("txn_1", -500), booking("txn_2", 500)]
    assert old.with_snapshot(facts(disputes=told(*first))) == old
    second = [booking("txn_3", -500), booking("txn_4", 500)]
    for _ in range(2):
        old = old.with_snapshot(facts(disputes=told(*first, *second)))
    kept = [each.id for each in old.payments[0].disputes[0].bookings]
    assert kept == ["dp_1", "dp_1", "txn_3", "txn_4"]
