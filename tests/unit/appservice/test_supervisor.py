"""Loops that fail are started again; only the end of the program ends them."""

import asyncio

import pytest

from appservice.supervisor import LONGEST_PAUSE_SECONDS, Supervisor


class Hurried(Supervisor):
    """Pauses for no time, and notes for how long it should have, and what `/ready` would say then."""

    def __init__(self) -> None:
        self.counted: list[str] = []
        self.seconds: list[float] = []
        self.troubles: list[str | None] = []
        super().__init__(self.counted.append, jitter=lambda: 1.0)

    async def _pause(self, seconds: float) -> None:
        self.seconds.append(seconds)
        self.troubles.append(self.error)
        await asyncio.sleep(0)


class Panic(BaseException):
    """As pyo3 raises it."""


@pytest.mark.parametrize(
    "error",
    [TypeError("unhashable"), RecursionError(), OSError(), asyncio.CancelledError(), Panic()],
)
async def test_a_loop_that_fails_is_started_again_ever_more_slowly(error: BaseException) -> None:
    supervisor = Hurried()
    runs = 0

    async def loop() -> None:
        nonlocal runs
        runs += 1
        if runs <= 9:
            raise error

    await supervisor.run("sync", loop)
    assert runs == 10
    assert supervisor.seconds == [1, 2, 4, 8, 16, 32, 60, 60, 60]
    assert max(supervisor.seconds) == LONGEST_PAUSE_SECONDS
    assert supervisor.counted == ["sync"] * 9
    name = f"restarted after a failure: sync ({type(error).__name__})"
    assert supervisor.troubles == [name] * 9
    assert supervisor.error is None


async def test_cancelling_ends_a_loop_in_its_work_and_in_its_pause() -> None:
    supervisor = Supervisor(jitter=lambda: 1.0)
    working, failed = asyncio.Event(), asyncio.Event()

    async def works() -> None:
        working.set()
        await asyncio.Event().wait()

    async def fails() -> None:
        failed.set()
        raise TypeError

    tasks = [
        asyncio.create_task(supervisor.run("works", works)),
        asyncio.create_task(supervisor.run("fails", fails)),
    ]
    await working.wait()
    await failed.wait()
    for task in tasks:
        task.cancel()
    results = await asyncio.gather(*tasks, return_exceptions=True)
    assert [type(each) for each in results] == [asyncio.CancelledError] * 2


async def test_a_loop_that_runs_again_for_a_while_is_well() -> None:
    supervisor = Hurried()
    runs = 0

    async def loop() -> None:
        nonlocal runs
        runs += 1
        if runs == 1:
            raise TypeError
        assert supervisor.error == "restarted after a failure: sweep (TypeError)"
        while supervisor.error:  # noqa: ASYNC110 - it has no event of its own
            await asyncio.sleep(0.01)

    async with asyncio.timeout(60):
        await supervisor.run("sweep", loop)


async def test_one_loop_is_no_other_ones_concern() -> None:
    supervisor = Hurried()
    steps = 0

    async def fails() -> None:
        raise ValueError

    async def goes_on() -> None:
        nonlocal steps
        for _ in range(100):
            steps += 1
            await asyncio.sleep(0)

    failing = asyncio.create_task(supervisor.run("fails", fails))
    await supervisor.run("goes on", goes_on)
    failing.cancel()
    assert steps == 100
    assert set(supervisor.counted) == {"fails"}


async def test_a_loop_that_pauses_when_the_program_stops_is_not_started_again() -> None:
    supervisor = Supervisor(jitter=lambda: 1.0)
    runs = 0

    async def fails() -> None:
        nonlocal runs
        runs += 1
        asyncio.get_running_loop().call_soon(supervisor.stop)
        raise TypeError

    async with asyncio.timeout(0.9):
        await supervisor.run("worker", fails)
    assert runs == 1
