"""Many who write at once, and some of them are cut off."""

import asyncio
from collections.abc import Awaitable, Callable


async def note_and_cancel_some(note: Callable[[str], Awaitable[object]], number: int) -> set[str]:
    """So many notes at once; those whose writer was told that all went well."""
    told: set[str] = set()

    async def write(name: str) -> None:
        await note(name)
        told.add(name)

    tasks = [asyncio.create_task(write(str(n))) for n in range(number)]
    for place, task in enumerate(tasks):
        if place % 3 == 0:
            task.cancel()
        elif place % 5 == 0:
            await asyncio.sleep(0)
            task.cancel()
            tasks[place // 2].cancel()
    await asyncio.gather(*tasks, return_exceptions=True)
    return told


async def cancel_after(steps: int, writing: Awaitable[object]) -> bool:
    """After so many turns of the loop, twice; whether it was cut off."""
    task = asyncio.ensure_future(writing)
    for _ in range(steps):
        await asyncio.sleep(0)
    task.cancel()
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)
    return task.cancelled()
