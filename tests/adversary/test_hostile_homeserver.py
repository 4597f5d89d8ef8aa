"""The hostile homeserver lies as it says: what the tests of attacks rely on."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from dataclasses import dataclass
from typing import Any

import pytest
import pytest_asyncio

from sandbox.clients import ClientPool, MatrixUser
from sandbox.processes import free_port
from sandbox.synapse import Synapse
from sandbox.synapse.federation import federation_settings
from tests.adversary.hostile_homeserver import HostileHomeserver, open_hostile_homeserver

pytestmark = pytest.mark.asyncio(loop_scope="module")
PATIENCE = 30.0


@dataclass(frozen=True, slots=True)
class Neighbours:
    alice: MatrixUser
    """Of the honest homeserver."""
    mallory: MatrixUser
    evil: HostileHomeserver


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def neighbours(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Neighbours]:
    folder, port = tmp_path_factory.mktemp("neighbours"), free_port()
    async with AsyncExitStack() as stack:
        honest = await stack.enter_async_context(
            Synapse.start(
                folder / "honest",
                port=port,
                settings=federation_settings(folder / "honest", port),
            )
        )
        evil = await stack.enter_async_context(open_hostile_homeserver(folder / "evil"))
        cast = await stack.enter_async_context(ClientPool(honest, folder / "people"))
        yield Neighbours(await cast.register("alice"), await evil.introduce("mallory"), evil)


async def state_of(person: MatrixUser, room: str) -> list[dict[str, Any]]:
    answer: Any = await person.session.request("GET", "rooms", room, "state")
    return list(answer)


async def test_it_forges_who_invites(neighbours: Neighbours) -> None:
    alice, mallory, evil = neighbours.alice, neighbours.mallory, neighbours.evil
    friend = f"@friend:{alice.user_id.partition(':')[2]}"
    room = await evil.create_room(mallory)
    evil.forge_inviter(room, friend, alice.user_id)
    await mallory.invite(room, alice.user_id)
    assert await alice.wait_for_invite(friend, seconds=PATIENCE) == room


async def test_it_sends_what_an_honest_homeserver_refuses(neighbours: Neighbours) -> None:
    alice, mallory, evil = neighbours.alice, neighbours.mallory, neighbours.evil
    room = await evil.create_room(mallory, preset="public_chat", invite=[alice.user_id])
    await alice.wait_for_invite(mallory.user_id, seconds=PATIENCE)
    await alice.join(room)
    await mallory.wait_for_member(room, alice.user_id, seconds=PATIENCE)
    evil.add_unsigned(room, {"age": 7, "prev_content": {"forged": True}})
    event = await evil.send(mallory, room, "m.room.message", {"msgtype": {}, "body": []})
    heard = await alice.wait_for(lambda each: each.event_id == event, seconds=PATIENCE)
    assert heard.content == {"msgtype": {}, "body": []}
    raw = await alice.session.request("GET", "rooms", room, "event", event)
    assert "prev_content" not in raw["unsigned"], "an honest homeserver keeps nothing but the age"


async def test_it_hides_state_and_holds_joins(neighbours: Neighbours) -> None:
    alice, mallory, evil = neighbours.alice, neighbours.mallory, neighbours.evil
    name = {"type": "m.room.name", "state_key": "", "content": {"name": "Hidden"}}
    room = await evil.create_room(mallory, state=[name], invite=[alice.user_id])
    evil.hide_state(room, ("m.room.name", ""))
    evil.hold_joins(room)
    coming = asyncio.create_task(alice.join(room))
    with pytest.raises(TimeoutError):
        await asyncio.wait_for(asyncio.shield(coming), 2)
    evil.release_joins(room)
    await coming
    types = {event["type"] for event in await state_of(alice, room)}
    assert "m.room.create" in types
    assert "m.room.name" not in types
