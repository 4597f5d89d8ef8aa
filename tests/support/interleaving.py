"""A deterministic scheduler: several journeys run at the same time, and a test chooses at each call who goes on."""

import asyncio
import inspect
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from contextvars import ContextVar
from typing import Any

_ACTOR: ContextVar[int | None] = ContextVar("actor", default=None)

Choose = Callable[[list[int]], int]
"""Which of the actors that wait goes on."""


class Interleaving:
    """Only one actor runs at a time, from one switch-point to its next one."""

    def __init__(self) -> None:
        self._waiting: dict[int, asyncio.Future[None]] = {}
        self._stopped = asyncio.Event()

    async def point(self) -> None:
        """Let another actor go on, if the test wants so. Outside of `run` nothing happens."""
        actor = _ACTOR.get()
        if actor is None:
            return
        assert actor not in self._waiting, "one actor does one thing at a time"
        self._waiting[actor] = asyncio.get_running_loop().create_future()
        self._stopped.set()
        await self._waiting[actor]

    async def run(self, actors: Sequence[Callable[[], Awaitable[None]]], choose: Choose) -> None:
        """Raises what an actor raises."""
        tasks = [
            asyncio.create_task(self._acting(number, act)) for number, act in enumerate(actors)
        ]
        while not all(task.done() for task in tasks):
            while len(self._waiting) < sum(not task.done() for task in tasks):
                self._stopped.clear()
                await self._stopped.wait()
                await asyncio.sleep(0)
            if self._waiting:
                self._waiting.pop(choose(sorted(self._waiting))).set_result(None)
        await asyncio.gather(*tasks)

    async def _acting(self, number: int, act: Callable[[], Awaitable[None]]) -> None:
        _ACTOR.set(number)
        try:
            await self.point()
            await act()
        finally:
            self._stopped.set()


class Woven:
    """A port or a store with a switch-point before each call of it, and `after` it as well."""

    def __init__(self, inner: Any, point: Callable[[], Awaitable[None]], *, after: bool) -> None:
        self._inner, self._point, self._after = inner, point, after

    def __getattr__(self, name: str) -> Any:
        found = getattr(self._inner, name)
        if not inspect.iscoroutinefunction(found):
            return found

        async def call(*arguments: Any, **named: Any) -> Any:
            await self._point()
            try:
                return await found(*arguments, **named)
            finally:
                if self._after:
                    await self._point()

        return call


class WovenStore:
    """A store with a switch-point before each unit of work."""

    def __init__(self, inner: Any, point: Callable[[], Awaitable[None]]) -> None:
        self._inner, self._point = inner, point

    def __getattr__(self, name: str) -> Any:
        return getattr(self._inner, name)

    def begin(self) -> AbstractAsyncContextManager[Any]:
        return self._begin()

    @asynccontextmanager
    async def _begin(self) -> AsyncIterator[Any]:
        await self._point()
        async with self._inner.begin() as uow:
            yield uow


def one_switch(first: int, at: int) -> Choose:
    """`first` goes on until its switch-point number `at`, then all others until their ends, then `first`."""
    steps = 0

    def choose(waiting: list[int]) -> int:
        nonlocal steps
        if first in waiting and steps < at:
            steps += 1
            return first
        others = [each for each in waiting if each != first]
        return others[0] if others else first

    return choose
