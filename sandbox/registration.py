"""The registration file, made by the product's own command, as an admin would make it."""

import asyncio
import sys
from pathlib import Path

from sandbox.app_process import Configuration


async def write_registration(configuration: Configuration) -> Path:
    """Raises RuntimeError with what the command said if it refuses."""
    path = configuration.folder / "registration.yaml"
    command = (sys.executable, "-m", "appservice", "registration")
    process = await asyncio.create_subprocess_exec(
        *command,
        *("--config", str(configuration.file), "--output", str(path)),
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )
    said, _ = await process.communicate()
    if process.returncode != 0:
        raise RuntimeError(f"matrix-ppv registration: {said.decode(errors='replace')}")
    return path
