"""A job whose row cannot be read is laid aside; it does not end the worker, now and at every start."""

from pathlib import Path

import aiosqlite
import pytest

from appservice.clock import SystemClock
from appservice.db.store import open_store
from appservice.worker import Worker
from bot.domain.money.payment_event import Trigger
from bot.ids import CheckoutSessionId
from bot.jobs import Job
from bot.jobs.payment_jobs import Settle
from tests.support.memory.memory_vault import VAULT


@pytest.mark.parametrize("payload", ["", "{", "[]", "7", "[" * 100_000, '{"words": [1]}'])
async def test_a_row_that_is_no_job(tmp_path: Path, payload: str) -> None:
    done: list[Job] = []

    async def handler(job: Settle) -> None:
        done.append(job)

    file = tmp_path / "ppv.db"
    async with open_store(f"sqlite:///{file}", SystemClock(), VAULT) as store, store.begin() as uow:
        await uow.jobs.add(Settle(CheckoutSessionId("cs_1"), Trigger.WEBHOOK))
        await uow.jobs.add(Settle(CheckoutSessionId("cs_2"), Trigger.WEBHOOK))
    async with aiosqlite.connect(file) as database:
        await database.execute("UPDATE jobs SET payload = ? WHERE id = 1", (payload,))
        await database.commit()
    async with open_store(f"sqlite:///{file}", SystemClock(), VAULT) as store:
        await Worker(store.queue, {Settle: handler}, SystemClock()).run_until_empty()
        assert done == [Settle(CheckoutSessionId("cs_2"), Trigger.WEBHOOK)]
        (dead,) = await store.queue.failed_jobs()
        assert (dead.id, dead.fields) == (1, {"words": [1]} if "words" in payload else {})
