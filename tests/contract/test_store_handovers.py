"""What a gate handed over, and jobs that are wanted once: in memory and in databases alike."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from bot.domain.matrix.intercepted_attachment import InterceptedAttachment
from bot.domain.money.payment_event import Trigger
from bot.ids import CheckoutSessionId, EventId, RoomId, UserId
from bot.jobs.payment_jobs import Settle
from bot.ports import UnitOfWork
from tests.contract.conftest import AnyStore
from tests.support.factories import NOON

_HANDED = InterceptedAttachment(
    name="h1",
    room=RoomId("!room:test"),
    sender=UserId("@sally:test"),
    content={"body": "sunset.jpg"},
    received_at=NOON,
)
_ONE, _OTHER = EventId("$1"), EventId("$2")


async def claimed(
    uow: UnitOfWork,
    name: str,
    event: EventId,
    *,
    room: RoomId = _HANDED.room,
    sender: UserId = _HANDED.sender,
) -> InterceptedAttachment | None:
    return await uow.handovers.claim(name, event, room=room, sender=sender)


async def test_the_first_event_that_claims_a_handover_has_it(store: AnyStore) -> None:
    async with store.begin() as uow:
        await uow.handovers.add(_HANDED)
        await uow.handovers.add(replace(_HANDED, content={}))
    async with store.begin() as uow:
        assert await claimed(uow, "h1", _ONE) == replace(_HANDED, event=_ONE)
        assert await claimed(uow, "h1", _ONE) == replace(_HANDED, event=_ONE)
        assert await claimed(uow, "h1", _OTHER) is None
        assert await claimed(uow, "unknown", _ONE) is None


@pytest.mark.parametrize(
    "elsewhere",
    [
        {"room": RoomId("!other:test")},
        {"sender": UserId("@mallory:test")},
        {"room": RoomId("!ROOM:test")},
        {"sender": UserId("@sally:test ")},
    ],
)
async def test_an_event_of_another_room_or_sender_neither_has_it_nor_uses_it_up(
    store: AnyStore, elsewhere: dict[str, Any]
) -> None:
    async with store.begin() as uow:
        await uow.handovers.add(_HANDED)
        assert await claimed(uow, "h1", _OTHER, **elsewhere) is None
        await uow.handovers.handled(_OTHER)
    async with store.begin() as uow:
        assert await claimed(uow, "h1", _ONE) == replace(_HANDED, event=_ONE)
        assert await claimed(uow, "h1", _ONE, **elsewhere) is None


async def test_what_is_handled_is_nobodys_any_more_and_not_new_when_it_comes_again(
    store: AnyStore,
) -> None:
    async with store.begin() as uow:
        await uow.handovers.add(_HANDED)
        await claimed(uow, "h1", _ONE)
        await uow.handovers.handled(_ONE)
        await uow.handovers.add(_HANDED)
    async with store.begin() as uow:
        assert await claimed(uow, "h1", _ONE) is None
        assert await claimed(uow, "h1", _OTHER) is None


async def test_what_waits_for_its_event_is_counted_for_each_sender(store: AnyStore) -> None:
    sally, bob = _HANDED.sender, UserId("@bob:test")
    async with store.begin() as uow:
        for name in ("h1", "h2", "h3"):
            await uow.handovers.add(replace(_HANDED, name=name))
        await uow.handovers.add(replace(_HANDED, name="h4", sender=bob))
        assert await uow.handovers.waiting(sally, beside="new") == 3
        assert await uow.handovers.waiting(sally, beside="h1") == 2
        await claimed(uow, "h2", _ONE)
        assert await uow.handovers.waiting(sally, beside="new") == 2
        assert await uow.handovers.waiting(bob, beside="new") == 1


async def test_old_handovers_are_forgotten(store: AnyStore) -> None:
    async with store.begin() as uow:
        await uow.handovers.add(_HANDED)
        await uow.handovers.forget(before=NOON + timedelta(seconds=1))
    async with store.begin() as uow:
        assert await claimed(uow, "h1", _ONE) is None


async def test_a_job_that_is_wanted_once_is_moved_forward_if_it_waits(store: AnyStore) -> None:
    job = Settle(CheckoutSessionId("cs_1"), Trigger.WEBHOOK)
    later, sooner = NOON + timedelta(hours=2), NOON + timedelta(hours=1)
    async with store.begin() as uow:
        for at in (later, sooner, later):
            await uow.jobs.add(job, at=at, queueing_lock=True)
    assert await store.queue.next_due() == sooner
    assert (await store.queue.stats()).waiting == 1
