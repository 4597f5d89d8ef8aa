"""The process that decodes pictures: started with the first one, ended when it idles, replaced when it fails."""

import asyncio
import logging
import sys
from contextlib import suppress
from pathlib import Path

_SCRIPT = Path(__file__).with_name("decoder.py")
_WALL_SECONDS = 40.0
"""More than a picture's seconds of CPU, because the machine may be busy."""
_IDLE_SECONDS = 60.0
_LARGEST_ANSWER_BYTES = 16 * 1024 * 1024
_PARTS = 3

_LOG = logging.getLogger(__name__)


class DecoderFailed(Exception):
    """It crashed, was ended by a limit, or did not answer in time."""


class DecoderProcess:
    """One process, and one picture at a time: what several need at once is never more than one needs."""

    def __init__(self, script: Path = _SCRIPT, wall_seconds: float = _WALL_SECONDS) -> None:
        self._script = script
        self._wall_seconds = wall_seconds
        self._turn = asyncio.Lock()
        self._process: asyncio.subprocess.Process | None = None
        self._idle: asyncio.TimerHandle | None = None

    @property
    def pid(self) -> int | None:
        return self._process.pid if self._process else None

    async def decode(self, file: bytes) -> list[bytes]:
        """Return what it says of a picture: facts, and two parts unless they tell of a problem.

        Raises DecoderFailed.
        """
        async with self._turn:
            if self._idle is not None:
                self._idle.cancel()
            try:
                async with asyncio.timeout(self._wall_seconds):
                    answer = await self._ask(file)
            except (TimeoutError, OSError, EOFError, ValueError) as error:
                _LOG.warning("a picture could not be decoded", extra={"error": repr(error)})
                await self._end()
                raise DecoderFailed(repr(error)) from error
            except BaseException:
                await self._end()
                raise
            if len(answer) < _PARTS:
                await self._end()  # because a decoder that failed may have left anything behind
            else:
                loop = asyncio.get_running_loop()
                self._idle = loop.call_later(_IDLE_SECONDS, self._kill)
            return answer

    async def close(self) -> None:
        if self._idle is not None:
            self._idle.cancel()
        await self._end()

    async def _ask(self, file: bytes) -> list[bytes]:
        if self._process is None or self._process.returncode is not None:
            await self._end()
            self._process = await asyncio.create_subprocess_exec(
                sys.executable,
                "-I",
                str(self._script),
                stdin=asyncio.subprocess.PIPE,
                stdout=asyncio.subprocess.PIPE,
                stderr=asyncio.subprocess.DEVNULL,
                env={},
            )
        stdin, stdout = self._process.stdin, self._process.stdout
        if stdin is None or stdout is None:
            raise OSError("the decoder has no pipes")
        stdin.write(len(file).to_bytes(4, "big") + file)
        await stdin.drain()
        facts = await _part(stdout)
        if b'"problem"' in facts:
            return [facts]
        return [facts, await _part(stdout), await _part(stdout)]

    def _kill(self) -> None:
        if self._process is not None:
            with suppress(ProcessLookupError):
                self._process.kill()

    async def _end(self) -> None:
        process, self._process = self._process, None
        if process is None:
            return
        with suppress(ProcessLookupError):
            process.kill()
        if process.stdin is not None:
            process.stdin.close()
        # Not only wait(): a pipe that nobody reads to its end is never closed.
        await asyncio.shield(process.communicate())


async def _part(stdout: asyncio.StreamReader) -> bytes:
    size = int.from_bytes(await stdout.readexactly(4), "big")
    if size > _LARGEST_ANSWER_BYTES:
        raise ValueError("the decoder says more than it may")
    return await stdout.readexactly(size)
