"""The same file in several offers, as the store finds it: in memory and in SQLite alike."""

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.crypto.envelope import WrappedKey
from bot.domain.offers.attachment import Attachment, EncryptedBlob, MediaInfo, MediaKind
from bot.domain.offers.duplicate_file import DuplicateFile
from bot.domain.offers.offer import Offer, OfferState
from bot.ids import AttachmentId, BlobId, KekId, OfferId, UserId
from tests.contract.conftest import AnyStore
from tests.support.factories import BUYER, NOON, draft, paid, purchase

FILE, OTHER = bytes(32), bytes([1]) * 32


def attachment(name: str, fingerprint: bytes | None, *, for_money: bool = True) -> Attachment:
    key = WrappedKey(KekId("first"), bytes(12), bytes(64))
    return Attachment(
        id=AttachmentId(f"id of {name}"),
        name=name,
        kind=MediaKind.IMAGE,
        info=MediaInfo(),
        source=None,
        sent_at=NOON,
        paid=for_money,
        encrypted=EncryptedBlob(BlobId(f"blob of {name}"), bytes(32), 5, key, fingerprint),
    )


def offer(
    name: str, *files: Attachment, state: OfferState = OfferState.OPEN, hours: int = 0
) -> Offer:
    return replace(
        draft(name), attachments=files, state=state, created_at=NOON + timedelta(hours=hours)
    )


MINE = offer(
    "offer00001",
    attachment("sunset.png", FILE),
    attachment("dawn.png", OTHER),
    attachment("old.png", None),
    state=OfferState.DRAFT,
)


async def keep(store: AnyStore, *offers: Offer) -> None:
    async with store.begin() as uow:
        for each in offers:
            await uow.offers.save(each)


async def test_the_sellers_own_open_offers_of_the_same_file_are_found(store: AnyStore) -> None:
    first = offer("offer00002", attachment("evening.png", FILE), attachment("x.png", None))
    second = offer("offer00003", attachment("later.png", FILE), hours=1)
    await keep(store, MINE, second, first)
    async with store.begin() as uow:
        found = await uow.offers.on_sale_already(MINE.id)
        assert await uow.offers.on_sale_already(OfferId("nothing000")) == ()
    sunset = AttachmentId("id of sunset.png")
    assert found == (
        DuplicateFile(sunset, first.id, "evening.png"),
        DuplicateFile(sunset, second.id, "later.png"),
    )


async def test_what_is_not_on_sale_not_theirs_or_free_is_not_found(store: AnyStore) -> None:
    file = attachment("evening.png", FILE)
    closed = [
        offer(f"closed000{number}", file, state=state)
        for number, state in enumerate(OfferState)
        if state is not OfferState.OPEN
    ]
    somebodys = replace(offer("offer00002", file), seller=UserId("@other:test"))
    free = offer("offer00003", attachment("free.png", FILE, for_money=False))
    await keep(store, MINE, *closed, somebodys, free)
    async with store.begin() as uow:
        assert await uow.offers.on_sale_already(MINE.id) == ()


@pytest.mark.parametrize("how", ["paid", "given", "neither", "somebody else's"])
async def test_what_a_buyer_had_of_the_same_files_is_found(store: AnyStore, how: str) -> None:
    other = offer("offer00002", attachment("evening.png", FILE), state=OfferState.WITHDRAWN)
    other = replace(other, seller=UserId("@other:test"))
    bought = purchase("p1", offer=other.id)
    match how:
        case "paid":
            bought = paid(bought, "pi_1")
        case "given":
            bought = replace(bought, gifted_at=NOON)
        case "somebody else's":
            bought = replace(paid(bought, "pi_1"), buyer=UserId("@carol:test"))
    await keep(store, MINE, other)
    async with store.begin() as uow:
        await uow.purchases.save(bought)
    async with store.begin() as uow:
        found = await uow.purchases.had_already(MINE.id, BUYER)
    had = (DuplicateFile(AttachmentId("id of sunset.png"), other.id, "evening.png"),)
    assert found == (had if how in {"paid", "given"} else ())
