"""Files that come in parts, as the store keeps them: in memory and in SQLite alike."""

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.crypto.envelope import WrappedKey
from bot.domain.offers.attachment import MediaInfo
from bot.domain.offers.upload import Upload, UploadPart
from bot.errors import ConcurrentUpdate
from bot.ids import AttachmentId, BlobId, KekId, OfferId
from tests.contract.conftest import AnyStore
from tests.support.factories import NOON, SELLER, draft

LATER = NOON + timedelta(hours=1)
FIRST, SECOND = UploadPart(0, 700, BlobId("first")), UploadPart(700, 300, BlobId("second"))


def upload(name: str = "upload1", *, offer: str = "offer00001") -> Upload:
    return Upload(
        id=AttachmentId(name),
        offer=OfferId(offer),
        seller=SELLER,
        name="film.webm",
        size=1000,
        info=MediaInfo(
            mimetype="video/webm",
            size=1000,
            width=640,
            duration_ms=2000,
            voice=True,
            waveform=(0, 1024),
        ),
        key=WrappedKey(KekId("old"), b"n" * 12, b"w" * 64),
        last_activity_at=NOON,
    )


@pytest.fixture(autouse=True)
async def drafts(store: AnyStore) -> None:
    async with store.begin() as uow:
        for name in ("offer00001", "offer00002"):
            await uow.offers.save(draft(name))


async def test_it_is_there_with_all_its_parts(store: AnyStore) -> None:
    async with store.begin() as uow:
        await uow.uploads.add(upload())
        assert await uow.uploads.get(AttachmentId("upload1")) == upload()
        await uow.uploads.grow(AttachmentId("upload1"), FIRST, LATER)
        await uow.uploads.grow(AttachmentId("upload1"), SECOND, LATER)
        await uow.uploads.illustrate(AttachmentId("upload1"), BlobId("poster"))
    expected = replace(
        upload(), parts=(FIRST, SECOND), last_activity_at=LATER, poster=BlobId("poster")
    )
    async with store.begin() as uow:
        found = await uow.uploads.get(AttachmentId("upload1"))
        assert found == expected
        assert (found.offset, found.is_complete) == (1000, True)
        for blob in expected.blobs:
            assert await uow.uploads.holds(blob)
        assert not await uow.uploads.holds(BlobId("another"))


async def test_one_with_parts_can_be_added_whole(store: AnyStore) -> None:
    known = replace(upload(), parts=(FIRST,), poster=BlobId("poster"))
    async with store.begin() as uow:
        await uow.uploads.add(known)
        assert await uow.uploads.get(known.id) == known
        await uow.uploads.grow(known.id, SECOND, LATER)


async def test_it_begins_once(store: AnyStore) -> None:
    async with store.begin() as uow:
        await uow.uploads.add(upload())
    with pytest.raises(ConcurrentUpdate):
        async with store.begin() as uow:
            await uow.uploads.add(upload())


@pytest.mark.parametrize(
    "part", [FIRST, UploadPart(600, 1, BlobId("b")), UploadPart(701, 1, BlobId("b"))]
)
async def test_it_grows_at_its_end_alone(store: AnyStore, part: UploadPart) -> None:
    async with store.begin() as uow:
        await uow.uploads.add(replace(upload(), parts=(FIRST,)))
    with pytest.raises(ConcurrentUpdate):
        async with store.begin() as uow:
            await uow.uploads.grow(AttachmentId("upload1"), part, LATER)


async def test_what_is_removed_does_not_grow(store: AnyStore) -> None:
    async with store.begin() as uow:
        await uow.uploads.add(replace(upload(), parts=(FIRST,), poster=BlobId("poster")))
    async with store.begin() as uow:
        await uow.uploads.remove(AttachmentId("upload1"))
        await uow.uploads.remove(AttachmentId("upload1"))
        assert await uow.uploads.get(AttachmentId("upload1")) is None
        assert not await uow.uploads.holds(BlobId("first"))
        assert not await uow.uploads.holds(BlobId("poster"))
    with pytest.raises(ConcurrentUpdate):
        async with store.begin() as uow:
            await uow.uploads.grow(AttachmentId("upload1"), SECOND, LATER)


async def test_those_of_one_offer_are_found(store: AnyStore) -> None:
    async with store.begin() as uow:
        for each in (upload("b"), upload("a"), upload("c", offer="offer00002")):
            await uow.uploads.add(each)
        assert [each.id for each in await uow.uploads.of(OfferId("offer00001"))] == ["a", "b"]
        assert await uow.uploads.of(OfferId("offer00003")) == ()


async def test_they_count_as_taken_room_and_their_keys_as_in_use(store: AnyStore) -> None:
    async with store.begin() as uow:
        await uow.uploads.add(replace(upload("a"), parts=(FIRST,)))
        await uow.uploads.add(upload("b", offer="offer00002"))
        assert await uow.usage.bytes_of(SELLER) == 2000
        assert await uow.offers.kek_usage() == {KekId("old"): 2}
