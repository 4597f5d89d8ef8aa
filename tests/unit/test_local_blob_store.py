import asyncio
import errno
import os
import time
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from appservice.storage.durable_file import DurableFile
from appservice.storage.local import LocalBlobStore
from bot.errors import Broken, Transient
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


@pytest.mark.parametrize(
    ("number", "kind"), [(errno.ENOSPC, Transient), (errno.EDQUOT, Transient), (errno.EIO, Broken)]
)
async def test_a_full_disk_is_tried_again_and_a_failing_one_reported(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, number: int, kind: type[Exception]
) -> None:
    def fail(*_: object) -> None:
        raise OSError(number, os.strerror(number))

    store = await LocalBlobStore.open(tmp_path)
    monkeypatch.setattr(DurableFile, "_write", fail)
    with pytest.raises(kind):
        await store.put(BLOB, chunks(b"abc", b"def"))
    assert files(tmp_path) == []


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
    with pytest.raises(Broken):
        await store.put(BlobId(blob), chunks(b"abc"))
    with pytest.raises(Broken):
        await anext(store.read(BlobId(blob)))
    assert files(tmp_path) == []
