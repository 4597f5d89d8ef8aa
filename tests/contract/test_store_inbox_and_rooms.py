"""The smaller records of the store: in memory and in SQLite alike."""

import pytest

from bot.ids import MxcUri, RoomId, UserId
from tests.contract.conftest import AnyStore, Mishap, mishap_after

ALICE, BOB = UserId("@alice:test"), UserId("@bob:test")
OLD, NEW = RoomId("!old:test"), RoomId("!new:test")


async def test_what_comes_in_is_accepted_once(store: AnyStore) -> None:
    async with store.begin() as uow:
        assert await uow.inbox.accept("payment", "evt_1")
        assert not await uow.inbox.accept("payment", "evt_1")
    async with store.begin() as uow:
        assert not await uow.inbox.accept("payment", "evt_1")
        assert await uow.inbox.accept("matrix", "evt_1")
        assert await uow.inbox.accept("payment", "evt_2")


async def test_what_was_not_committed_is_accepted_again(store: AnyStore) -> None:
    with pytest.raises(Mishap):
        await mishap_after(store, lambda uow: uow.inbox.accept("payment", "evt_1"))
    async with store.begin() as uow:
        assert await uow.inbox.accept("payment", "evt_1")


async def test_the_direct_room_named_last_counts_and_earlier_ones_stay_known(
    store: AnyStore,
) -> None:
    async with store.begin() as uow:
        assert await uow.direct_rooms.of(ALICE) is None
        assert await uow.direct_rooms.partner(OLD) is None
        await uow.direct_rooms.save(ALICE, OLD)
        await uow.direct_rooms.save(ALICE, NEW)
        await uow.direct_rooms.save(BOB, RoomId("!bob:test"))
    async with store.begin() as uow:
        assert await uow.direct_rooms.of(ALICE) == NEW
        assert await uow.direct_rooms.partner(OLD) == ALICE
        assert await uow.direct_rooms.partner(NEW) == ALICE
        assert await uow.direct_rooms.all_of(ALICE) == (OLD, NEW)
        await uow.direct_rooms.save(ALICE, OLD)
        assert await uow.direct_rooms.of(ALICE) == OLD


async def test_a_room_that_passes_to_somebody_else_is_theirs(store: AnyStore) -> None:
    async with store.begin() as uow:
        await uow.direct_rooms.save(ALICE, OLD)
        await uow.direct_rooms.save(ALICE, NEW)
        await uow.direct_rooms.save(BOB, NEW)
    async with store.begin() as uow:
        assert await uow.direct_rooms.partner(NEW) == BOB
        assert await uow.direct_rooms.of(ALICE) == OLD


async def test_a_media_copy_is_replaced_under_its_name(store: AnyStore) -> None:
    async with store.begin() as uow:
        assert await uow.media_copies.of("teaser of a") is None
        await uow.media_copies.save("teaser of a", MxcUri("mxc://test/1"))
        await uow.media_copies.save("teaser of b", MxcUri("mxc://test/2"))
        await uow.media_copies.save("teaser of a", MxcUri("mxc://test/3"))
    async with store.begin() as uow:
        assert await uow.media_copies.of("teaser of a") == "mxc://test/3"
        assert await uow.media_copies.of("teaser of b") == "mxc://test/2"
