"""A job in back-off holds up no other one that brings money in, hands goods over, or takes them back."""

from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any

import pytest

from bot.domain.purchases.purchase import Purchase
from bot.errors import TemporaryError
from bot.ids import BlobId, CheckoutSessionId, EventId, OfferId, RoomId, TxId, UserId, code_of
from bot.messages import Goods, Message
from tests.support.bot_harness import ALICE, BOB, CAROL, LOUNGE, STUDIO, BotHarness

PNG = b"\x89PNG a picture of the harbour"


@pytest.fixture
def house() -> BotHarness:
    return BotHarness()


async def wants(house: BotHarness, offer: OfferId) -> None:
    await house.says(BOB, LOUNGE, f"!ppv buy {code_of(offer)}")


def purchase_of(house: BotHarness, offer: OfferId) -> Purchase:
    return next(p for p in house.store.records.purchases.values() if p.offer == offer)


async def test_a_paid_checkout_does_not_wait_for_one_that_cannot_be_expired(
    house: BotHarness,
) -> None:
    offer = await house.publishes(PNG)
    await wants(house, offer)
    session = await house.clicks(BOB)
    house.stripe.expire_fails = True
    await house.says(ALICE, STUDIO, f"price {code_of(offer)} 6 USD")
    for _ in range(9):
        await house.time_passes(minutes=1)
    await house.stripe_says(house.stripe.pay(session))
    assert len(house.matrix.of(Goods)) == 1
    assert purchase_of(house, offer).has_access


async def test_news_of_a_payment_does_not_wait_for_an_earlier_question(
    house: BotHarness, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The processor was out of reach when the clock asked; now its webhook comes."""
    offer = await house.publishes(PNG)
    await wants(house, offer)
    session = await house.clicks(BOB)
    answer = house.stripe.checkout

    async def no_answer(session: CheckoutSessionId, account: object = None) -> None:
        raise TemporaryError("the processor does not answer")

    monkeypatch.setattr(house.stripe, "checkout", no_answer)
    for _ in range(10):
        await house.time_passes(minutes=2)
    monkeypatch.setattr(house.stripe, "checkout", answer)
    await house.stripe_says(house.stripe.pay(session))
    assert len(house.matrix.of(Goods)) == 1


def cannot_be_read(house: BotHarness, monkeypatch: pytest.MonkeyPatch, offer: OfferId) -> None:
    sealed = [each.encrypted for each in house.store.records.offers[offer].paid]
    lost, read = {each.blob for each in sealed if each}, house.blobs.read

    def read_or_fail(blob: BlobId, start: int = 0) -> AsyncIterator[bytes]:
        if blob in lost:
            raise TemporaryError("the blob store does not answer")
        return read(blob, start)

    monkeypatch.setattr(house.blobs, "read", read_or_fail)


async def test_a_stuck_delivery_holds_up_no_other_purchase(
    house: BotHarness, monkeypatch: pytest.MonkeyPatch
) -> None:
    stuck = await house.publishes(PNG)
    house.clock.advance(timedelta(minutes=1))
    other = await house.publishes(PNG + b"2")
    cannot_be_read(house, monkeypatch, stuck)
    for offer in (stuck, other):
        await wants(house, offer)
        await house.pays(BOB)
    assert not purchase_of(house, stuck).delivered
    assert purchase_of(house, other).delivered


async def test_a_stuck_delivery_does_not_hold_up_taking_it_back(
    house: BotHarness, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One of two files was handed over, then the delivery got stuck, then the money went back."""
    offer = await house.publishes(PNG, PNG + b"2")
    send = house.matrix.send
    sent: list[EventId] = []

    async def send_one(room: RoomId, message: Message, tx: TxId, **more: Any) -> EventId:
        if isinstance(message, Goods) and len(sent) == 1:
            raise TemporaryError("the homeserver does not answer")
        event = await send(room, message, tx, **more)
        if isinstance(message, Goods):
            sent.append(event)
        return event

    monkeypatch.setattr(house.matrix, "send", send_one)
    await wants(house, offer)
    session = await house.pays(BOB)
    for _ in range(10):
        await house.time_passes(minutes=5)
    intent = house.stripe.checkouts[session].payment
    assert intent is not None
    assert len(sent) == 1
    await house.stripe_says(house.stripe.gives_back(intent.intent))
    assert sent[0] in house.matrix.redacted


async def test_one_person_whose_wish_is_stuck_holds_up_nobody_else_in_the_room(
    house: BotHarness, monkeypatch: pytest.MonkeyPatch
) -> None:
    offer = await house.publishes(PNG)
    opened = house.matrix.open_direct

    async def open_direct(user: UserId) -> RoomId:
        if user == BOB:
            raise TemporaryError("the homeserver does not answer")
        return await opened(user)

    monkeypatch.setattr(house.matrix, "open_direct", open_direct)
    await wants(house, offer)
    await house.says(CAROL, LOUNGE, f"!ppv buy {code_of(offer)}")
    assert house.link_of(CAROL)
