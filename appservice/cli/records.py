"""The records, opened for a command. matrix-ppv may be running meanwhile."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import TypeVar

import click

from appservice.clock import SystemClock
from appservice.db.store import SqlStore, open_store
from appservice.keys.keyring import open_vault
from bot.errors import PpvError
from config.settings import Settings

T = TypeVar("T")


def with_records(settings: Settings, act: Callable[[SqlStore], Awaitable[T]]) -> T:
    """What `act` returns. What it cannot do ends the command in a sentence."""

    async def run() -> T:
        async with (
            open_vault(settings.keys) as vault,
            open_store(settings.database.address, SystemClock(), vault, create=False) as store,
        ):
            return await act(store)

    try:
        return asyncio.run(run())
    except PpvError as error:
        raise click.ClickException(str(error)) from None
