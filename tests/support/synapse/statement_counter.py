"""Work for several processes on one database file."""

import asyncio
import sys
from contextlib import AbstractAsyncContextManager
from pathlib import Path

from appservice.db.store import SqlStore, open_store
from tests.support.factories import draft
from tests.support.frozen_clock import FrozenClock
from tests.support.memory.memory_vault import VAULT


def open_file(path: Path) -> AbstractAsyncContextManager[SqlStore]:
    return open_store(f"sqlite:///{path}", FrozenClock(), VAULT)


async def accept(store: SqlStore, item: str) -> bool:
    async with store.begin() as uow:
        return await uow.inbox.accept("matrix", item)


async def increment(store: SqlStore) -> None:
    """Counts in the text of an offer, with time for others to come in between."""
    async with store.begin() as uow:
        counter = await uow.offers.get(draft().id)
        await asyncio.sleep(0)
        if counter is None:
            await uow.offers.save(draft().with_text("1"))
        else:
            await uow.offers.save(counter.with_text(str(int(counter.text) + 1)))


async def count(store: SqlStore) -> int:
    async with store.begin() as uow:
        counter = await uow.offers.get(draft().id)
    return int(counter.text) if counter else 0


async def increment_often(path: Path) -> None:
    async with open_file(path) as store:
        for _ in range(50):
            await increment(store)


async def wait_inside(path: Path) -> None:
    """Commit a few, then stop in the middle of one more, to be killed there."""
    async with open_file(path) as store:
        for number in range(20):
            await accept(store, f"committed {number}")
        async with store.begin() as uow:
            await uow.inbox.accept("matrix", "in the middle")
            print("inside", flush=True)  # noqa: T201 - the sign for whoever waits for it
            await asyncio.Event().wait()


if __name__ == "__main__":
    asyncio.run(globals()[sys.argv[1]](Path(sys.argv[2])))
