"""The log at INFO tells a sale's life by ids, and nothing of what people are called or wrote."""

import logging
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from appservice.db.store import open_store
from bot.domain.money.checkout_attempt import CheckoutRequest
from bot.domain.money.payment import Refund
from bot.domain.offers.offer import OfferState
from bot.domain.purchases.delivery import Delivery
from bot.domain.purchases.purchase import Purchase
from bot.errors import ConcurrentUpdate
from bot.ids import CheckoutSessionId, RefundId
from tests.support.factories import FIVE, NOON, draft, paid, purchase
from tests.support.frozen_clock import FrozenClock
from tests.support.memory.memory_vault import VAULT

SALE = {"offer": "OFFER-00001", "sale": "S-12345-67890"}


def told(caplog: pytest.LogCaptureFixture) -> list[tuple[str, dict[str, Any]]]:
    keys = ("offer", "sale", "payment", "amount", "round", "attempt")
    return [
        (each.message, {key: vars(each)[key] for key in keys if key in vars(each)})
        for each in caplog.records
        if each.name == "appservice.db.store"
    ]


async def test_a_sale_is_told_from_the_offer_to_the_refund(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    clock = FrozenClock()
    bought = purchase("p1234567890")
    request = CheckoutRequest(
        purchase=bought.id,
        attempt=1,
        price=FIVE,
        title="three secret words",
        expires_at=NOON + timedelta(hours=1),
        success_url="https://pay.test/secret",
        cancel_url="https://pay.test/secret",
    )
    session = CheckoutSessionId("cs_test_secret")
    async with open_store(f"sqlite:///{tmp_path}/ppv.db", clock, VAULT) as store:

        async def change(how: Callable[[Purchase], Purchase]) -> None:
            async with store.begin() as uow:
                found = await uow.purchases.get(bought.id)
                assert found
                await uow.purchases.save(how(found))

        async with store.begin() as uow:
            await uow.offers.save(replace(draft(), text="three secret words"))
            await uow.purchases.save(bought)
        async with store.begin() as uow:
            offer = await uow.offers.get(bought.offer)
            assert offer
            await uow.offers.save(replace(offer, state=OfferState.OPEN))
        await change(lambda found: found.with_attempt(request))
        await change(lambda found: found.attempt_opened(1, session, "https://checkout.test/secret"))
        await change(lambda found: paid(found, "pi_1"))
        await change(lambda found: found)
        await change(
            lambda found: replace(
                found, deliveries=(Delivery(number=1, requested_at=NOON, done_at=NOON),)
            )
        )
        refund = Refund(id=RefundId("re_1"), amount=FIVE, at=NOON)
        await change(
            lambda found: replace(found, payments=(replace(found.payments[0], refunds=(refund,)),))
        )
    assert told(caplog) == [
        ("offer published", {"offer": "OFFER-00001"}),
        ("checkout opened", SALE | {"attempt": "1"}),
        ("paid", SALE | {"payment": "pi_1", "amount": "5.00 USD"}),
        ("delivered", SALE | {"round": "1"}),
        ("refunded", SALE | {"payment": "pi_1", "amount": "5.00 USD"}),
        ("access revoked", SALE),
    ]
    for secret in ("@buyer", "@seller", "secret", "link of"):
        assert secret not in caplog.text


async def test_what_is_not_committed_is_not_told(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    async with open_store(f"sqlite:///{tmp_path}/ppv.db", FrozenClock(), VAULT) as store:
        with suppress(ConcurrentUpdate):
            async with store.begin() as uow:
                await uow.offers.save(draft())
                await uow.purchases.save(paid(purchase(), "pi_1"))
                raise ConcurrentUpdate("somebody else was first")
    assert told(caplog) == []
