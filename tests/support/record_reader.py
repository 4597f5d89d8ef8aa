"""The records of an installation, opened beside it as its commands do."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from appservice.clock import SystemClock
from appservice.db.store import SqlStore, open_store
from appservice.keys.keyring import open_vault
from config.loading import load


@asynccontextmanager
async def records_of(config: Path) -> AsyncIterator[SqlStore]:
    """`config`: the configuration file."""
    settings = load(config, {})
    async with (
        open_vault(settings.keys) as vault,
        open_store(settings.database.address, SystemClock(), vault) as store,
    ):
        yield store
