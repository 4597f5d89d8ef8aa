"""How long a member's app shows a flagged file where there is no gate, and how many are shown where there is one."""

import asyncio
import time
from pathlib import Path
from statistics import median, quantiles

from benchmarks.figure import Figure, at_most
from sandbox.clients import MatrixUser
from sandbox.environment import Environment, open_environment
from sandbox.sample_media import photo

_ROUNDS = 25
_CAPTION = "!ppv 5 USD Harbour"


def measure(folder: Path) -> list[Figure]:
    return asyncio.run(_measure(folder))


async def _measure(folder: Path) -> list[Figure]:
    changes = {"encryption": {"direct_rooms": "off"}}
    async with open_environment(folder / "open", sellers=("sally",), changes=changes) as town:
        windows = await _windows(*await _people(town))
    async with open_environment(
        folder / "gated", sellers=("sally",), changes=changes, gate=True
    ) as town:
        shown = await _shown(*await _people(town))
    window = (
        f"{median(windows) * 1000:.0f} ms (p50), {quantiles(windows, n=20)[-1] * 1000:.0f} ms (p95)"
    )
    return [
        Figure("a flagged file is seen, without the gate", "told to the seller", window, met=True),
        at_most(f"files seen of {_ROUNDS}, with the gate", shown, 0, ""),
    ]


async def _people(town: Environment) -> tuple[MatrixUser, MatrixUser, str]:
    sally, eve = await town.cast.register("sally"), await town.cast.register("eve")
    room = await sally.create_room("Room", public=True, invite=[town.bot], powers={town.bot: 50})
    await sally.wait_for_member(room, town.bot, seconds=30)
    await eve.join(room)
    return sally, eve, room


async def _windows(sally: MatrixUser, eve: MatrixUser, room: str) -> list[float]:
    """From the moment that Eve's app has the file to the moment that it learns of the redaction, in seconds."""
    found = []
    for number in range(_ROUNDS):
        sent = await sally.send_file(room, photo(f"{number}.jpg", seed=number), caption=_CAPTION)
        await eve.wait_for_event(sent)
        seen = time.perf_counter()
        await eve.wait_for(lambda event, sent=sent: event.redacts == sent, room_id=room, seconds=30)  # type: ignore[misc]
        found.append(time.perf_counter() - seen)
    return found


async def _shown(sally: MatrixUser, eve: MatrixUser, room: str) -> int:
    for number in range(_ROUNDS):
        await sally.send_file(room, photo(f"{number}.jpg", seed=number), caption=_CAPTION)
    last = await sally.say(room, "That was the last one.")
    await eve.wait_for_event(last)
    return sum("url" in event.content for event in eve.heard(room) if event.sender == sally.user_id)
