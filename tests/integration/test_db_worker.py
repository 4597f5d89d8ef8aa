"""The worker on a real SQLite file, while jobs keep coming in."""

import asyncio
from collections import Counter
from pathlib import Path

from appservice.clock import SystemClock
from appservice.db.store import SqlStore, open_store
from appservice.worker import Worker
from bot.domain.money.payment_event import Trigger
from bot.domain.queue_stats import QueueStats
from bot.ids import CheckoutSessionId
from bot.jobs.payment_jobs import Settle
from tests.support.memory.memory_vault import VAULT


async def accept(store: SqlStore, number: int) -> None:
    async with store.begin() as uow:
        if await uow.inbox.accept("payment", str(number)):
            await uow.jobs.add(Settle(CheckoutSessionId(f"cs_{number}"), Trigger.WEBHOOK))


async def test_every_job_is_run_once_however_often_its_cause_comes_in(tmp_path: Path) -> None:
    async with open_store(f"sqlite:///{tmp_path}/ppv.db", SystemClock(), VAULT) as store:
        ran: Counter[str] = Counter()
        all_ran = asyncio.Event()

        async def handler(job: Settle) -> None:
            ran[job.session] += 1
            if len(ran) == 200:
                all_ran.set()

        worker = Worker(store.queue, {Settle: handler}, SystemClock())
        run = asyncio.create_task(worker.run())
        await asyncio.gather(*(accept(store, number % 200) for number in range(400)))
        async with asyncio.timeout(30):
            await all_ran.wait()
            worker.stop()
            await run
        assert ran == {f"cs_{number}": 1 for number in range(200)}
        assert await store.queue.stats() == QueueStats()
