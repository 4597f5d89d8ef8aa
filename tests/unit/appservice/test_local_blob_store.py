import asyncio
import errno
import os
import random
import time
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from appservice.storage import durable_file
from appservice.storage.durable_file import BUFFER_BYTES, DurableFile
from appservice.storage.local_blob_store import LocalBlobStore
from bot.errors import OperatorError, TemporaryError
from bot.ids import BlobId

BLOB = BlobId("abcdef0123456789")


def files(folder: Path) -> list[str]:
    return sorted(str(p.relative_to(folder)) for p in folder.rglob("*") if p.is_file())


async def chunks(*several: bytes) -> AsyncIterator[bytes]:
    for chunk in several:
        yield chunk


async def test_a_blob_lies_two_folders_deep_for_its_owner_only(tmp_path: Path) -> None:
    store = await LocalBlobStore.open(tmp_path / "blobs")
    await store.put(BLOB, chunks(b"abc"))
    assert files(tmp_path) == [f"blobs/ab/cd/{BLOB}"]
    assert (tmp_path / "blobs/ab/cd" / BLOB).stat().st_mode & 0o777 == 0o600
    assert (tmp_path / "blobs/ab").stat().st_mode & 0o777 == 0o700


async def test_nothing_stands_under_its_name_before_it_is_whole(tmp_path: Path) -> None:
    store = await LocalBlobStore.open(tmp_path)
    seen: list[list[str]] = []

    async def watched() -> AsyncIterator[bytes]:
        yield b"first"
        seen.append(files(tmp_path))
        yield b"second"

    await store.put(BLOB, watched())
    assert [name.partition("/")[0] for name in seen[0]] == ["partial"]
    assert files(tmp_path) == [f"ab/cd/{BLOB}"]


async def test_a_cancelled_put_leaves_no_file(tmp_path: Path) -> None:
    store = await LocalBlobStore.open(tmp_path)
    begun = asyncio.Event()

    async def endless() -> AsyncIterator[bytes]:
        yield b"first"
        begun.set()
        await asyncio.Event().wait()

    putting = asyncio.create_task(store.put(BLOB, endless()))
    await begun.wait()
    putting.cancel()
    with pytest.raises(asyncio.CancelledError):
        await putting
    assert files(tmp_path) == []


async def test_what_a_crash_left_is_swept_out_and_fresh_work_is_not(tmp_path: Path) -> None:
    await LocalBlobStore.open(tmp_path)
    stale, fresh = tmp_path / "partial" / "stale", tmp_path / "partial" / "fresh"
    stale.touch()
    fresh.touch()
    long_ago = time.time() - 7200
    os.utime(stale, (long_ago, long_ago))
    await LocalBlobStore.open(tmp_path)
    assert files(tmp_path) == ["partial/fresh"]


@pytest.mark.parametrize("failing", ["create", "write", "publish"])
@pytest.mark.parametrize(
    ("number", "kind"),
    [(errno.ENOSPC, TemporaryError), (errno.EDQUOT, TemporaryError), (errno.EIO, OperatorError)],
)
async def test_a_full_disk_is_tried_again_and_a_failing_one_reported(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    number: int,
    kind: type[Exception],
    failing: str,
) -> None:
    def fail(*_: object) -> None:
        raise OSError(number, os.strerror(number))

    store = await LocalBlobStore.open(tmp_path)
    monkeypatch.setattr(DurableFile, failing, fail)
    with pytest.raises(kind):
        await store.put(BLOB, chunks(*[bytes(BUFFER_BYTES)] * 3))
    assert files(tmp_path) == []


@pytest.mark.parametrize("size", [0, 1, BUFFER_BYTES - 1, BUFFER_BYTES, 2 * BUFFER_BYTES + 4097])
@pytest.mark.parametrize("past_the_cache", [True, False])
async def test_any_size_is_kept_on_any_file_system(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, size: int, past_the_cache: bool
) -> None:
    if not past_the_cache:
        monkeypatch.setattr(durable_file, "_PAST_THE_CACHE", 0)
    store = await LocalBlobStore.open(tmp_path)
    data = random.Random(size).randbytes(size)  # noqa: S311 - any bytes will do
    pieces = [data[at : at + 700_001] for at in range(0, size, 700_001)]
    assert await store.put(BLOB, chunks(*pieces)) == size
    assert b"".join([chunk async for chunk in store.read(BLOB)]) == data


async def test_a_disk_that_takes_a_part_at_a_time_gets_every_byte_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = os.write

    def in_parts(descriptor: int, data: bytes) -> int:
        return whole(descriptor, data[: 512 * 1000])

    store = await LocalBlobStore.open(tmp_path)
    data = random.Random(1).randbytes(2 * BUFFER_BYTES + 11)  # noqa: S311 - any bytes will do
    with monkeypatch.context() as patched:
        patched.setattr(os, "write", in_parts)
        await store.put(BLOB, chunks(data))
    assert b"".join([chunk async for chunk in store.read(BLOB)]) == data


async def test_the_streams_own_errors_pass_unchanged(tmp_path: Path) -> None:
    store = await LocalBlobStore.open(tmp_path)

    async def cut() -> AsyncIterator[bytes]:
        yield b"first"
        raise ConnectionResetError("the other side went away")

    with pytest.raises(ConnectionResetError):
        await store.put(BLOB, cut())
    assert files(tmp_path) == []


@pytest.mark.parametrize("blob", ["../../../etc/passwd", "abc/def0123", "", "ABCDEFGH"])
async def test_an_id_cannot_lead_out_of_the_folder(tmp_path: Path, blob: str) -> None:
    store = await LocalBlobStore.open(tmp_path / "blobs")
    with pytest.raises(OperatorError):
        await store.put(BlobId(blob), chunks(b"abc"))
    with pytest.raises(OperatorError):
        await anext(store.read(BlobId(blob)))
    assert files(tmp_path) == []
