"""A homeserver wants the bot to do once more what somebody said once."""

from pathlib import Path
from typing import Any

from sandbox.synapse import Synapse
from tests.support.synapse.encrypted_bot import EncryptedBot
from tests.support.synapse.synapse_users import Newcomers


async def test_a_copy_of_a_ciphertext_is_nothing_also_after_a_restart(
    synapse: Synapse, registration: dict[str, Any], bot_folder: Path, newcomer: Newcomers
) -> None:
    ann = await newcomer("ann")
    async with EncryptedBot.online(synapse, registration, bot_folder) as bot:
        room = await ann.open_direct_room(bot.user_id, encrypted=True)
        await bot.joins(room)
        await ann.wait_for_member(room, bot.user_id)
        async with bot.listening():
            said = await ann.say(room, "give it away")
            await bot.until_heard("give it away")
    raw = await ann.session.request("GET", "rooms", room, "event", said)
    for number in range(2):
        async with EncryptedBot.online(synapse, registration, bot_folder) as bot, bot.listening():
            path = ("rooms", room, "send", "m.room.encrypted", f"again{number}")
            await ann.session.request("PUT", *path, body=raw["content"])
            await ann.say(room, f"after {number}")
            await bot.until_heard(f"after {number}")
            assert not [e for e in bot.heard if e["content"].get("body") == "give it away"]
            assert not bot.unread


async def test_a_copy_that_is_shown_as_if_it_were_new_says_nothing(
    synapse: Synapse, registration: dict[str, Any], bot_folder: Path, newcomer: Newcomers
) -> None:
    """Who knows the gate's secret brings an old event once more, to have what it says put on sale."""
    ann = await newcomer("ann")
    async with EncryptedBot.online(synapse, registration, bot_folder) as bot:
        room = await ann.open_direct_room(bot.user_id, encrypted=True)
        await bot.joins(room)
        await ann.wait_for_member(room, bot.user_id)
        async with bot.listening():
            said = await ann.say(room, "only once")
            await bot.until_heard("only once")
        raw = await ann.session.request("GET", "rooms", room, "event", said)
        copy = {**raw, "event_id": "$another", "room_id": room}
        ahead = await bot.encryption.rooms.read_ahead(copy)
        assert "body" not in ahead.content
        assert ahead.type != "m.room.message"
