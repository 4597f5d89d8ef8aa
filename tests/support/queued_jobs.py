"""Jobs put into a store and claimed from it, for the contract of the queue."""

from datetime import timedelta

from appservice.db.job_queue import Claimed
from bot.domain.money.payment_event import Trigger
from bot.ids import CheckoutSessionId
from bot.jobs import Job, decode
from bot.jobs.inbound_jobs import HandleEvent
from bot.jobs.payment_jobs import Settle
from tests.contract.conftest import AnyStore
from tests.support.frozen_clock import FrozenClock

MINUTE = timedelta(minutes=1)


def event(room: str, number: int) -> HandleEvent:
    return HandleEvent({"room_id": room, "content": {"body": f"Grüße {number} \ud83d"}})


def settle(name: str) -> Settle:
    return Settle(CheckoutSessionId(name), Trigger.WEBHOOK)


async def add(store: AnyStore, *jobs: Job) -> None:
    async with store.begin() as uow:
        for job in jobs:
            await uow.jobs.add(job)


async def claim(store: AnyStore, clock: FrozenClock) -> tuple[Claimed, Job]:
    claimed = await store.queue.claim(clock.now())
    assert claimed is not None
    return claimed, decode(claimed.kind, claimed.fields or {})
