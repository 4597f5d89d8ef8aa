"""Commands, run as an admin runs them; above all `matrix-ppv doctor`."""

import asyncio
import json
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[3]


async def command(config: Path, *words: str) -> subprocess.CompletedProcess[str]:
    line = [sys.executable, "-P", "-m", "appservice", *words, "--config", str(config)]
    done = await asyncio.to_thread(
        subprocess.run, line, cwd=ROOT, capture_output=True, text=True, timeout=60, check=False
    )
    assert "Traceback" not in done.stderr, done.stderr
    return done


async def doctor(config: Path, *words: str) -> tuple[int, str]:
    done = await command(config, "doctor", *words)
    return done.returncode, done.stdout


async def findings(config: Path) -> dict[str, tuple[bool, str]]:
    _, out = await doctor(config, "--json")
    return {each["what"]: (each["ok"], each["message"]) for each in json.loads(out)}
