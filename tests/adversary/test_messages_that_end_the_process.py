"""Somebody wants the process to end, now and at every start, by one message: on real Synapses.

Clients of a homeserver may say anything in an encrypted message; another homeserver may in clear ones too.
"""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from sandbox.clients import MatrixUser
from sandbox.environment import Environment, open_environment
from tests.adversary.any_input import listed, nested
from tests.adversary.hostile_homeserver import open_two_towns

PATIENCE = 90.0

READ_BY_SYNAPSE = 100
"""Levels; it refuses an event that is nested deeper than 128, but does not see into a ciphertext."""


def poison(levels: int) -> tuple[dict[str, Any], ...]:
    return (
        {"msgtype": {}, "body": "x"},
        {"msgtype": [], "body": "x"},
        {"msgtype": {"m.image": {}}, "url": []},
        {"msgtype": "m.text", "body": {}, "m.relates_to": []},
        {"msgtype": "m.text", "body": "!ppv help", "deep": nested(levels)},
        {"msgtype": "m.text", "body": "!ppv help", "deep": listed(levels)},
        {
            "msgtype": "m.image",
            "body": [],
            "file": {"key": [], "hashes": 5},
            "info": nested(levels),
        },
        {"msgtype": "m.text", "body": "x", "m.new_content": [], "m.relates_to": {"rel_type": {}}},
        {"io.github.matrix_ppv.gate": {"name": {}}, "io.github.matrix_ppv.price": nested(levels)},
    )


@pytest.fixture
async def town(tmp_path: Path) -> AsyncIterator[Environment]:
    async with open_environment(tmp_path, sellers=()) as town:
        yield town


async def is_answered(person: MatrixUser, room: str, bot: str) -> None:
    mark = person.mark()
    await person.say(room, "!ppv help")
    await person.wait_for(
        lambda event: event.sender == bot and "Get it again" in event.body,
        room_id=room,
        after=mark,
        seconds=PATIENCE,
    )


@pytest.mark.timeout(600)
async def test_encrypted_ones_of_a_local_user(town: Environment) -> None:
    pid = town.product.pid
    mallory = await town.cast.register("mallory")
    chat = await mallory.open_direct_room(town.bot, encrypted=True)
    await mallory.wait_for(
        lambda event: event.body.startswith("Hello!"), room_id=chat, seconds=PATIENCE
    )
    for content in poison(300):
        # Relations stand outside of the ciphertext, where the homeserver looks at them.
        inside = {key: value for key, value in content.items() if key != "m.relates_to"}
        await mallory.send(chat, "m.room.message", inside)
    await is_answered(mallory, chat, town.bot)
    assert town.product.pid == pid
    await town.product.restart()
    await is_answered(mallory, chat, town.bot)
    assert town.product.alive


@pytest.mark.timeout(600)
async def test_clear_ones_of_another_homeserver(tmp_path: Path) -> None:
    async with open_two_towns(tmp_path) as towns:
        pid = towns.here.product.pid
        mallory = await towns.evil.introduce("mallory")
        room = await towns.evil.create_room(mallory, preset="public_chat")
        await mallory.invite(room, towns.here.bot)
        await mallory.wait_for_member(room, towns.here.bot, seconds=PATIENCE)
        for content in poison(READ_BY_SYNAPSE):
            await towns.evil.send(mallory, room, "m.room.message", content)
            await towns.evil.send(mallory, room, "m.reaction", content)
        await is_answered(mallory, room, towns.here.bot)
        assert towns.here.product.pid == pid
        await towns.here.product.restart()
        await is_answered(mallory, room, towns.here.bot)
        assert towns.here.product.alive
