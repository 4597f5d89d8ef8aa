"""An event that Stripe sends again, by itself or because somebody clicked *Resend*, is acted on.

https://docs.stripe.com/webhooks#manual-retries
"""

from collections.abc import Awaitable, Callable

import pytest

from bot.domain.money.payment_event import PaymentEventRef
from bot.errors import OperatorError, PpvError, TemporaryError
from bot.messages import Goods, Placeholder, Sold
from tests.support.bot_harness import BOB, LOUNGE, BotHarness

Then = Callable[[BotHarness], Awaitable[None]]


async def nothing(_: BotHarness) -> None:
    """The job lies there."""


async def dropped(house: BotHarness) -> None:
    """An operator has given the job up."""
    for job in await house.store.queue.failed_jobs():
        await house.store.queue.delete_failed(job.id)


@pytest.fixture
async def house() -> BotHarness:
    house = BotHarness()
    await house.publishes(b"a picture")
    await house.reacts(BOB, LOUNGE, house.matrix.event_of(Placeholder), "🔓")
    return house


async def fails(
    house: BotHarness, fault: Exception, monkeypatch: pytest.MonkeyPatch
) -> PaymentEventRef:
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
    "fault",
    [OperatorError("no right"), RuntimeError("ours"), TemporaryError("later", retry_after=9999)],
)
async def test_it_revives_what_failed(
    house: BotHarness, fault: Exception, then: Then, monkeypatch: pytest.MonkeyPatch
) -> None:
    hint = await fails(house, fault, monkeypatch)
    await then(house)
    await house.stripe_says(hint)
    assert len(house.matrix.of(Goods)) == 1
    assert not await house.store.queue.failed_jobs()


async def test_it_does_nothing_twice(house: BotHarness) -> None:
    hint = house.stripe.pay(await house.clicks(BOB))
    for _ in range(3):
        await house.stripe_says(hint)
    assert len(house.matrix.of(Goods)) == len(house.matrix.of(Sold)) == 1


async def test_a_refund_told_again_is_looked_up_again(
    house: BotHarness, monkeypatch: pytest.MonkeyPatch
) -> None:
    await house.pays(BOB)
    (intent,) = house.stripe.payments
    hint = house.stripe.gives_back(intent)

    async def fail(*_: object) -> None:
        raise OperatorError("no right")

    with monkeypatch.context() as patch:
        patch.setattr(house.stripe, "payment", fail)
        await house.stripe_says(hint)
    await house.stripe_says(hint)
    (purchase,) = house.store.records.purchases.values()
    assert not purchase.has_access
