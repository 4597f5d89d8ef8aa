"""Whether there is room left where ciphertexts are stored."""

import asyncio
import shutil
from pathlib import Path


async def free_bytes(folder: Path) -> int:
    """On the file system of a folder that exists. Raises OSError."""
    return (await asyncio.to_thread(shutil.disk_usage, folder)).free


async def want_of_room(folder: Path, least: int) -> str | None:
    """In words for admins, if fewer than `least` bytes are left; the words do not change from look to look."""
    try:
        left = await free_bytes(folder)
    except OSError as error:
        return f"The folder for files, {folder}, is out of reach: {error.strerror}."
    if left >= least:
        return None
    return (
        f"The disk is nearly full: less than {least // 1_000_000:,} MB are left in {folder}. When nothing is left,"
        " nothing new can be sold; what is sold already is still delivered."
    )
