"""Trouble that lasts reaches the admins, once."""

from collections.abc import Mapping
from typing import NoReturn

from appservice.health.alerter import HealthAlerter
from bot.errors import TemporaryError
from bot.jobs import decode
from bot.jobs.operator_jobs import AlertAdmins
from tests.support.frozen_clock import FrozenClock
from tests.support.memory.memory_store import MemoryStore


async def alerts(*looks: Mapping[str, str | None]) -> list[str]:
    clock = FrozenClock()
    store, left = MemoryStore(clock), list(looks)

    async def look() -> Mapping[str, str | None]:
        return left.pop(0)

    watch = HealthAlerter(look, store, clock)
    for _ in looks:
        await watch.once()
    jobs = [decode(job.kind, job.fields) for job in store.records.jobs.values()]
    return [job.words for job in jobs if isinstance(job, AlertAdmins)]


FINE: Mapping[str, str | None] = {"homeserver": None, "encryption": None}
LOST = {**FINE, "encryption": "out of touch"}


async def test_what_lasts_is_told_once() -> None:
    assert await alerts(*[LOST] * 20) == ["out of touch"]


async def test_what_mends_itself_is_not_told() -> None:
    assert await alerts(*[LOST] * 4, FINE, *[LOST] * 4) == []


async def test_two_troubles_are_told_apart() -> None:
    both = {"homeserver": "it says no", "encryption": "out of touch"}
    assert await alerts(*[both] * 6) == ["out of touch", "it says no"]


async def test_it_goes_on_watching_when_nothing_can_be_written_down() -> None:
    class Full(MemoryStore):
        def begin(self) -> NoReturn:
            raise TemporaryError("database: disk is full")

    async def look() -> Mapping[str, str | None]:
        return {"database": "disk is full"}

    watch = HealthAlerter(look, Full(FrozenClock()), FrozenClock())
    for _ in range(10):
        await watch.once()
