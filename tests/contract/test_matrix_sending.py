"""The port `Rooms`, on the fake homeserver and on Synapse."""

from datetime import UTC, datetime, timedelta

import pytest

from bot.domain.matrix.private_room import NotPrivate, ProvedRoom, prove
from bot.errors import OperatorError, UserError
from bot.ids import EventId, RoomId, UserId, tx_id
from bot.messages import Line
from tests.support.matrix_environments.matrix_environment import MatrixEnvironment

LONG_AGO = datetime.now(UTC) - timedelta(days=1)
UNKNOWN = EventId("$unknown")


@pytest.fixture
async def room(environment: MatrixEnvironment) -> RoomId:
    """Alice's, with Bob and the bot in it."""
    room = await environment.create_room()
    await environment.let_in(room, environment.bob, environment.bot)
    return room


async def sent(environment: MatrixEnvironment, room: RoomId, words: str = "Hello") -> EventId:
    return await environment.rooms.send(room, Line(words), tx_id(words, room))


async def test_one_transaction_id_makes_one_event(
    environment: MatrixEnvironment, room: RoomId
) -> None:
    first = await sent(environment, room)
    assert await sent(environment, room) == first
    assert await sent(environment, room, "other words") != first


async def test_one_transaction_id_makes_an_event_in_each_room(
    environment: MatrixEnvironment, room: RoomId
) -> None:
    other = await environment.create_room()
    await environment.let_in(other, environment.bot)
    tx = tx_id("the same")
    first = await environment.rooms.send(room, Line("here"), tx)
    assert await environment.rooms.send(other, Line("there"), tx) != first


async def test_a_transaction_id_is_answered_after_the_bot_was_banned(
    environment: MatrixEnvironment, room: RoomId
) -> None:
    first = await sent(environment, room)
    await environment.ban(room, environment.bot)
    assert await sent(environment, room) == first
    with pytest.raises(UserError):
        await sent(environment, room, "new words")


async def test_a_message_is_refused_in_a_room_that_the_bot_is_not_in(
    environment: MatrixEnvironment,
) -> None:
    with pytest.raises(UserError):
        await sent(environment, await environment.create_room())
    with pytest.raises(UserError):
        await sent(environment, RoomId(f"!unknown:{environment.server}"))


async def test_a_message_is_refused_where_the_bot_may_not_speak(
    environment: MatrixEnvironment, room: RoomId
) -> None:
    await environment.mute_bot(room)
    with pytest.raises(UserError):
        await sent(environment, room)


async def test_a_message_is_found_by_its_transaction_id(
    environment: MatrixEnvironment, room: RoomId
) -> None:
    event = await sent(environment, room)
    for number in range(3):
        await sent(environment, room, f"more {number}")
    assert await environment.rooms.sent(room, tx_id("Hello", room), LONG_AGO) == event
    assert await environment.rooms.sent(room, tx_id("never"), LONG_AGO) is None


async def test_a_redacted_message_and_a_reaction_are_not_found_by_transaction_id(
    environment: MatrixEnvironment, room: RoomId
) -> None:
    event = await sent(environment, room)
    await environment.rooms.react(room, event, "1", tx_id("reaction"))
    assert await environment.rooms.sent(room, tx_id("reaction"), LONG_AGO) is None
    await environment.redact(room, environment.alice, event)
    assert await environment.rooms.sent(room, tx_id("Hello", room), LONG_AGO) is None


async def test_a_message_is_found_in_a_room_that_the_bot_left_and_in_no_unknown_one(
    environment: MatrixEnvironment, room: RoomId
) -> None:
    event = await sent(environment, room)
    await environment.membership.leave(room)
    assert await environment.rooms.sent(room, tx_id("Hello", room), LONG_AGO) == event
    with pytest.raises(UserError):
        await environment.rooms.sent(await environment.create_room(), tx_id("any"), LONG_AGO)


async def test_an_edit_is_found_by_its_transaction_id(
    environment: MatrixEnvironment, room: RoomId
) -> None:
    event = await sent(environment, room)
    for _ in range(2):
        await environment.rooms.edit(room, event, Line("Changed"), tx_id("edit"))
    found = await environment.rooms.sent(room, tx_id("edit"), LONG_AGO)
    assert found not in {None, event}
    assert await environment.history.edits(room, event, environment.bot) == (found,)


async def test_relations_to_unknown_events_are_refused(
    environment: MatrixEnvironment, room: RoomId
) -> None:
    with pytest.raises(OperatorError):
        await environment.rooms.edit(room, UNKNOWN, Line("Changed"), tx_id("edit"))
    with pytest.raises(OperatorError):
        await environment.rooms.react(room, UNKNOWN, "1", tx_id("react"))


async def test_a_reaction_to_an_event_of_another_room_is_refused(
    environment: MatrixEnvironment, room: RoomId
) -> None:
    event = await sent(environment, room)
    other = await environment.create_room()
    await environment.let_in(other, environment.bot)
    with pytest.raises(OperatorError):
        await environment.rooms.react(other, event, "1", tx_id("react"))


async def test_the_same_reaction_stands_once(environment: MatrixEnvironment, room: RoomId) -> None:
    event = await environment.say(room, environment.alice, "a photo")
    for key, tx in (("1", "first"), ("1", "first"), ("1", "second"), ("2", "third")):
        await environment.rooms.react(room, event, key, tx_id(tx))
    assert sorted(await environment.reactions(room, event)) == ["1", "2"]


async def test_a_reaction_is_refused_in_a_room_that_the_bot_left(
    environment: MatrixEnvironment, room: RoomId
) -> None:
    event = await sent(environment, room)
    await environment.membership.leave(room)
    with pytest.raises(UserError):
        await environment.rooms.react(room, event, "1", tx_id("react"))


async def test_pinning_needs_power(environment: MatrixEnvironment, room: RoomId) -> None:
    event = await sent(environment, room)
    with pytest.raises(UserError):
        await environment.rooms.pin(room, event, instead_of=None)
    await environment.make_moderator(room, environment.bot)
    await environment.rooms.pin(room, event, instead_of=None)
    await environment.membership.leave(room)
    other = EventId("$other")
    with pytest.raises(UserError):
        await environment.rooms.pin(room, other, instead_of=None)


async def test_a_pinned_event_replaces_the_named_one_of_its_room_only(
    environment: MatrixEnvironment, room: RoomId
) -> None:
    first, second = await sent(environment, room, "1"), await sent(environment, room, "2")
    other = await environment.create_room()
    await environment.let_in(other, environment.bot)
    for each in (room, other):
        await environment.make_moderator(each, environment.bot)
        await environment.rooms.pin(each, first, instead_of=None)
    await environment.rooms.pin(room, second, instead_of=first)
    await environment.rooms.pin(room, second, instead_of=UNKNOWN)
    assert await environment.pinned(room) == [second]
    assert await environment.pinned(other) == [first]


async def test_redacting_events_of_others_needs_power(
    environment: MatrixEnvironment, room: RoomId
) -> None:
    event = await environment.say(room, environment.alice, "a photo")
    with pytest.raises(UserError):
        await environment.rooms.redact(room, event, tx_id("redact"), reason="sold")
    assert not await environment.history.is_redacted(room, event)
    await environment.make_moderator(room, environment.bot)
    for _ in range(2):
        await environment.rooms.redact(room, event, tx_id("redact"), reason="sold")
    assert await environment.history.is_redacted(room, event)


async def test_redacting_an_own_event_needs_no_power(
    environment: MatrixEnvironment, room: RoomId
) -> None:
    event = await sent(environment, room)
    await environment.rooms.redact(room, event, tx_id("redact"), reason="sold")
    assert await environment.history.is_redacted(room, event)


async def test_redacting_is_refused_in_a_room_that_the_bot_left(
    environment: MatrixEnvironment, room: RoomId
) -> None:
    event = await sent(environment, room)
    await environment.membership.leave(room)
    with pytest.raises(UserError):
        await environment.rooms.redact(room, event, tx_id("redact"), reason="sold")


async def test_redacting_an_unknown_event_is_an_operators_matter_without_power(
    environment: MatrixEnvironment, room: RoomId
) -> None:
    with pytest.raises(OperatorError):
        await environment.rooms.redact(room, UNKNOWN, tx_id("redact"), reason="sold")
    await environment.make_moderator(room, environment.bot)
    await environment.rooms.redact(room, UNKNOWN, tx_id("again"), reason="sold")


async def proved(environment: MatrixEnvironment, room: RoomId, person: UserId) -> ProvedRoom:
    facts = await environment.state.facts(room)
    return prove(facts, bot=environment.bot, person=person, encrypted=False)


async def test_what_is_confided_is_refused_once_somebody_else_is_invited(
    environment: MatrixEnvironment,
) -> None:
    room = await environment.membership.open_direct(environment.bob)
    private = await proved(environment, room, environment.bob)
    event = await environment.rooms.confide(private, Line("secret"), tx_id("secret", room))
    await environment.rooms.edit_confided(private, event, Line("changed"), tx_id("edit", room))
    await environment.membership.invite(room, environment.alice)
    with pytest.raises(NotPrivate):
        await environment.rooms.confide(private, Line("more"), tx_id("more", room))
    with pytest.raises(NotPrivate):
        await environment.rooms.edit_confided(private, event, Line("x"), tx_id("other", room))


async def test_what_is_confided_is_refused_once_the_person_or_the_bot_has_left(
    environment: MatrixEnvironment,
) -> None:
    for leaves in (environment.bob, environment.bot):
        room = await environment.membership.open_direct(environment.bob)
        private = await proved(environment, room, environment.bob)
        if leaves == environment.bot:
            await environment.membership.leave(room)
        else:
            await environment.reject(room, environment.bob)
        with pytest.raises(NotPrivate):
            await environment.rooms.confide(private, Line("secret"), tx_id("secret", room))
