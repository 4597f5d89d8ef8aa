"""What admins did and whom they keep out: in memory and in SQLite alike."""

import sqlite3
from contextlib import closing
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from appservice.db.store import open_store
from bot.domain.people.audit_log import AuditAction, AuditEntry
from bot.ids import UserId
from tests.contract.conftest import AnyStore
from tests.support.factories import NOON
from tests.support.frozen_clock import FrozenClock
from tests.support.memory.memory_vault import VAULT

DORA, TROLL = UserId("@dora:test"), UserId("@troll:test")
BLOCKED = AuditEntry(
    idempotency_key="$1",
    actor=DORA,
    action=AuditAction.BLOCK,
    target=TROLL,
    reason="rude,\nvery",
    at=NOON,
)
LATER = replace(
    BLOCKED,
    idempotency_key="$2",
    action=AuditAction.UNBLOCK,
    reason="",
    at=NOON + timedelta(hours=1),
)


async def test_what_admins_did_is_kept_in_order_and_once_for_each_cause(store: AnyStore) -> None:
    async with store.begin() as uow:
        for act in (LATER, BLOCKED, replace(BLOCKED, reason="something else")):
            await uow.acts.add(act)
    async with store.begin() as uow:
        assert await uow.acts.all() == (BLOCKED, LATER)
        assert await uow.acts.all(since=NOON + timedelta(minutes=1)) == (LATER,)


@pytest.mark.parametrize("statement", ["DELETE FROM audit_log", "UPDATE audit_log SET reason = ''"])
async def test_the_database_itself_lets_nobody_change_it(tmp_path: Path, statement: str) -> None:
    file = tmp_path / "ppv.db"
    async with open_store(f"sqlite:///{file}", FrozenClock(), VAULT) as store, store.begin() as uow:
        await uow.acts.add(BLOCKED)
    with (
        closing(sqlite3.connect(file)) as connection,
        pytest.raises(sqlite3.DatabaseError, match="append-only"),
    ):
        connection.execute(statement)


async def test_a_block_holds_until_it_is_lifted(store: AnyStore) -> None:
    async with store.begin() as uow:
        assert not await uow.blocks.has(TROLL)
        await uow.blocks.set(TROLL)
        await uow.blocks.set(TROLL)
    async with store.begin() as uow:
        assert await uow.blocks.has(TROLL)
        assert not await uow.blocks.has(DORA)
        assert await uow.blocks.all() == (TROLL,)
        await uow.blocks.lift(TROLL)
        await uow.blocks.lift(TROLL)
        assert await uow.blocks.all() == ()
