"""Purchases as the store keeps them: in memory and in SQLite alike."""

from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import HealthCheck, given, settings

from bot.domain.money.checkout_attempt import CheckoutRequest
from bot.domain.money.payment import PaymentMismatch
from bot.domain.purchases.purchase import Purchase
from bot.errors import ConcurrentUpdate, OperatorError
from bot.ids import CheckoutSessionId, LinkToken, OfferId, PurchaseId, UserId
from tests.contract.conftest import AnyStore, NewStore
from tests.support.factories import BUYER, FIVE, NOON, draft, paid, purchase, purchases_of

OFFER = OfferId("offer00001")
OTHER = UserId("@other:test")
SESSION = CheckoutSessionId("cs_1")


async def save(store: AnyStore, *several: Purchase) -> None:
    async with store.begin() as uow:
        for each in several:
            if await uow.offers.get(each.offer) is None:
                await uow.offers.save(draft(each.offer))
            await uow.purchases.save(each)


async def load(store: AnyStore, name: str = "p1") -> Purchase:
    async with store.begin() as uow:
        found = await uow.purchases.get(PurchaseId(name))
    assert found is not None
    return found


def opened(of: Purchase, session: CheckoutSessionId = SESSION) -> Purchase:
    request = CheckoutRequest(
        purchase=of.id,
        attempt=1,
        price=FIVE,
        title="Three evenings",
        expires_at=NOON + timedelta(hours=1),
        success_url="https://shop.test/success",
        cancel_url="https://shop.test/m/offer00001",
    )
    return of.with_attempt(request).attempt_opened(1, session, "https://pay.test/1")


@given(first=purchases_of(OFFER), second=purchases_of(OFFER))
@settings(max_examples=40, suppress_health_check=list(HealthCheck), deadline=None)
async def test_every_field_comes_back_as_it_was_saved(
    new_store: NewStore, first: Purchase, second: Purchase
) -> None:
    later = replace(
        first,
        pay_token=second.pay_token,
        attempts=second.attempts,
        payments=first.payments or second.payments,
        deliveries=second.deliveries,
        version=1,
    )
    async with new_store() as store:
        await save(store, first)
        assert await load(store, first.id) == replace(first, version=1)
        await save(store, later)
        assert await load(store, first.id) == replace(later, version=2)


async def test_a_purchase_is_found_by_its_link_and_its_checkout(store: AnyStore) -> None:
    await save(store, opened(purchase()), purchase("p2", buyer=OTHER))
    async with store.begin() as uow:
        by_link = await uow.purchases.by_link(LinkToken("link of p1"))
        by_session = await uow.purchases.by_session(SESSION)
        assert await uow.purchases.by_link(LinkToken("link of nothing")) is None
        assert await uow.purchases.by_session(CheckoutSessionId("cs_nothing")) is None
    assert by_link == by_session == replace(opened(purchase()), version=1)


async def test_what_a_buyer_has_paid_for_is_listed_the_newest_first(store: AnyStore) -> None:
    offers = [f"offer0000{number}" for number in range(1, 5)]
    bought = [purchase(f"p{n}", offer=offer) for n, offer in enumerate(offers)]
    await save(
        store,
        paid(bought[0], "pi_0", at=NOON + timedelta(hours=1)),
        paid(bought[1], "pi_1", at=NOON + timedelta(hours=3)),
        paid(bought[2], "pi_2", at=NOON + timedelta(hours=2)),
        bought[3],
        paid(purchase("p9", buyer=OTHER), "pi_9"),
    )
    async with store.begin() as uow:
        listed = await uow.purchases.had_by(BUYER)
    assert [each.id for each in listed] == ["p1", "p2", "p0"]
    assert listed[0].payments == paid(bought[1], "pi_1", at=NOON + timedelta(hours=3)).payments


async def test_a_present_is_listed_with_what_was_paid_for(store: AnyStore) -> None:
    given = replace(purchase("p2", offer="offer00002"), gifted_at=NOON + timedelta(hours=2))
    await save(store, paid(purchase("p1", offer="offer00001"), "pi_1", at=NOON), given)
    async with store.begin() as uow:
        listed = await uow.purchases.had_by(BUYER)
        assert [each.id for each in listed] == ["p2", "p1"]
        assert listed[0].gifted_at == given.gifted_at
        await uow.purchases.save(replace(listed[1], gifted_at=NOON + timedelta(hours=3)))
    async with store.begin() as uow:
        assert [each.id for each in await uow.purchases.had_by(BUYER)] == ["p2", "p1"]


async def test_a_payment_counts_for_one_purchase_only(store: AnyStore) -> None:
    await save(store, paid(purchase(), "pi_1"), purchase("p2", buyer=OTHER))
    second = await load(store, "p2")
    with pytest.raises(PaymentMismatch):
        await save(store, paid(second, "pi_1"))
    assert (await load(store, "p2")).payments == ()


async def test_a_paid_purchase_is_saved_again_with_the_same_payment(store: AnyStore) -> None:
    await save(store, paid(purchase(), "pi_1"))
    loaded = await load(store)
    await save(store, loaded.with_delivery(NOON))
    again = await load(store)
    assert again.payments == loaded.payments
    assert len(again.deliveries) == 1


async def test_a_checkout_belongs_to_one_purchase_only(store: AnyStore) -> None:
    await save(store, opened(purchase()))
    with pytest.raises(OperatorError):
        await save(store, opened(purchase("p2", buyer=OTHER)))


async def test_a_buyer_has_one_purchase_of_an_offer(store: AnyStore) -> None:
    await save(store, purchase())
    with pytest.raises(OperatorError):
        await save(store, purchase("p2"))


async def test_a_personal_link_is_one_purchase_s_only(store: AnyStore) -> None:
    await save(store, purchase())
    with pytest.raises(OperatorError):
        await save(store, replace(purchase("p2", buyer=OTHER), pay_token=purchase().pay_token))


async def test_nobody_buys_an_offer_that_is_not_there(store: AnyStore) -> None:
    with pytest.raises(OperatorError):
        async with store.begin() as uow:
            await uow.purchases.save(purchase())


async def test_a_save_from_an_old_version_is_a_conflict(store: AnyStore) -> None:
    await save(store, purchase())
    loaded = await load(store)
    await save(store, opened(loaded))
    with pytest.raises(ConcurrentUpdate):
        await save(store, opened(loaded, CheckoutSessionId("cs_2")))
    with pytest.raises(ConcurrentUpdate):
        await save(store, purchase())
    assert await load(store) == replace(opened(loaded), version=2)


async def test_a_unit_of_work_may_save_a_purchase_several_times(store: AnyStore) -> None:
    await save(store, purchase(), opened(purchase()))
    loaded = await load(store)
    assert loaded == replace(opened(purchase()), version=1)
    await save(store, paid(loaded, "pi_1"), paid(loaded, "pi_1").with_delivery(NOON))
    assert (await load(store)).version == 2
