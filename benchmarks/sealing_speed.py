"""How fast a file is sealed, beside a bare digest of the same bytes and beside nio's encryption."""

import asyncio
import hashlib
import secrets
from collections.abc import Callable
from pathlib import Path
from statistics import median
from time import perf_counter

from nio.crypto import async_encrypt_attachment

from appservice.storage.durable_file import DurableFile
from appservice.storage.local_blob_store import LocalBlobStore
from benchmarks.figure import Figure, at_least
from benchmarks.sealed_file import seal

_MIB = 1024 * 1024
_SIZE = 256 * _MIB
_ROUNDS = 9


def measure(folder: Path) -> list[Figure]:
    source = folder / "goods"
    with source.open("wb") as file:
        for _ in range(_SIZE // _MIB):
            file.write(secrets.token_bytes(_MIB))
    data = source.read_bytes()
    sealings, digests, writings = [], [], []
    asyncio.run(_one_sealing(source, folder / "blobs"))  # Imports and first pages are not counted.
    for _ in range(_ROUNDS):
        digests.append(_seconds(lambda: hashlib.sha256(data).digest()))
        writings.append(_seconds(lambda: _write_to_disk(data, folder)))
        sealings.append(asyncio.run(_one_sealing(source, folder / "blobs")))
    of_nio = _seconds(lambda: asyncio.run(_encrypt_by_nio(data)))
    source.unlink()
    ours, digest, disk = median(sealings), median(digests), median(writings)
    return [
        Figure(
            "sealing 256 MiB, of hashlib.sha256's speed",
            "at least 0.6 times, or the disk's own",
            f"{digest / ours:.2f} times; the disk alone {digest / disk:.2f}",
            met=digest / ours >= min(0.6, digest / disk),
        ),
        at_least("sealing 256 MiB, of nio's speed", of_nio / ours, 40, " times"),
    ]


async def _one_sealing(source: Path, folder: Path) -> float:
    store = await LocalBlobStore.open(folder)
    start = perf_counter()
    blob = await seal(source, store)
    seconds = perf_counter() - start
    await store.delete(blob)
    return seconds


def _write_to_disk(data: bytes, folder: Path) -> None:
    file = DurableFile.create(folder / "written")
    rest = memoryview(data)
    while rest:
        rest = rest[file.fill(rest) :]
        if file.full:
            file.write(file.take_full())
    file.publish(folder / "on-disk")
    (folder / "on-disk").unlink()


async def _encrypt_by_nio(data: bytes) -> None:
    async for _ in async_encrypt_attachment(data):
        pass


def _seconds(work: Callable[[], object]) -> float:
    start = perf_counter()
    work()
    return perf_counter() - start
