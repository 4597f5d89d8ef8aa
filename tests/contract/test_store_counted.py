"""What the operator is told of the records, on every engine."""

from dataclasses import replace

import pytest

from appservice.db.store import SqlStore
from bot.domain.money.payment_event import Trigger
from bot.domain.purchases.delivery import Delivery
from bot.ids import BlobId, CheckoutSessionId, KekId, OfferId, PaymentIntentId
from bot.jobs.payment_jobs import Settle
from tests.contract.test_store_sealed_keys import attachment
from tests.support.factories import NOON, draft, paid, purchase

pytestmark = pytest.mark.parametrize("new_store", ["sqlite", "postgres"], indirect=True)

_BOUGHT = paid(purchase(), "pi_1")
_DELIVERED = Delivery(number=1, requested_at=NOON, payment=PaymentIntentId("pi_1"), done_at=NOON)


async def test_everything_is_counted(store: SqlStore) -> None:
    assert (await store.stats()).sealed_bytes == 0
    offer = replace(draft(), attachments=(attachment("a", KekId("k"), KekId("k")),))
    async with store.begin() as uow:
        await uow.offers.save(offer)
        await uow.purchases.save(replace(_BOUGHT, deliveries=(_DELIVERED,)))
        await uow.jobs.add(Settle(CheckoutSessionId("cs_1"), Trigger.WEBHOOK))
    census = await store.stats()
    assert census.jobs == {("settle", "waiting"): 1}
    assert census.due_since == census.oldest_job is not None
    assert (census.delivered, census.undelivered, census.sealed_bytes) == (1, 0, 20)
    assert isinstance(census.sealed_bytes, int)
    (handed,) = await store.delivery_latencies(NOON.replace(hour=0))
    assert handed.at == handed.paid_at == NOON
    async with store.begin() as uow:
        assert await uow.purchases.by_payment(PaymentIntentId("pi_1")) is not None


async def test_what_was_sealed_last_is_of_the_newest_offer(store: SqlStore) -> None:
    assert await store.newest_sealed() is None
    older = replace(draft("offer0000z"), created_at=NOON.replace(hour=1))
    async with store.begin() as uow:
        for offer, name in ((draft("offer0000a"), "new"), (older, "old")):
            await uow.offers.save(replace(offer, attachments=(attachment(name, KekId("k")),)))
    newest = await store.newest_sealed()
    assert newest is not None
    assert (newest[0], newest[1].blob) == (OfferId("offer0000a"), BlobId("new"))


async def test_the_sync_token_is_kept(store: SqlStore) -> None:
    assert await store.sync_token.read() is None
    for token in ("s1", "s2"):
        await store.sync_token.write(token)
    assert await store.sync_token.read() == "s2"
