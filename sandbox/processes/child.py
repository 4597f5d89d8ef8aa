"""A program in a process of its own: started, awaited, ended by its process id."""

import asyncio
import contextlib
import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import aiohttp

_TETHER = Path(__file__).with_name("parent_death.py")
_STOP_SECONDS = 15.0
_TAIL_LINES = 25


class ChildFailedError(RuntimeError):
    """A program did not come up; the message ends with the tail of its log."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ChildProcess:
    """Belongs to no event loop, so that one process can serve many tests."""

    name: str
    child: subprocess.Popen[bytes]
    log_file: Path

    async def wait_until_answers(self, url: str, *, seconds: float) -> None:
        """Returns once `url` answers 200. Else ends the process and raises ChildFailedError."""
        try:
            async with asyncio.timeout(seconds), aiohttp.ClientSession() as session:
                while not await _answers(session, url):
                    if self.child.poll() is not None:
                        raise self._failed(f"ended with status {self.child.returncode}")
                    await asyncio.sleep(0.02)
        except TimeoutError:
            self.kill()
            raise self._failed(f"did not answer within {seconds:.0f} s") from None
        except BaseException:
            self.kill()
            raise

    async def stop(self) -> None:
        """SIGTERM, and SIGKILL for one that does not listen."""
        self.child.terminate()
        with contextlib.suppress(subprocess.TimeoutExpired):
            await asyncio.to_thread(self.child.wait, _STOP_SECONDS)
        self.kill()

    def kill(self) -> None:
        """SIGKILL; harmless to one that has ended."""
        self.child.kill()
        self.child.wait()
        if self.child.stdin is not None:
            self.child.stdin.close()

    def _failed(self, what: str) -> ChildFailedError:
        lines = self.log_file.read_text(errors="replace").splitlines()[-_TAIL_LINES:]
        tail = "\n".join(f"  {line}" for line in lines)
        return ChildFailedError(f"{self.name} {what}. The end of {self.log_file}:\n{tail}")


def spawn(name: str, module: str, *arguments: str, folder: Path, log_file: Path) -> ChildProcess:
    """Starts a Python module in a process group of its own: Ctrl-C in a terminal is for its parent."""
    # Synapse imports thousands of modules: three seconds faster when their bytecode is kept.
    environment = {k: v for k, v in os.environ.items() if k != "PYTHONDONTWRITEBYTECODE"}
    with log_file.open("ab") as log:
        child = subprocess.Popen(  # noqa: S603 - our own interpreter, our own script
            [sys.executable, "-P", str(_TETHER), module, *arguments],
            cwd=folder,
            env=environment,
            stdin=subprocess.PIPE,
            stdout=log,
            stderr=log,
            start_new_session=True,
        )
    return ChildProcess(name=name, child=child, log_file=log_file)


async def _answers(session: aiohttp.ClientSession, url: str) -> bool:
    try:
        async with session.get(url) as response:
            return response.status == 200
    except aiohttp.ClientError:
        return False
