"""`matrix-ppv doctor`, run as an admin runs it."""

import asyncio
import json
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]


async def doctor(config: Path, *words: str) -> tuple[int, str]:
    command = [sys.executable, "-P", "-m", "appservice", "doctor", "--config", str(config), *words]
    done = await asyncio.to_thread(
        subprocess.run, command, cwd=ROOT, capture_output=True, text=True, timeout=60, check=False
    )
    assert "Traceback" not in done.stderr, done.stderr
    return done.returncode, done.stdout


async def findings(config: Path) -> dict[str, tuple[bool, str]]:
    _, out = await doctor(config, "--json")
    return {each["what"]: (each["well"], each["words"]) for each in json.loads(out)}
