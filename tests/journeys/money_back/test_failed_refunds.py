"""A refund that failed was not made: asked for again, by whichever door, it is made again."""

from collections.abc import Awaitable, Callable

import pytest

from bot.domain.purchases.purchase import Access
from bot.ids import CheckoutSessionId, PaymentIntentId
from bot.messages import Alert, Line
from tests.support.bot_harness import ALICE, STUDIO
from tests.support.staged_sale import Stage


@pytest.fixture
async def stage() -> Stage:
    stage = Stage()
    await stage.opens()
    return stage


async def pays(stage: Stage) -> PaymentIntentId:
    url = await stage.bot.start_checkout(stage.link)
    await stage.stripe_says(stage.stripe.pay(CheckoutSessionId(url.rpartition("/")[2])))
    (intent,) = stage.stripe.payments
    return intent


DOORS: list[Callable[[Stage], Awaitable[None]]] = [
    Stage.refunds,
    Stage.cancels,
    Stage.takes_down_and_refunds,
]


@pytest.mark.parametrize("door", DOORS, ids=lambda each: each.__name__)
async def test_asked_for_again_it_is_made_again(
    stage: Stage, door: Callable[[Stage], Awaitable[None]]
) -> None:
    intent = await pays(stage)
    await door(stage)
    assert stage.stripe.balance() == 0
    await stage.stripe_says(stage.stripe.refund_fails(intent))
    assert stage.stripe.balance() == 500
    assert stage.purchase.has_access
    await door(stage)
    assert stage.stripe.balance() == 0
    assert stage.purchase.access is Access.REVOKED


async def test_a_warning_is_followed_by_one_more_try_and_no_third_one(stage: Stage) -> None:
    stage.restart(refund_on_warning=True)
    intent = await pays(stage)
    await stage.stripe_says(stage.stripe.warns(intent))
    for _ in range(2):
        assert stage.stripe.balance() == 0
        await stage.stripe_says(stage.stripe.refund_fails(intent))
    assert stage.stripe.balance() == 500
    assert any(f"--payment {intent}" in each.words for each in stage.matrix.of(Alert))


async def paid_twice(stage: Stage) -> PaymentIntentId:
    """The second payment's refund has failed; the id of that payment."""
    first = await stage.bot.start_checkout(stage.link)
    stage.stripe.expire_fails = True
    await stage.reprices()
    second = await stage.bot.start_checkout(stage.link)
    for url in (first, second):
        await stage.stripe_says(stage.stripe.pay(CheckoutSessionId(url.rpartition("/")[2])))
    assert stage.stripe.balance() == 500
    intent = list(stage.stripe.payments)[1]
    await stage.stripe_says(stage.stripe.refund_fails(intent))
    assert stage.stripe.balance() == 1100
    return intent


async def test_a_payment_too_many_is_sent_back_by_its_name(stage: Stage) -> None:
    intent = await paid_twice(stage)
    await stage.says(ALICE, STUDIO, f"refund {stage.sale} {intent} sorry")
    assert stage.stripe.balance() == 500
    assert stage.purchase.has_access
    assert stage.stripe.refund_requests[-1].note == "sorry"


async def test_a_part_of_a_named_payment_goes_back(stage: Stage) -> None:
    intent = await paid_twice(stage)
    await stage.says(ALICE, STUDIO, f"refund {stage.sale} {intent} 2 USD sorry")
    assert stage.stripe.balance() == 900


async def test_without_its_name_the_purchase_s_own_payment_goes_back_and_then_it_is_named(
    stage: Stage,
) -> None:
    intent = await paid_twice(stage)
    await stage.refunds()
    assert stage.stripe.balance() == 600
    await stage.refunds()
    assert f"refund {stage.sale} {intent}" in stage.matrix.of(Line)[-1].words
    assert stage.stripe.balance() == 600


async def test_a_payment_of_another_sale_is_none_of_this_one(stage: Stage) -> None:
    await pays(stage)
    await stage.says(ALICE, STUDIO, f"refund {stage.sale} pi_of_somebody_else")
    assert "has no payment pi_of_somebody_else" in stage.matrix.of(Line)[-1].words
    assert stage.stripe.balance() == 500
