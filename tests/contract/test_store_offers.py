"""Offers as the store keeps them: in memory and in SQLite alike."""

from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import HealthCheck, given, settings

from bot.domain.offers.listing import Listing
from bot.domain.offers.offer import Offer, OfferState
from bot.errors import ConcurrentUpdate
from bot.ids import BlobId, EventId, OfferId, RoomId, UserId
from tests.contract.conftest import AnyStore, Mishap, NewStore, mishap_after
from tests.support.factories import FIVE, NOON, SELLER, STUDIO, draft, offers

ROOM = RoomId("!room:test")


async def save(store: AnyStore, *several: Offer) -> None:
    async with store.begin() as uow:
        for offer in several:
            await uow.offers.save(offer)


async def load(store: AnyStore, name: str = "offer00001") -> Offer:
    async with store.begin() as uow:
        offer = await uow.offers.get(OfferId(name))
    assert offer is not None
    return offer


@given(first=offers, second=offers)
@settings(max_examples=40, suppress_health_check=list(HealthCheck), deadline=None)
async def test_every_field_comes_back_as_it_was_saved(
    new_store: NewStore, first: Offer, second: Offer
) -> None:
    later = replace(second, id=first.id, version=1)
    async with new_store() as store:
        await save(store, first)
        assert await load(store, first.id) == replace(first, version=1)
        await save(store, later)
        assert await load(store, first.id) == replace(later, version=2)


async def test_an_unknown_offer_is_none(store: AnyStore) -> None:
    async with store.begin() as uow:
        assert await uow.offers.get(OfferId("nothing000")) is None
        assert await uow.offers.draft_in(STUDIO, SELLER) is None
        assert await uow.offers.standing_as(EventId("$nothing")) is None


async def test_the_same_new_offer_cannot_be_added_twice(store: AnyStore) -> None:
    await save(store, draft())
    with pytest.raises(ConcurrentUpdate):
        await save(store, draft())


async def test_a_save_from_an_old_version_is_a_conflict_and_changes_nothing(
    store: AnyStore,
) -> None:
    await save(store, draft())
    loaded = await load(store)
    await save(store, loaded.with_price(FIVE))
    with pytest.raises(ConcurrentUpdate):
        await save(store, loaded.with_text("too late"))
    assert await load(store) == replace(loaded.with_price(FIVE), version=2)


async def test_a_loaded_offer_that_is_gone_meanwhile_is_not_added_again(store: AnyStore) -> None:
    with pytest.raises(ConcurrentUpdate):
        await save(store, replace(draft(), version=3))
    async with store.begin() as uow:
        assert await uow.offers.get(draft().id) is None


async def test_a_unit_of_work_may_save_what_it_loaded_several_times(store: AnyStore) -> None:
    await save(store, draft())
    async with store.begin() as uow:
        loaded = await uow.offers.get(draft().id)
        assert loaded is not None
        await uow.offers.save(loaded.with_price(FIVE))
        await uow.offers.save(loaded.with_price(FIVE).with_text("Twice"))
        seen = await uow.offers.get(draft().id)
        assert seen is not None
        await uow.offers.save(seen.with_text("Thrice"))
    saved = await load(store)
    assert (saved.version, saved.price, saved.text) == (2, FIVE, "Thrice")


async def test_a_new_offer_may_be_saved_again_in_its_first_unit_of_work(store: AnyStore) -> None:
    await save(store, draft(), draft().with_text("Again"))
    assert await load(store) == replace(draft().with_text("Again"), version=1)


async def test_what_raises_is_forgotten(store: AnyStore) -> None:
    await save(store, draft())
    loaded = await load(store)
    with pytest.raises(Mishap):
        await mishap_after(store, lambda uow: uow.offers.save(loaded.with_price(FIVE)))
    assert await load(store) == replace(draft(), version=1)


async def test_the_newest_draft_of_the_seller_in_that_room_is_found(store: AnyStore) -> None:
    newest = replace(draft("offer00002"), created_at=NOON + timedelta(minutes=1))
    later_but_gone = replace(
        draft("offer00003"), created_at=NOON + timedelta(hours=1), state=OfferState.DISCARDED
    )
    elsewhere = replace(
        draft("offer00004"), compose_room=ROOM, created_at=NOON + timedelta(hours=1)
    )
    others = replace(
        draft("offer00005"), seller=UserId("@other:test"), created_at=NOON + timedelta(hours=1)
    )
    await save(store, newest, draft(), later_but_gone, elsewhere, others)
    async with store.begin() as uow:
        found = await uow.offers.draft_in(STUDIO, SELLER)
    assert found == replace(newest, version=1)


@pytest.mark.parametrize("event", ["$placeholder", "$teaser"])
async def test_an_offer_is_found_by_the_events_that_stand_for_it(
    store: AnyStore, event: str
) -> None:
    listed = (
        Listing(STUDIO),
        Listing(ROOM, EventId("$placeholder"), EventId("$teaser")),
    )
    await save(store, draft("offer00002"), replace(draft(), listings=listed))
    async with store.begin() as uow:
        found = await uow.offers.standing_as(EventId(event))
    assert found is not None
    assert found.id == draft().id


@given(offer=offers)
@settings(max_examples=20, suppress_health_check=list(HealthCheck), deadline=None)
async def test_a_ciphertext_is_held_as_long_as_its_key_is_kept(
    new_store: NewStore, offer: Offer
) -> None:
    blobs = {a.encrypted.blob for a in offer.attachments if a.encrypted}
    async with new_store() as store:
        await save(store, offer)
        async with store.begin() as uow:
            held = [await uow.offers.holds(blob) for blob in blobs]
        forgotten = replace(offer, state=OfferState.DISCARDED, version=1).without_keys()
        await save(store, forgotten)
        async with store.begin() as uow:
            lost = [await uow.offers.holds(blob) for blob in blobs]
            assert not await uow.offers.holds(BlobId("nothing"))
    assert all(held)
    assert not any(lost)
