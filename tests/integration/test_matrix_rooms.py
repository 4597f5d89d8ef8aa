"""Speaking in real rooms."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from bot.domain.matrix.matrix_event import EventMeta
from bot.domain.matrix.thread import replying_to
from bot.errors import UserError
from bot.ids import EventId, RoomId, UserId, tx_id
from bot.messages import Line
from sandbox.synapse import Synapse
from tests.support.synapse.matrix_bot import MatrixBot
from tests.support.synapse.synapse_users import Company, Newcomers


@pytest.fixture
async def bot(synapse: Synapse, registration: dict[str, Any]) -> AsyncIterator[MatrixBot]:
    async with MatrixBot.online(synapse, registration) as bot:
        yield bot


@pytest.fixture
async def room(company: Company, bot: MatrixBot) -> RoomId:
    return await bot.comes_to(company.seller, company.room_id)


async def test_everybody_hears_what_the_bot_says(
    company: Company, bot: MatrixBot, room: RoomId
) -> None:
    event = await bot.rooms.send(room, Line("Hello <you>"), tx_id("hello"))
    heard = await company.bystander.wait_for_event(event)
    assert heard.body == "Hello <you>"
    assert heard.content["formatted_body"] == "Hello &lt;you&gt;"
    assert heard.content["m.mentions"] == {}


async def test_the_same_transaction_makes_one_event_even_over_a_restart(
    company: Company, bot: MatrixBot, room: RoomId, synapse: Synapse
) -> None:
    first = await bot.rooms.send(room, Line("once"), tx_id("once"))
    assert await bot.rooms.send(room, Line("once"), tx_id("once")) == first
    synapse.kill()
    await synapse.restart()
    assert await bot.rooms.send(room, Line("changed"), tx_id("once")) == first
    last = await bot.rooms.send(room, Line("last"), tx_id("last"))
    await company.bystander.wait_for_event(last)
    said = [each.body for each in company.bystander.heard(room) if each.sender == bot.user_id]
    assert said.count("once") == 1
    assert "changed" not in said


async def test_an_answer_is_a_reply(company: Company, bot: MatrixBot, room: RoomId) -> None:
    asked = EventId(await company.buyer.say(room, "!ppv help"))
    answer = await bot.rooms.send(room, Line("Here"), tx_id("answer"), reply_to=asked)
    heard = await company.buyer.wait_for_event(answer)
    assert heard.content["m.relates_to"] == {"m.in_reply_to": {"event_id": asked}}


async def test_an_answer_is_a_reply_where_the_thread_is_of_another_room_or_none(
    company: Company, bot: MatrixBot, room: RoomId
) -> None:
    """Another homeserver lets people name whatever they like as the root of a thread; ours refuses it."""
    asked = EventId(await company.buyer.say(room, "!ppv help"))
    related = EventId(await company.buyer.edit(room, asked, "!ppv shop"))
    for root in (EventId("$of-another-room"), related):
        origin = EventMeta(
            event=asked,
            room=room,
            sender=UserId(company.buyer.user_id),
            sent_at=datetime.now(UTC),
            thread=root,
        )
        with replying_to(origin):
            answer = await bot.rooms.send(room, Line("Here"), tx_id("answer", root))
        heard = await company.buyer.wait_for_event(answer)
        assert heard.content["m.relates_to"] == {"m.in_reply_to": {"event_id": asked}}


async def test_an_edit_changes_what_people_read(
    company: Company, bot: MatrixBot, room: RoomId
) -> None:
    event = await bot.rooms.send(room, Line("sealing"), tx_id("card"))
    await bot.rooms.edit(room, event, Line("sealed"), tx_id("edit"))
    await company.buyer.wait_for_event(await bot.rooms.send(room, Line("end"), tx_id("end")))
    read = company.buyer.read(room)
    assert any(line.endswith("sealed (edited)") for line in read)
    assert not any("sealing" in line for line in read)


async def test_a_reaction_stands_once_however_often_it_is_made(
    company: Company, bot: MatrixBot, room: RoomId
) -> None:
    event = await bot.rooms.send(room, Line("buy this"), tx_id("offer"))
    for again in ("one", "one", "two"):
        await bot.rooms.react(room, event, "🔓", tx_id("seed", again))
    await company.buyer.wait_for_event(await bot.rooms.send(room, Line("end"), tx_id("end")))
    assert "    🔓 1" in company.buyer.read(room)


async def test_redacting_needs_power_and_says_so(
    company: Company, bot: MatrixBot, room: RoomId
) -> None:
    photo = EventId(await company.seller.say(room, "my photo"))
    with pytest.raises(UserError, match="make me a moderator"):
        await bot.rooms.redact(room, photo, tx_id("take", "out"), reason="sold")
    await company.seller.set_power(room, bot.user_id, 50)
    await bot.rooms.redact(room, photo, tx_id("take", "out"), reason="sold")
    await bot.rooms.redact(room, photo, tx_id("take", "out"), reason="sold")
    redaction = await company.bystander.wait_for(lambda event: event.redacts == photo)
    assert redaction.content["reason"] == "sold"
    found = await bot.history.find(room, photo)
    assert found is None


async def test_speaking_where_the_bot_may_not_is_refused_in_words(
    newcomer: Newcomers, company: Company, bot: MatrixBot, room: RoomId
) -> None:
    elsewhere = RoomId(await company.seller.create_room("Elsewhere"))
    with pytest.raises(UserError, match="I can't write in that room"):
        await bot.rooms.send(elsewhere, Line("hello"), tx_id("hello"))


async def test_words_that_are_too_long_are_shortened(
    company: Company, bot: MatrixBot, room: RoomId
) -> None:
    sent = await bot.rooms.send(room, Line("long " * 20_000), tx_id("long"))
    event = await company.buyer.wait_for(lambda each: each.event_id == sent, room_id=room)
    assert event.body.startswith("long long")
    assert "…" in event.body


async def test_what_was_said_is_found_again_when_its_transaction_is_forgotten(
    company: Company, bot: MatrixBot, room: RoomId
) -> None:
    before = datetime.now(UTC) - timedelta(minutes=1)
    said = await bot.rooms.send(room, Line("once"), tx_id("once"))
    for number in range(120):
        await bot.rooms.react(room, said, f"🔓{number}", tx_id("more", str(number)))
    await company.buyer.say(room, "hm")
    assert await bot.rooms.sent(room, tx_id("once"), before) == said
    assert await bot.rooms.sent(room, tx_id("never"), before) is None
    forged = {"msgtype": "m.text", "body": "forged", "io.github.matrix_ppv.tx": tx_id("forged")}
    await company.buyer.send(room, "m.room.message", forged)
    assert await bot.rooms.sent(room, tx_id("forged"), before) is None


async def test_a_pinned_event_takes_the_place_of_the_one_before_and_of_no_other(
    company: Company, bot: MatrixBot, room: RoomId
) -> None:
    await company.seller.set_power(room, bot.user_id, 50)
    first = await bot.rooms.send(room, Line("1"), tx_id("first"))
    second = await bot.rooms.send(room, Line("2"), tx_id("second"))
    path = f"/_matrix/client/v3/rooms/{room}/state/m.room.pinned_events/"
    await bot.client.call("PUT", path, {"pinned": ["$of-others"]})
    for event, before in ((first, None), (second, first), (second, second)):
        await bot.rooms.pin(room, event, instead_of=before)
        assert (await bot.client.call("GET", path))["pinned"] == ["$of-others", event]


async def test_where_the_bot_may_not_pin_it_says_so(bot: MatrixBot, room: RoomId) -> None:
    event = await bot.rooms.send(room, Line("1"), tx_id("first"))
    with pytest.raises(UserError, match="moderator"):
        await bot.rooms.pin(room, event, instead_of=None)
