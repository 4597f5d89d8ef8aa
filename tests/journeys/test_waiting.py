"""Paid for, and the buyer is not there: nothing is lost, and it is said where it is stuck."""

from contextlib import suppress
from datetime import timedelta

import pytest

from bot.domain.people.cross_signing import Identity
from bot.domain.people.permissions import Level, Permissions
from bot.domain.purchases.delivery import DeliveryBlocker
from bot.domain.purchases.delivery_blockers import why_it_waits
from bot.domain.purchases.purchase import Purchase
from bot.ids import RoomId, UserId
from bot.messages import Alert, Bought, Goods, Placeholder, Receipt
from bot.services.delivery.deliver import Patience
from tests.support.bot_harness import ALICE, BOB, LOUNGE, BotHarness
from tests.support.crash_point import Killed
from tests.support.fake_homeserver import BOT

PNG = b"\x89PNG a picture of the harbour"


@pytest.fixture
async def house() -> BotHarness:
    """Bob has paid, and left the direct room before that was known."""
    house = BotHarness()
    await house.publishes(PNG)
    await house.reacts(BOB, LOUNGE, house.matrix.event_of(Placeholder), "🔓")
    hint = house.stripe.pay(await house.clicks(BOB))
    house.matrix.members[house.direct(BOB)].discard(BOB)
    await house.stripe_says(hint)
    return house


def purchase(house: BotHarness) -> Purchase:
    (only,) = house.store.records.purchases.values()
    return only


async def test_it_waits_until_the_buyer_is_there_and_goes_on_at_once(house: BotHarness) -> None:
    assert not house.matrix.of(Goods)
    assert purchase(house).blocker is DeliveryBlocker.NOT_JOINED
    await house.comes_into(house.direct(BOB), BOB)
    assert len(house.matrix.of(Goods)) == 1
    assert purchase(house).blocker is None


async def test_who_does_not_come_stays_invited(house: BotHarness) -> None:
    for _ in range(48):
        await house.time_passes(minutes=60)
    assert house.matrix.invited == [(house.direct(BOB), BOB)]


async def test_who_turns_the_invitation_down_is_invited_once_a_day(house: BotHarness) -> None:
    for _ in range(48):
        await house.time_passes(minutes=60)
        house.matrix.turned_down.update(house.matrix.invited)
    assert house.matrix.invited.count((house.direct(BOB), BOB)) in {2, 3}


async def test_an_account_that_takes_no_invitations_can_open_the_chat_itself(
    house: BotHarness,
) -> None:
    house.matrix.turned_down.update(house.matrix.invited)
    house.matrix.shut.add(BOB)
    await house.time_passes(days=2)
    assert purchase(house).blocker is DeliveryBlocker.INVITES_BLOCKED
    own = RoomId("!bobs:test")
    house.matrix.members[own] = {BOB}
    await house.hears(house.timeline.invitation(own, BOB, BOT, direct=True))
    assert len(house.matrix.of(Goods)) == 1
    assert house.matrix.said_of(Goods)[0].room == own


async def test_after_a_month_the_admins_are_told_and_nothing_is_lost(house: BotHarness) -> None:
    for _ in range(33):
        await house.time_passes(days=1)
    (dead,) = await house.store.queue.failed_jobs()
    assert dead.kind == "deliver"
    (alert,) = house.matrix.of(Alert)
    assert "30 days" in alert.words
    await house.comes_into(house.direct(BOB), BOB)
    assert len(house.matrix.of(Goods)) == 1
    assert await house.store.queue.failed_jobs() == ()


@pytest.fixture
async def unread() -> BotHarness:
    """Bob has paid, and no device of his gets room keys."""
    house = BotHarness()
    await house.publishes(PNG)
    await house.reacts(BOB, LOUNGE, house.matrix.event_of(Placeholder), "🔓")
    house.matrix.no_device.add(BOB)
    await house.stripe_says(house.stripe.pay(await house.clicks(BOB)))
    return house


async def test_nothing_is_handed_over_that_no_device_could_read(unread: BotHarness) -> None:
    assert not unread.matrix.of(Bought)
    assert not unread.matrix.of(Goods)
    assert purchase(unread).blocker is DeliveryBlocker.NO_DEVICE
    assert not purchase(unread).delivered
    assert "verify your app" in (why_it_waits(purchase(unread)) or "")


async def test_a_device_that_counts_gets_it_at_once(unread: BotHarness) -> None:
    await unread.time_passes(days=2)
    unread.matrix.no_device.discard(BOB)
    await unread.whatever_happens(lambda: unread.bot.decrypt_events.devices_changed([BOB]))
    assert len(unread.matrix.of(Goods)) == len(unread.matrix.of(Bought)) == 1
    assert purchase(unread).blocker is None


async def test_changes_of_other_peoples_devices_wake_nothing(unread: BotHarness) -> None:
    await unread.time_passes(days=2)
    unread.matrix.no_device.discard(BOB)
    await unread.whatever_happens(lambda: unread.bot.decrypt_events.devices_changed([ALICE]))
    assert not unread.matrix.of(Goods)


async def test_a_device_that_came_unheard_gets_it_within_a_day(unread: BotHarness) -> None:
    await unread.time_passes(days=2)
    unread.matrix.no_device.discard(BOB)
    await unread.time_passes(days=1, hours=3)
    assert len(unread.matrix.of(Goods)) == 1


async def test_an_identity_that_an_admin_confirms_gets_it_at_once(unread: BotHarness) -> None:
    await unread.time_passes(days=2)
    changed = Identity(
        user=BOB, trusted="old", devices=frozenset(), shown="new", changed_at=unread.clock.now()
    )
    async with unread.store.begin() as uow:
        await uow.people.save_identity(changed)
    unread.matrix.no_device.discard(BOB)
    unread.restart(permissions=Permissions({"*": Level.BUYER, ALICE: Level.ADMIN}))
    unread.matrix.members[(room := RoomId("!admins:test"))] = {ALICE, BOT}
    await unread.says(ALICE, room, f"!ppv admin identity {BOB}")
    assert len(unread.matrix.of(Goods)) == 1


async def test_waiting_can_be_turned_off() -> None:
    house = BotHarness()
    house.restart(patience=Patience(until_joined=False, at_most=timedelta(days=30)))
    await house.publishes(PNG)
    await house.reacts(BOB, LOUNGE, house.matrix.event_of(Placeholder), "🔓")
    hint = house.stripe.pay(await house.clicks(BOB))
    house.matrix.members[house.direct(BOB)].discard(BOB)
    await house.stripe_says(hint)
    assert len(house.matrix.of(Goods)) == 1


@pytest.mark.parametrize("place", range(1, 12))
async def test_killed_while_it_opens_a_direct_room_the_bot_opens_one(place: int) -> None:
    house = BotHarness()
    await house.publishes(PNG)
    house.fuse.kills_at = house.fuse.places + place
    await house.reacts(BOB, LOUNGE, house.matrix.event_of(Placeholder), "🔓")
    assert list(house.matrix.opened.values()) == [BOB]


@pytest.mark.parametrize("place", range(1, 9))
async def test_killed_in_a_delivery_and_back_two_days_later_nothing_comes_twice(place: int) -> None:
    """The homeserver has forgotten all transaction ids by then."""
    house = BotHarness()
    await house.publishes(PNG, PNG + b"2")
    await house.reacts(BOB, LOUNGE, house.matrix.event_of(Placeholder), "🔓")
    session = await house.clicks(BOB)
    house.stripe.pay(session)
    await house.bot.offer_page_view.after_payment(session)
    house.fuse.kills_at = house.fuse.places + place
    with suppress(Killed):
        await house.worker.run_until_empty()
    house.matrix.forget_transactions()
    house.clock.advance(timedelta(days=2))
    house.restart()
    await house.work()
    assert len(house.matrix.of(Goods)) == 2
    assert len(house.matrix.of(Bought)) == len(house.matrix.of(Receipt)) == 1


async def test_who_joins_from_another_homeserver_misses_nothing_that_was_said_meanwhile(
    house: BotHarness,
) -> None:
    eve = UserId("@eve:elsewhere")
    house.restart(permissions=Permissions({"*": Level.BUYER, ALICE: Level.SELLER}))
    house.matrix.members[LOUNGE].add(eve)
    for buyer in (BOB, eve):
        await house.reacts(buyer, LOUNGE, house.matrix.event_of(Placeholder), "🔓")
        await house.comes_into(house.direct(buyer), buyer)
    await house.time_passes(minutes=1)
    assert house.matrix.brought_up_to_date == [house.direct(eve)]
