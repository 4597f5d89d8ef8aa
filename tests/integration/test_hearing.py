"""The bot hears all that is said, whatever happens to the homeserver and to the way between them."""

import os
import signal
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from sandbox.clients import MatrixUser
from sandbox.environment import Environment, open_environment

PATIENCE = 90.0


@pytest.fixture(params=["preferred", "off"])
async def town(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Environment]:
    changes = {
        "encryption": {"direct_rooms": request.param},
        "limits": {"commands_per_minute": 60},
    }
    async with open_environment(tmp_path, sellers=(), changes=changes) as town:
        yield town


async def say_and_lose(town: Environment, person: MatrixUser, room: str, number: int) -> None:
    """Said while the appservice hangs; then the homeserver dies with all of it in its queue."""
    os.kill(town.product.pid, signal.SIGSTOP)
    try:
        for _ in range(number):
            await person.say(room, "!ppv library")
        town.synapse.kill()
        await town.synapse.restart()
    finally:
        os.kill(town.product.pid, signal.SIGCONT)


async def test_none_of_50_events_is_lost_with_a_homeserver_that_dies(town: Environment) -> None:
    ann = await town.cast.register("ann")
    chat = await ann.open_direct_room(town.bot)
    await ann.wait_for(lambda event: event.body.startswith("Hello!"), room_id=chat, seconds=30)
    mark = ann.mark()
    await say_and_lose(town, ann, chat, 50)

    def answers() -> int:
        heard = ann.heard(chat, after=mark)
        return sum(event.sender == town.bot and "bought" in event.body for event in heard)

    await ann.wait_for(lambda _: answers() == 50, room_id=chat, after=mark, seconds=PATIENCE)


async def test_an_invitation_that_was_lost_is_accepted_all_the_same(town: Environment) -> None:
    ann = await town.cast.register("ann")
    first = await ann.open_direct_room(town.bot)
    await ann.wait_for(lambda event: event.body.startswith("Hello!"), room_id=first, seconds=30)
    os.kill(town.product.pid, signal.SIGSTOP)
    try:
        await ann.say(first, "help")
        room = await ann.create_room("The room", invite=[town.bot])
        town.synapse.kill()
        await town.synapse.restart()
    finally:
        os.kill(town.product.pid, signal.SIGCONT)
    await ann.wait_for_member(room, town.bot, seconds=PATIENCE)
