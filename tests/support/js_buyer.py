"""A buyer on matrix-js-sdk, in a Node process: an opinion on our messages that shares no code
with matrix-nio."""

import asyncio
import json
import os
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any, Literal

from sandbox.synapse import Account

_NODE_PROJECT = Path(__file__).parents[1] / "clients" / "node"
_START_SECONDS = 30.0

Line = dict[str, Any]


class JsBuyer:
    """Made by `online`; accepts every invitation. `lines` is what it has printed so far."""

    def __init__(self, process: asyncio.subprocess.Process):
        self.lines: list[Line] = []
        self._process = process
        self._changed = asyncio.Condition()
        self._ended = False

    @classmethod
    @asynccontextmanager
    async def online(
        cls, homeserver: str, account: Account, *, mode: Literal["all", "signed"] = "all"
    ) -> AsyncIterator["JsBuyer"]:
        """With `signed` it reads no device that its owner has not cross-signed (MSC4153)."""
        arguments = ["--homeserver", homeserver, "--user", account.user_id, "--mode", mode]
        process = await asyncio.create_subprocess_exec(
            "node",
            "buyer.mjs",
            *arguments,
            cwd=_NODE_PROJECT,
            env={**os.environ, "PPV_PASSWORD": account.password},
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.STDOUT,
        )
        buyer = cls(process)
        reading = asyncio.create_task(buyer._read())
        try:
            await buyer.wait_for(lambda line: line["kind"] == "ready", seconds=_START_SECONDS)
            yield buyer
        finally:
            assert process.stdin is not None
            process.stdin.close()
            await process.wait()
            await reading

    async def wait_for(self, predicate: Callable[[Line], bool], *, seconds: float = 20.0) -> Line:
        """The first line that fits, printed already or later. Raises TimeoutError."""
        try:
            async with asyncio.timeout(seconds), self._changed:
                while True:
                    for line in self.lines:
                        if predicate(line):
                            return line
                    if self._ended:
                        raise RuntimeError(f"the Node buyer has ended; it printed {self.lines}")
                    await self._changed.wait()
        except TimeoutError:
            raise TimeoutError(f"not within {seconds:g} s; it printed {self.lines}") from None

    async def chat_with(self, user_id: str) -> str:
        """The id of a new, encrypted direct room, with `user_id` invited."""
        await self._order({"chat": user_id})
        return str((await self.wait_for(lambda line: line["kind"] == "chat"))["room_id"])

    async def say(self, room_id: str, text: str) -> str:
        """Returns the event id."""
        await self._order({"say": text, "room_id": room_id})
        line = await self.wait_for(lambda line: line["kind"] == "said" and line["text"] == text)
        return str(line["event_id"])

    async def wait_for_words(self, sender: str, words: str, *, seconds: float = 20.0) -> Line:
        """A message of `sender` with these words in it."""
        return await self.wait_for(
            lambda line: line.get("sender") == sender and words in line.get("body", ""),
            seconds=seconds,
        )

    async def _order(self, order: dict[str, str]) -> None:
        assert self._process.stdin is not None
        self._process.stdin.write(json.dumps(order).encode() + b"\n")
        await self._process.stdin.drain()

    async def wait_for_message(self, event_id: str, *, seconds: float = 20.0) -> Line:
        """The message once it can be read."""
        return await self.wait_for(
            lambda line: line.get("event_id") == event_id and "failure" not in line,
            seconds=seconds,
        )

    async def _read(self) -> None:
        assert self._process.stdout is not None
        async for raw in self._process.stdout:
            async with self._changed:
                self.lines.append(_parsed(raw.decode()))
                self._changed.notify_all()
        async with self._changed:
            self._ended = True
            self._changed.notify_all()


def _parsed(raw: str) -> Line:
    """Whatever is not JSON is a complaint of Node's."""
    try:
        line: Line = json.loads(raw)
    except json.JSONDecodeError:
        return {"kind": "complaint", "text": raw.rstrip()}
    return line
