"""A message whose key never comes, on a real homeserver."""

import secrets
from pathlib import Path

import pytest

from sandbox.environment import open_environment


@pytest.mark.timeout(180)
async def test_who_cannot_be_read_gets_the_cure_as_an_answer(tmp_path: Path) -> None:
    async with open_environment(tmp_path, sellers=()) as town:
        ann = await town.cast.register("ann")
        chat = await ann.open_direct_room(town.bot, encrypted=True)
        await ann.wait_for(lambda event: event.body.startswith("Hello!"), room_id=chat, seconds=30)
        content = {
            "algorithm": "m.megolm.v1.aes-sha2",
            "session_id": secrets.token_urlsafe(32),
            "sender_key": secrets.token_urlsafe(32),
            "device_id": ann.session.device_id,
            "ciphertext": secrets.token_urlsafe(64),
        }
        path = ("rooms", chat, "send", "m.room.encrypted")
        sent = [
            (await ann.session.request("PUT", *path, number, body=content))["event_id"]
            for number in ("1", "2")
        ]
        answer = await ann.wait_for(
            lambda event: "I can't read this message" in event.body, room_id=chat, seconds=120
        )
        assert answer.relates_to["m.in_reply_to"]["event_id"] in sent
        assert answer.encrypted
        mark = ann.mark()
        await ann.say(chat, "help")
        await ann.wait_for(lambda event: "Get it again" in event.body, room_id=chat, after=mark)
        told = [e for e in ann.heard(chat) if "I can't read this message" in e.body]
        assert len(told) == 1
