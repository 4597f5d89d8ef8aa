"""Whoever waits for a purchase to change is woken by what is committed, and by nothing else."""

from pathlib import Path

import pytest

from appservice.db.store import SqlStore, open_store
from bot.domain.purchases.purchase import Purchase
from bot.errors import UserError
from bot.ids import UserId
from tests.support.factories import draft, purchase
from tests.support.frozen_clock import FrozenClock
from tests.support.memory.memory_vault import VAULT


async def test_only_what_is_committed_wakes(tmp_path: Path) -> None:
    bobs, carols = purchase("p1"), purchase("p2", buyer=UserId("@carol:test"))
    async with open_store(f"sqlite:///{tmp_path}/ppv.db", FrozenClock(), VAULT) as store:
        with (
            store.changes.subscribe(bobs.id) as of_bobs,
            store.changes.subscribe(carols.id) as of_carols,
        ):
            with pytest.raises(UserError):
                await _save_and_fail(store, bobs)
            assert not of_bobs.is_set()
            async with store.begin() as uow:
                await uow.offers.save(draft())
                await uow.purchases.save(bobs)
            assert of_bobs.is_set()
            assert not of_carols.is_set()
            of_bobs.clear()
            async with store.begin() as uow:
                await uow.purchases.get(bobs.id)
            assert not of_bobs.is_set()


async def _save_and_fail(store: SqlStore, bought: Purchase) -> None:
    async with store.begin() as uow:
        await uow.offers.save(draft())
        await uow.purchases.save(bought)
        raise UserError("not so")


async def test_nobody_who_has_gone_is_remembered(tmp_path: Path) -> None:
    async with open_store(f"sqlite:///{tmp_path}/ppv.db", FrozenClock(), VAULT) as store:
        with (
            store.changes.subscribe(purchase().id) as one,
            store.changes.subscribe(purchase().id) as other,
        ):
            store.changes.notify([purchase().id])
            assert one.is_set()
            assert other.is_set()
            one.clear()
        store.changes.notify([purchase().id])
        assert not one.is_set()
