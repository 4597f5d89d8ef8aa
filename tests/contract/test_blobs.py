"""Blob stores: in memory and in a folder alike."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from appservice.storage.local_blob_store import LocalBlobStore
from bot.errors import OperatorError
from bot.ids import BlobId
from bot.ports import BlobStore
from tests.support.memory.memory_blobs import MemoryBlobStore

BLOB = BlobId("0123456789abcdef")
OTHER = BlobId("0123456789abcdee")


@pytest.fixture(params=["memory", "local"])
async def blobs(request: pytest.FixtureRequest, tmp_path: Path) -> BlobStore:
    if request.param == "memory":
        return MemoryBlobStore()
    return await LocalBlobStore.open(tmp_path / "blobs")


class CutOff(Exception):
    """The stream ends too early."""


async def stream(*chunks: bytes, fault: Exception | None = None) -> AsyncIterator[bytes]:
    for chunk in chunks:
        yield chunk
    if fault:
        raise fault


async def content(blobs: BlobStore, blob: BlobId) -> bytes:
    return b"".join([chunk async for chunk in blobs.read(blob)])


@pytest.mark.parametrize("chunks", [(), (b"",), (b"a",), (b"abc", b"", b"de"), (b"x" * 3_000_001,)])
async def test_what_was_put_is_read(blobs: BlobStore, chunks: tuple[bytes, ...]) -> None:
    whole = b"".join(chunks)
    assert await blobs.put(BLOB, stream(*chunks)) == len(whole)
    assert await content(blobs, BLOB) == whole


@pytest.mark.parametrize("start", [0, 1, 16, 2_999_999, 3_000_000, 3_000_005])
async def test_it_is_read_from_any_byte_on(blobs: BlobStore, start: int) -> None:
    whole = bytes(range(250)) * 12_000
    await blobs.put(BLOB, stream(whole))
    assert b"".join([chunk async for chunk in blobs.read(BLOB, start)]) == whole[start:]


async def test_a_blob_can_be_read_twice_at_once(blobs: BlobStore) -> None:
    await blobs.put(BLOB, stream(b"abc"))
    first, second = blobs.read(BLOB), blobs.read(BLOB)
    assert [await anext(first), await anext(second)] == [b"abc", b"abc"]


async def test_a_second_put_replaces_the_first(blobs: BlobStore) -> None:
    await blobs.put(BLOB, stream(b"a long one"))
    await blobs.put(BLOB, stream(b"short"))
    assert await content(blobs, BLOB) == b"short"


async def test_a_put_that_is_cut_off_leaves_nothing(blobs: BlobStore) -> None:
    with pytest.raises(CutOff):
        await blobs.put(BLOB, stream(b"half of", fault=CutOff()))
    with pytest.raises(OperatorError):
        await content(blobs, BLOB)


async def test_a_put_that_is_cut_off_leaves_what_was_there(blobs: BlobStore) -> None:
    await blobs.put(BLOB, stream(b"whole"))
    with pytest.raises(CutOff):
        await blobs.put(BLOB, stream(b"half of", fault=CutOff()))
    assert await content(blobs, BLOB) == b"whole"


async def test_a_blob_that_is_not_there_is_a_fault(blobs: BlobStore) -> None:
    with pytest.raises(OperatorError):
        await content(blobs, BLOB)


async def test_a_deleted_blob_is_gone_and_others_stay(blobs: BlobStore) -> None:
    await blobs.put(BLOB, stream(b"one"))
    await blobs.put(OTHER, stream(b"two"))
    await blobs.delete(BLOB)
    with pytest.raises(OperatorError):
        await content(blobs, BLOB)
    assert await content(blobs, OTHER) == b"two"


async def test_deleting_twice_is_the_same_as_once(blobs: BlobStore) -> None:
    await blobs.put(BLOB, stream(b"one"))
    await blobs.delete(BLOB)
    await blobs.delete(BLOB)
    with pytest.raises(OperatorError):
        await content(blobs, BLOB)


async def test_blobs_are_told_by_their_age(blobs: BlobStore) -> None:
    before = datetime.now(UTC) - timedelta(minutes=1)
    await blobs.put(BLOB, stream(b"one"))
    await blobs.put(OTHER, stream(b"two"))
    assert [each async for each in blobs.put_before(before)] == []
    after = datetime.now(UTC) + timedelta(minutes=1)
    assert sorted([each async for each in blobs.put_before(after)]) == [OTHER, BLOB]
