"""How many units of work a second each engine commits: what is accepted, one by one and in a burst, on the disk."""

import asyncio
import time
from itertools import count
from pathlib import Path
from statistics import median

from appservice.clock import SystemClock
from appservice.db.store import SqlStore, open_store
from benchmarks.figure import Figure
from benchmarks.vault import fresh_vault
from bot.domain.money.payment_event import Trigger
from bot.ids import CheckoutSessionId
from bot.jobs.payment_jobs import Settle
from sandbox.postgres import Cluster

_ROUNDS = 5
_ONE_BY_ONE = 300
_BURST = 1000
_GOAL = 0.3

_numbers = count()


def measure(folder: Path) -> list[Figure]:
    cluster = Cluster.boot(durable=True)
    try:
        return asyncio.run(_measure(f"sqlite:///{folder}/units.db", cluster.create("units")))
    finally:
        cluster.close()


async def _measure(file: str, server: str) -> list[Figure]:
    clock = SystemClock()
    async with (
        open_store(file, clock, fresh_vault()) as sqlite,
        open_store(server, clock, fresh_vault()) as postgres,
    ):
        rounds = [
            [
                await measured(store)
                for store in (sqlite, postgres)
                for measured in (_slowly, _at_once)
            ]
            for _ in range(_ROUNDS)
        ]
    slow, burst, slow_there, burst_there = (median(speeds) for speeds in zip(*rounds, strict=True))
    return [
        _beside("units of work one by one", slow_there, slow),
        _beside("units of work in a burst of 1,000", burst_there, burst),
    ]


def _beside(what: str, there: float, here: float) -> Figure:
    return Figure(
        f"{what}, PostgreSQL's of SQLite's speed",
        f"at least {_GOAL:g} times",
        f"{there / here:.2f} times, {there:.0f} a second",
        met=there / here >= _GOAL,
    )


async def _slowly(store: SqlStore) -> float:
    begun = time.perf_counter()
    for _ in range(_ONE_BY_ONE):
        await _accept(store)
    return _ONE_BY_ONE / (time.perf_counter() - begun)


async def _at_once(store: SqlStore) -> float:
    begun = time.perf_counter()
    await asyncio.gather(*(_accept(store) for _ in range(_BURST)))
    return _BURST / (time.perf_counter() - begun)


async def _accept(store: SqlStore) -> None:
    number = next(_numbers)
    async with store.begin() as uow:
        if await uow.inbox.accept("payment", str(number)):
            await uow.jobs.add(Settle(CheckoutSessionId(f"cs_{number}"), Trigger.WEBHOOK))
