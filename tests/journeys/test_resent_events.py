"""An event that Stripe sends again, by itself or because somebody clicked *Resend*, is acted on.

https://docs.stripe.com/webhooks#manual-retries
"""

from collections.abc import Awaitable, Callable

import pytest

from bot.domain.money.payment_event import Hint
from bot.errors import Broken, PpvError, Transient
from bot.messages import Goods, Placeholder, Sold
from tests.support.bot_harness import BOB, LOUNGE, House

Then = Callable[[House], Awaitable[None]]


async def nothing(_: House) -> None:
    """The job lies there."""


async def dropped(house: House) -> None:
    """An operator has given the job up."""
    for job in await house.store.queue.dead():
        await house.store.queue.drop(job.id)


@pytest.fixture
async def house() -> House:
    house = House()
    await house.publishes(b"a picture")
    await house.reacts(BOB, LOUNGE, house.matrix.event_of(Placeholder), "🔓")
    return house


async def fails(house: House, fault: Exception, monkeypatch: pytest.MonkeyPatch) -> Hint:
    """Bob pays, and asking Stripe about it fails."""
    hint = house.stripe.pay(await house.clicks(BOB))

    async def fail(*_: object) -> None:
        raise fault

    with monkeypatch.context() as patch:
        patch.setattr(house.stripe, "checkout", fail)
        await house.stripe_says(hint)
        for _ in range(6 if not isinstance(fault, PpvError) else 0):
            await house.time_passes(seconds=40)
    assert not house.matrix.of(Goods)
    return hint


@pytest.mark.parametrize("then", [nothing, dropped], ids=lambda each: each.__name__)
@pytest.mark.parametrize(
    "fault", [Broken("no right"), RuntimeError("ours"), Transient("later", retry_after=9999)]
)
async def test_it_revives_what_failed(
    house: House, fault: Exception, then: Then, monkeypatch: pytest.MonkeyPatch
) -> None:
    hint = await fails(house, fault, monkeypatch)
    await then(house)
    await house.stripe_says(hint)
    assert len(house.matrix.of(Goods)) == 1
    assert not await house.store.queue.dead()


async def test_it_does_nothing_twice(house: House) -> None:
    hint = house.stripe.pay(await house.clicks(BOB))
    for _ in range(3):
        await house.stripe_says(hint)
    assert len(house.matrix.of(Goods)) == len(house.matrix.of(Sold)) == 1


async def test_a_refund_told_again_is_looked_up_again(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    await house.pays(BOB)
    (intent,) = house.stripe.payments
    hint = house.stripe.gives_back(intent)

    async def fail(*_: object) -> None:
        raise Broken("no right")

    with monkeypatch.context() as patch:
        patch.setattr(house.stripe, "payment", fail)
        await house.stripe_says(hint)
    await house.stripe_says(hint)
    (purchase,) = house.store.records.purchases.values()
    assert not purchase.owned
