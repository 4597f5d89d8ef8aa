"""Going into real rooms, and opening direct ones."""

import json
from collections.abc import AsyncIterator
from typing import Any
from urllib.parse import urlencode

import pytest

from appservice.matrix.room.room_membership import MatrixRoomMembership
from bot.errors import UserError
from bot.ids import RoomId, UserId, tx_id
from bot.messages import Line
from sandbox.clients import MatrixUser
from sandbox.synapse import Synapse
from tests.support.synapse.matrix_bot import MatrixBot
from tests.support.synapse.synapse_users import Newcomers


@pytest.fixture
async def bot(synapse: Synapse, registration: dict[str, Any]) -> AsyncIterator[MatrixBot]:
    async with MatrixBot.online(synapse, registration) as bot:
        yield bot


async def state(bot: MatrixBot, room: RoomId, type_: str, key: str = "") -> dict[str, Any]:
    return await bot.client.call("GET", f"/_matrix/client/v3/rooms/{room}/state/{type_}/{key}")


async def block_invitations(person: MatrixUser) -> None:
    path = ("user", person.user_id, "account_data", "m.invite_permission_config")
    await person.session.request("PUT", *path, body={"default_action": "block"})


async def test_a_direct_room_is_opened_with_its_guest_invited(
    newcomer: Newcomers, bot: MatrixBot
) -> None:
    bob = await newcomer("bob")
    room = await bot.doors.open_direct(UserId(bob.user_id))
    invitation = await state(bot, room, "m.room.member", bob.user_id)
    assert invitation["membership"] == "invite"
    assert invitation["is_direct"] is True
    create = await state(bot, room, "m.room.create")
    assert "additional_creators" not in create
    assert (await state(bot, room, "m.room.power_levels"))["users"].get(bob.user_id, 0) == 0


async def test_a_direct_room_works_in_both_directions(newcomer: Newcomers, bot: MatrixBot) -> None:
    bob = await newcomer("bob")
    room = await bot.doors.open_direct(UserId(bob.user_id))
    before = await bot.rooms.send(room, Line("Welcome"), tx_id("welcome", room))
    assert await bob.wait_for_direct_room(bot.user_id) == room
    assert (await bob.wait_for_event(before)).body == "Welcome"


async def test_a_direct_room_is_encrypted_from_its_start_if_that_is_wanted(
    newcomer: Newcomers, bot: MatrixBot
) -> None:
    bob = await newcomer("bob")
    room = await MatrixRoomMembership(bot.client, encrypted=True).open_direct(UserId(bob.user_id))
    assert (await state(bot, room, "m.room.encryption"))["algorithm"] == "m.megolm.v1.aes-sha2"


async def test_direct_rooms_are_noted_for_other_clients_of_the_bot(
    newcomer: Newcomers, bot: MatrixBot
) -> None:
    bob, eve = await newcomer("bob"), await newcomer("eve")
    first = await bot.doors.open_direct(UserId(bob.user_id))
    await bot.doors.open_direct(UserId(eve.user_id))
    second = await bot.doors.open_direct(UserId(bob.user_id))
    path = f"/_matrix/client/v3/user/{bot.user_id}/account_data/m.direct"
    assert (await bot.client.call("GET", path))[bob.user_id] == [first, second]


async def test_who_takes_no_invitations_is_told_what_to_do(
    newcomer: Newcomers, bot: MatrixBot
) -> None:
    bob = await newcomer("bob")
    await block_invitations(bob)
    with pytest.raises(UserError, match=f"start a direct chat with {bot.user_id}"):
        await bot.doors.open_direct(UserId(bob.user_id))


async def left_rooms(bot: MatrixBot) -> set[str]:
    """Those that the homeserver still keeps for the bot."""
    wanted = json.dumps({"room": {"include_leave": True, "timeline": {"limit": 0}}})
    answer = await bot.client.call(
        "GET", f"/_matrix/client/v3/sync?timeout=0&{urlencode({'filter': wanted})}"
    )
    return set(answer.get("rooms", {}).get("leave", {}))


async def test_a_room_that_was_made_in_vain_is_left_and_forgotten(
    newcomer: Newcomers, bot: MatrixBot
) -> None:
    bob, eve = await newcomer("bob"), await newcomer("eve")
    other = await bot.doors.open_direct(UserId(eve.user_id))
    await bot.doors.leave(other)
    before = await left_rooms(bot)
    assert other in before, "a room that was only left is still kept"
    await block_invitations(bob)
    with pytest.raises(UserError):
        await bot.doors.open_direct(UserId(bob.user_id))
    assert await left_rooms(bot) == before
    assert await bot.doors.opened_for(UserId(bob.user_id)) == ()


async def test_who_has_left_is_invited_again_and_who_is_there_is_not(
    newcomer: Newcomers, bot: MatrixBot
) -> None:
    bob = await newcomer("bob")
    user = UserId(bob.user_id)
    room = await bot.doors.open_direct(user)
    await bot.doors.invite(room, user)
    await bob.wait_for_direct_room(bot.user_id)
    await bot.doors.invite(room, user)
    assert await bot.state.is_member(room, user)
    await bob.leave(room)
    await bot.doors.invite(room, user)
    assert (await state(bot, room, "m.room.member", user))["membership"] == "invite"


async def test_a_guest_who_shuts_the_door_is_told_what_to_do(
    newcomer: Newcomers, bot: MatrixBot
) -> None:
    bob = await newcomer("bob")
    user = UserId(bob.user_id)
    room = await bot.doors.open_direct(user)
    await bob.wait_for_direct_room(bot.user_id)
    await bob.leave(room)
    await block_invitations(bob)
    with pytest.raises(UserError, match="takes no invitations"):
        await bot.doors.invite(room, user)


async def test_the_bot_comes_when_invited_and_only_then(
    newcomer: Newcomers, bot: MatrixBot
) -> None:
    sally = await newcomer("sally")
    room = RoomId(await sally.create_room("Shop"))
    with pytest.raises(UserError, match="invite me"):
        await bot.doors.join(room)
    await sally.invite(room, bot.user_id)
    await bot.doors.join(room)
    await bot.doors.join(room)
    assert await bot.state.is_member(room, bot.user_id)


async def test_the_bot_leaves_and_leaving_twice_is_harmless(
    newcomer: Newcomers, bot: MatrixBot
) -> None:
    sally = await newcomer("sally")
    room = await bot.comes_to(sally, await sally.create_room("Shop"))
    await bot.doors.leave(room)
    await bot.doors.leave(room)
    await bot.doors.leave(RoomId("!nowhere"))
    await sally.wait_for_member(room, bot.user_id, "leave")


async def test_rooms_that_were_opened_for_somebody_are_found_again(
    newcomer: Newcomers, bot: MatrixBot
) -> None:
    bob, eve = await newcomer("bob"), await newcomer("eve")
    theirs = await bot.doors.open_direct(UserId(bob.user_id))
    left = await bot.doors.open_direct(UserId(bob.user_id))
    await bot.doors.open_direct(UserId(eve.user_id))
    await bot.doors.leave(left)
    assert await bot.doors.opened_for(UserId(bob.user_id)) == (theirs,)
