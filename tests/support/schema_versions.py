"""A database that is one version behind what comes next."""

import pytest

from appservice.db import schema
from appservice.db.schema import migrations
from appservice.db.store import open_store
from bot.ids import MxcUri
from tests.support.frozen_clock import FrozenClock
from tests.support.memory.memory_vault import VAULT

NEXT = "ALTER TABLE media_cache ADD COLUMN seen_at TEXT;"
FAULTY = "DROP TABLE media_cache; INSERT INTO nowhere VALUES (1);"


def with_next_version(monkeypatch: pytest.MonkeyPatch, script: str) -> None:
    scripts = [*migrations(), script]
    monkeypatch.setattr(schema, "migrations", lambda: scripts)


async def open_and_save(url: str) -> None:
    async with open_store(url, FrozenClock(), VAULT) as store, store.begin() as uow:
        await uow.media_copies.save("a", MxcUri("mxc://test/a"))
