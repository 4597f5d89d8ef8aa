"""How much memory sealing takes, in a process of its own for each file size."""

import asyncio
import subprocess
import sys
from pathlib import Path

from appservice.storage.local_blob_store import LocalBlobStore
from benchmarks.figure import Figure, at_most
from benchmarks.sealed_file import seal

_MIB = 1024 * 1024


def measure(folder: Path) -> list[Figure]:
    small, middle, large = (_rise(folder, size) for size in (64, 256, 1024))
    return [
        at_most("memory rise, sealing 256 MiB", middle, 48, " MiB"),
        at_most("memory rise, sealing 1 GiB", large, 48, " MiB"),
        at_most("rise for 1 GiB over that for 64 MiB", large - small, 8, " MiB"),
    ]


def _rise(folder: Path, mib: int) -> float:
    """MiB by which the peak of resident memory rises."""
    source = folder / f"{mib}MiB"
    with source.open("wb") as file:
        file.truncate(mib * _MIB)
    command = [sys.executable, "-m", "benchmarks.sealing_memory", str(source), str(folder)]
    answer = subprocess.run(command, check=True, capture_output=True, text=True)
    source.unlink()
    return int(answer.stdout) / 1024


async def _seal_once(source: Path, folder: Path) -> None:
    """Prints by how many KiB the peak rose."""
    store = await LocalBlobStore.open(folder / "blobs")
    before = _peak()
    blob = await seal(source, store)
    print(_peak() - before)
    await store.delete(blob)


def _peak() -> int:
    """KiB. From /proc, as getrusage begins with the peak of the process that started this one."""
    status = Path("/proc/self/status").read_text(encoding="ascii")
    return int(status.partition("VmHWM:")[2].split()[0])


if __name__ == "__main__":
    asyncio.run(_seal_once(Path(sys.argv[1]), Path(sys.argv[2])))
