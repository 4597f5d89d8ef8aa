"""The port `RoomHistory`, on the fake homeserver and on Synapse."""

import pytest

from bot.domain.matrix.matrix_event import TextMessage, Undecryptable
from bot.ids import EventId, RoomId, tx_id
from bot.messages import Line
from tests.support.matrix_environments.matrix_environment import MatrixEnvironment

UNKNOWN = EventId("$unknown")


@pytest.fixture
async def room(environment: MatrixEnvironment) -> RoomId:
    """Alice's, with Bob and the bot in it."""
    room = await environment.create_room()
    await environment.let_in(room, environment.bob, environment.bot)
    return room


async def before(
    environment: MatrixEnvironment, room: RoomId, event: EventId, limit: int
) -> list[EventId]:
    found = await environment.history.before(room, event, limit)
    return [each.origin.event for each in found]


async def test_earlier_events_come_newest_first_up_to_the_limit(
    environment: MatrixEnvironment, room: RoomId
) -> None:
    events = [await environment.say(room, environment.alice, str(number)) for number in range(5)]
    assert await before(environment, room, events[4], 3) == [events[3], events[2], events[1]]
    assert await before(environment, room, events[1], 1) == [events[0]]
    assert await before(environment, room, UNKNOWN, 3) == []


async def test_the_bots_own_messages_are_not_parsed_and_count_towards_the_limit(
    environment: MatrixEnvironment, room: RoomId
) -> None:
    first = await environment.say(room, environment.alice, "first")
    own = await environment.rooms.send(room, Line("own"), tx_id("own", room))
    last = await environment.say(room, environment.alice, "last")
    assert await before(environment, room, last, 1) == []
    assert await before(environment, room, last, 2) == [first]
    assert await environment.history.find(room, own) is None


async def test_redacted_events_are_left_out_and_count_towards_the_limit(
    environment: MatrixEnvironment, room: RoomId
) -> None:
    first = await environment.say(room, environment.alice, "first")
    taken = await environment.say(room, environment.alice, "second")
    third = await environment.say(room, environment.alice, "third")
    last = await environment.say(room, environment.alice, "last")
    await environment.redact(room, environment.alice, taken)
    assert await before(environment, room, last, 2) == [third]
    assert await before(environment, room, last, 3) == [third, first]
    assert await environment.history.find(room, taken) is None


async def test_encrypted_events_are_there_and_cannot_be_read(
    environment: MatrixEnvironment, room: RoomId
) -> None:
    event = await environment.say_encrypted(room, environment.alice)
    last = await environment.say(room, environment.alice, "last")
    (found,) = await environment.history.before(room, last, 1)
    assert isinstance(found, Undecryptable)
    assert found.origin.event == event
    assert isinstance(await environment.history.find(room, event), Undecryptable)


async def test_one_event_is_found_in_its_room_only(
    environment: MatrixEnvironment, room: RoomId
) -> None:
    event = await environment.say(room, environment.alice, "hello")
    other = await environment.create_room()
    await environment.let_in(other, environment.bot)
    found = await environment.history.find(room, event)
    assert isinstance(found, TextMessage)
    assert found.text == "hello"
    assert found.origin.sender == environment.alice
    assert await environment.history.find(other, event) is None
    assert await environment.history.find(room, UNKNOWN) is None


async def test_nothing_comes_before_an_event_of_another_room(
    environment: MatrixEnvironment, room: RoomId
) -> None:
    event = await environment.say(room, environment.alice, "hello")
    other = await environment.create_room()
    await environment.let_in(other, environment.bot)
    assert await before(environment, other, event, 3) == []


async def test_nothing_is_found_in_a_room_that_the_bot_is_not_in(
    environment: MatrixEnvironment,
) -> None:
    room = await environment.create_room()
    event = await environment.say(room, environment.alice, "hello")
    edit = await environment.edit(room, environment.alice, event, "changed")
    assert await environment.history.find(room, event) is None
    assert await before(environment, room, edit, 3) == []
    assert await environment.history.edits(room, event, environment.alice) == ()
    await environment.redact(room, environment.alice, event)
    assert not await environment.history.is_redacted(room, event)


async def test_edits_are_those_of_the_sender_that_were_not_redacted(
    environment: MatrixEnvironment, room: RoomId
) -> None:
    alice = environment.alice
    event = await environment.say(room, alice, "first")
    assert await environment.history.edits(room, event, alice) == ()
    first = await environment.edit(room, alice, event, "second")
    second = await environment.edit(room, alice, event, "third")
    await environment.edit(room, environment.bob, event, "forged")
    assert await environment.history.edits(room, event, alice) == (second, first)
    await environment.redact(room, alice, first)
    assert await environment.history.edits(room, event, alice) == (second,)
    assert await environment.history.edits(room, UNKNOWN, alice) == ()


async def test_edits_are_found_on_all_pages(environment: MatrixEnvironment, room: RoomId) -> None:
    event = await environment.say(room, environment.alice, "first")
    edit = await environment.edit(room, environment.alice, event, "second")
    for number in range(101):
        await environment.edit(room, environment.bob, event, f"forged {number}")
    assert await environment.history.edits(room, event, environment.alice) == (edit,)


async def test_an_event_is_redacted_if_the_room_allows_it(
    environment: MatrixEnvironment, room: RoomId
) -> None:
    event = await environment.say(room, environment.alice, "hello")
    await environment.redact(room, environment.bob, event)
    assert not await environment.history.is_redacted(room, event)
    await environment.make_moderator(room, environment.bob)
    await environment.redact(room, environment.bob, event)
    assert await environment.history.is_redacted(room, event)
    assert not await environment.history.is_redacted(room, UNKNOWN)
