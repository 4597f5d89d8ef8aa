"""What is owed to buyers and was not handed over, in every store."""

from dataclasses import replace

from bot.domain.money.payment import Refund
from bot.domain.offers.offer import OfferState
from bot.domain.purchases.delivery import Delivery, DeliveryBlocker
from bot.domain.purchases.purchase import Purchase
from bot.ids import PaymentIntentId, PurchaseId, RefundId
from tests.contract.conftest import AnyStore
from tests.support.factories import NOON, draft, paid, purchase

PENDING = Delivery(
    number=1, requested_at=NOON, payment=PaymentIntentId("pi_1"), blocker=DeliveryBlocker.SLOW
)


async def undelivered(store: AnyStore, *purchases: Purchase, **offer: object) -> list[PurchaseId]:
    async with store.begin() as uow:
        await uow.offers.save(replace(draft(), **offer))  # type: ignore[arg-type]
        for each in purchases:
            await uow.purchases.save(each)
    async with store.begin() as uow:
        return [each.id for each in await uow.purchases.undelivered()]


async def test_what_is_paid_and_not_handed_over_is_found(store: AnyStore) -> None:
    bought = replace(paid(purchase(), "pi_1"), deliveries=(PENDING,))
    assert await undelivered(store, bought) == [bought.id]


async def test_what_is_handed_over_or_was_never_paid_is_not(store: AnyStore) -> None:
    done = replace(PENDING, done_at=NOON, blocker=None)
    assert await undelivered(store, replace(paid(purchase(), "pi_1"), deliveries=(done,))) == []


async def test_the_last_round_counts(store: AnyStore) -> None:
    rounds = (PENDING, replace(PENDING, number=2, payment=None, done_at=NOON, blocker=None))
    assert await undelivered(store, replace(paid(purchase(), "pi_1"), deliveries=rounds)) == []


async def test_what_was_refunded_is_not_owed(store: AnyStore) -> None:
    bought = replace(paid(purchase(), "pi_1"), deliveries=(PENDING,))
    (payment,) = bought.payments
    back = replace(payment, refunds=(Refund(id=RefundId("re_1"), amount=payment.amount, at=NOON),))
    assert await undelivered(store, replace(bought, payments=(back,))) == []


async def test_what_was_taken_down_is_not_owed(store: AnyStore) -> None:
    bought = replace(paid(purchase(), "pi_1"), deliveries=(PENDING,))
    assert await undelivered(store, bought, state=OfferState.TAKEN_DOWN) == []
