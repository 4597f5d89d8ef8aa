"""Free disk space of the folder of encrypted files."""

import asyncio
import shutil
from pathlib import Path


async def free_bytes(folder: Path) -> int:
    """Return the free bytes of the file system of an existing folder. Raise OSError."""
    return (await asyncio.to_thread(shutil.disk_usage, folder)).free


async def low_disk_message(folder: Path, minimum: int) -> str | None:
    """Return an alert for admins if fewer than `minimum` bytes are free. The text stays the same between checks."""
    try:
        left = await free_bytes(folder)
    except OSError as error:
        return f"The folder for files, {folder}, is out of reach: {error.strerror}."
    if left >= minimum:
        return None
    return (
        f"The disk is nearly full: less than {minimum // 1_000_000:,} MB are left in {folder}. When nothing is left,"
        " nothing new can be sold; what is sold already is still delivered."
    )
