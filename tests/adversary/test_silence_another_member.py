"""A member of an encrypted room wants the bot to be deaf to another member."""

from pathlib import Path
from typing import Any

import pytest

from sandbox.clients import MatrixUser
from sandbox.synapse import Synapse
from tests.support.synapse.encrypted_bot import EncryptedBot
from tests.support.synapse.synapse_users import Newcomers


def olm_of(person: MatrixUser) -> Any:
    return person._client._encryption._client.olm


async def gives(giver: MatrixUser, taker: str, room: str, key: dict[str, Any]) -> None:
    """Send a room key to the devices of `taker`, which the giver has an Olm session with."""
    olm = olm_of(giver)
    messages = {
        device.id: olm._olm_encrypt(
            olm.session_store.get(device.curve25519), device, "m.room_key", {**key, "room_id": room}
        )
        for device in olm.device_store.active_user_devices(taker)
        if olm.session_store.get(device.curve25519)
    }
    assert messages
    path = ("sendToDevice", "m.room.encrypted", f"key{id(messages)}")
    await giver.session.request("PUT", *path, body={"messages": {taker: messages}})


@pytest.mark.parametrize("late", [False, True], ids=["whole", "from a later index"])
async def test_a_room_key_sent_in_anothers_place_changes_nothing(
    bot: EncryptedBot, newcomer: Newcomers, late: bool
) -> None:
    alice, mallory = await newcomer("alice"), await newcomer("mallory")
    room = await alice.create_room("A room", invite=[bot.user_id, mallory.user_id], encrypted=True)
    await mallory.join(room)
    await bot.joins(room)
    for member in (mallory.user_id, bot.user_id):
        await alice.wait_for_member(room, member)
    async with bot.listening():
        for person in (alice, mallory):
            await person.say(room, f"hello from {person.name}")
            await bot.until_heard(f"hello from {person.name}")
        alice.rotate_keys(room)
        olm = olm_of(alice)
        olm.create_outbound_group_session(room)
        session = olm.outbound_group_sessions[room]
        if late:
            session._session.encrypt(b"skipped")
        stolen = {
            "algorithm": "m.megolm.v1.aes-sha2",
            "session_id": session.id,
            "session_key": session.session_key,
        }
        await gives(mallory, str(bot.user_id), room, stolen)
        await mallory.say(room, "now")
        await bot.until_heard("now")
        await alice.say(room, "can you hear me")
        heard = await bot.until_heard("can you hear me")
    assert heard["sender"] == alice.user_id


async def test_the_other_is_still_heard_after_a_restart(
    synapse: Synapse, registration: dict[str, Any], bot_folder: Path, newcomer: Newcomers
) -> None:
    alice, mallory = await newcomer("alice"), await newcomer("mallory")
    user = f"@ppvbot:{synapse.server_name}"
    room = await alice.create_room("A room", invite=[user, mallory.user_id], encrypted=True)
    await mallory.join(room)
    async with EncryptedBot.online(synapse, registration, bot_folder) as bot:
        await bot.joins(room)
        for member in (mallory.user_id, user):
            await alice.wait_for_member(room, member)
        async with bot.listening():
            await mallory.say(room, "hello")
            await bot.until_heard("hello")
            olm = olm_of(alice)
            olm.create_outbound_group_session(room)
            session = olm.outbound_group_sessions[room]
            stolen = {
                "algorithm": "m.megolm.v1.aes-sha2",
                "session_id": session.id,
                "session_key": session.session_key,
            }
            await gives(mallory, user, room, stolen)
            await mallory.say(room, "now")
            await bot.until_heard("now")
            await alice.say(room, "one")
            await bot.until_heard("one")
    async with EncryptedBot.online(synapse, registration, bot_folder) as bot, bot.listening():
        await alice.say(room, "two")
        await bot.until_heard("two")
