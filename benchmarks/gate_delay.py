"""What the gate costs those who sell nothing: the same messages to a homeserver with it and to one without, in turn."""

import asyncio
import time
from pathlib import Path
from statistics import median
from typing import Any

from benchmarks.figure import Figure, at_most
from sandbox.clients import ClientPool, MatrixUser
from sandbox.gate import GATE_SECRET
from sandbox.synapse import Synapse

_ROUNDS = 300
_WORDS: dict[str, Any] = {"msgtype": "m.text", "body": "Good morning!"}
_PICTURE: dict[str, Any] = {"msgtype": "m.image", "body": "a.png", "url": "mxc://ppv.localhost/a"}


def measure(folder: Path) -> list[Figure]:
    return asyncio.run(_measure(folder))


async def _measure(folder: Path) -> list[Figure]:
    config = {
        "appservice": "http://127.0.0.1:9",
        "bot": "@ppvbot:ppv.localhost",
        "secret": GATE_SECRET,
        "encrypted": True,
    }
    modules = [{"module": "matrix_ppv_gate.gate.Gate", "config": config}]
    async with (
        Synapse.start(folder / "gated", settings={"modules": modules}) as gated,
        Synapse.start(folder / "plain") as plain,
        ClientPool(gated, folder / "gated_people") as gated_cast,
        ClientPool(plain, folder / "plain_people") as plain_cast,
    ):
        talkers = [await _talker(cast) for cast in (gated_cast, plain_cast)]
        return [
            at_most(
                f"{what} past the gate, to sending it without (p50)",
                await _ratio(talkers, content),
                1.05,
                " of it",
            )
            for what, content in (("sending words", _WORDS), ("sending a picture", _PICTURE))
        ]


async def _talker(cast: ClientPool) -> tuple[MatrixUser, str]:
    person = await cast.register("sally")
    return person, await person.create_room("Room", public=True)


async def _ratio(talkers: list[tuple[MatrixUser, str]], content: dict[str, Any]) -> float:
    waits: list[list[float]] = [[], []]
    for number in range(_ROUNDS):
        for each in (0, 1) if number % 2 else (1, 0):
            person, room = talkers[each]
            begun = time.perf_counter()
            await person.send(room, "m.room.message", content)
            waits[each].append(time.perf_counter() - begun)
    return median(waits[0]) / median(waits[1])
