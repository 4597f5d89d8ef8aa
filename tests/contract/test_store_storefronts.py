"""Sellers' pages for everybody, as the store keeps them: in memory and in SQLite alike."""

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.domain.offers.listing import Listing
from bot.domain.offers.offer import OfferState
from bot.domain.offers.offer_hit import OfferHit
from bot.domain.offers.seller_storefront import Storefront
from bot.errors import OperatorError
from bot.ids import EventId, OfferId, RoomId, UserId
from tests.contract.conftest import AnyStore
from tests.support.factories import NOON, SELLER, draft

FRONT = Storefront(seller=SELLER, name="harbour", about="At night.", open=True)
OTHER = UserId("@other:test")
SHOWN = replace(
    draft(),
    state=OfferState.OPEN,
    in_storefront=True,
    text="Sunset",
    listings=(Listing(RoomId("!room:test"), EventId("$placeholder")),),
)


async def test_a_page_is_found_by_its_seller_and_by_its_name(store: AnyStore) -> None:
    async with store.begin() as uow:
        assert await uow.storefronts.of(SELLER) is None
        await uow.storefronts.save(FRONT)
    async with store.begin() as uow:
        assert await uow.storefronts.of(SELLER) == FRONT
        assert await uow.storefronts.named("harbour") == FRONT
        assert await uow.storefronts.named("elsewhere") is None
        assert await uow.storefronts.of(OTHER) is None
    renamed = replace(FRONT, name="pier", open=False)
    async with store.begin() as uow:
        await uow.storefronts.save(renamed)
    async with store.begin() as uow:
        assert await uow.storefronts.named("harbour") is None
        assert await uow.storefronts.of(SELLER) == renamed


async def test_no_two_have_one_name(store: AnyStore) -> None:
    async with store.begin() as uow:
        await uow.storefronts.save(FRONT)
    with pytest.raises(OperatorError):
        async with store.begin() as uow:
            await uow.storefronts.save(replace(FRONT, seller=OTHER))
    async with store.begin() as uow:
        assert await uow.storefronts.of(OTHER) is None


async def test_what_stands_on_it_is_found_the_newest_first(store: AnyStore) -> None:
    newer = replace(
        SHOWN, id=OfferId("offer00002"), created_at=NOON + timedelta(hours=1), text="Dawn"
    )
    hidden = replace(SHOWN, id=OfferId("offer00003"), in_storefront=False)
    unposted = replace(SHOWN, id=OfferId("offer00004"), listings=(Listing(RoomId("!room:test")),))
    theirs = replace(SHOWN, id=OfferId("offer00005"), seller=OTHER)
    closed = [
        replace(SHOWN, id=OfferId(f"closed000{number}"), state=state)
        for number, state in enumerate(OfferState)
        if state is not OfferState.OPEN
    ]
    async with store.begin() as uow:
        for offer in (SHOWN, newer, hidden, unposted, theirs, *closed):
            await uow.offers.save(offer)
    async with store.begin() as uow:
        found = await uow.offers.shown_by(SELLER)
    assert found == (OfferHit(newer.id, "Dawn"), OfferHit(SHOWN.id, "Sunset"))
