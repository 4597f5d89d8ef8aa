"""No room holds up the others: other homeservers bring what they like into theirs."""

import asyncio

import pytest

from appservice.matrix.room.divided_rooms import RETRY_SECONDS, DividedRooms
from bot.errors import OperatorError, TemporaryError


class World:
    def __init__(self, *failures: Exception | None) -> None:
        self.now = 0.0
        self.rooms = DividedRooms("sweep", lambda: self.now)
        self.failures = list(failures)
        self.handled: list[bool] = []
        self.recorded: list[tuple[str, str, str]] = []

    async def handle(self, *, whole: bool) -> None:
        self.handled.append(whole)
        failure = self.failures.pop(0) if self.failures else None
        if failure is not None:
            raise failure

    async def record(self, door: str, item: str, error: Exception) -> None:
        self.recorded.append((door, item, type(error).__name__))

    async def take(self) -> TemporaryError | None:
        return await self.rooms.take("!room:test", self.handle, self.record)


async def test_a_room_that_is_fine() -> None:
    world = World()
    assert await world.take() is None
    assert (world.handled, world.recorded) == ([True], [])


@pytest.mark.parametrize("error", [TypeError(), RecursionError(), OperatorError("no")])
async def test_what_no_time_mends_is_recorded_and_what_is_at_hand_is_taken(
    error: Exception,
) -> None:
    world = World(error)
    assert await world.take() is None
    assert world.handled == [True, False]
    assert world.recorded == [("sweep", "!room:test", type(error).__name__)]


async def test_what_fails_again_is_recorded_and_left() -> None:
    world = World(TypeError(), ValueError())
    assert await world.take() is None
    assert [error for *_, error in world.recorded] == ["TypeError", "ValueError"]


async def test_what_time_mends_is_waited_for_so_long_and_no_longer() -> None:
    away = TemporaryError("502")
    world = World(away, away, away, None, away, away)
    assert await world.take() is away
    world.now += RETRY_SECONDS - 1
    assert await world.take() is away
    assert world.recorded == []
    world.now += 2
    assert await world.take() is None
    assert world.recorded == [("sweep", "!room:test", "TemporaryError")]
    assert await world.take() is away
    assert world.handled[-1] is True


async def test_stopping_is_no_failure() -> None:
    world = World()

    async def waits(*, whole: bool) -> None:
        assert whole
        await asyncio.Event().wait()

    taking = asyncio.create_task(world.rooms.take("!room:test", waits, world.record))
    await asyncio.sleep(0)
    taking.cancel()
    with pytest.raises(asyncio.CancelledError):
        await taking
    assert world.recorded == []
