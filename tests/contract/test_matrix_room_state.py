"""The ports `RoomState` and `SharedRooms`, on the fake homeserver and on Synapse."""

import secrets

import pytest

from bot.errors import UserError
from bot.ids import RoomId
from bot.ports import Act
from tests.support.matrix_environments.matrix_environment import MatrixEnvironment


@pytest.fixture
async def room(environment: MatrixEnvironment) -> RoomId:
    """Alice's, with Bob and the bot in it."""
    room = await environment.create_room()
    await environment.let_in(room, environment.bob, environment.bot)
    return room


@pytest.fixture
async def unseen(environment: MatrixEnvironment) -> RoomId:
    """Alice's, in which the bot has never been."""
    return await environment.create_room()


async def test_an_alias_is_resolved_without_being_in_the_room(
    environment: MatrixEnvironment,
) -> None:
    name = f"photos-{secrets.token_hex(4)}"
    room = await environment.create_room(alias=name)
    alias = f"#{name}:{environment.server}"
    for address in (alias, f"https://matrix.to/#/{alias}", room):
        assert await environment.state.resolve(address) == room


async def test_an_unknown_id_is_taken_as_it_is(environment: MatrixEnvironment) -> None:
    unknown = RoomId(f"!unknown:{environment.server}")
    assert await environment.state.resolve(unknown) == unknown


@pytest.mark.parametrize("address", ["#unknown:{server}", "photos", "@alice:{server}", ""])
async def test_what_is_no_room_is_refused(environment: MatrixEnvironment, address: str) -> None:
    with pytest.raises(UserError):
        await environment.state.resolve(address.format(server=environment.server))


async def test_members_are_those_who_joined(environment: MatrixEnvironment, room: RoomId) -> None:
    alice, bob = environment.alice, environment.bob
    assert await environment.state.is_member(room, bob)
    assert not await environment.state.has_left(room, bob)
    await environment.leave(room, bob)
    assert not await environment.state.is_member(room, bob)
    assert await environment.state.has_left(room, bob)
    await environment.membership.invite(room, environment.bob)
    await environment.ban(room, bob)
    assert await environment.state.has_left(room, bob)
    assert await environment.state.is_member(room, alice)
    assert not await environment.state.is_member(room, environment.blocked)
    assert not await environment.state.has_left(room, environment.blocked)


async def test_nobody_is_seen_in_a_room_that_the_bot_was_never_in(
    environment: MatrixEnvironment, unseen: RoomId
) -> None:
    assert not await environment.state.is_member(unseen, environment.alice)
    assert not await environment.state.has_left(unseen, environment.alice)
    assert await environment.state.facts(unseen) is None
    assert await environment.state.replacement(unseen) is None
    assert await environment.state.predecessor(unseen) is None
    assert await environment.state.title(unseen) == unseen
    for user in (environment.alice, environment.bot):
        with pytest.raises(UserError):
            await environment.state.power(unseen, user, Act.PIN)


async def test_a_room_that_was_left_is_seen_as_it_was(
    environment: MatrixEnvironment, room: RoomId
) -> None:
    await environment.membership.leave(room)
    await environment.leave(room, environment.bob)
    assert await environment.state.is_member(room, environment.bob)
    assert not await environment.state.has_left(room, environment.bob)
    assert await environment.state.has_left(room, environment.bot)
    assert not await environment.state.is_member(room, environment.bot)
    await environment.state.power(room, environment.bob, Act.PIN)
    facts = await environment.state.facts(room)
    assert facts is not None
    assert facts.members == {
        environment.alice: "join",
        environment.bob: "join",
        environment.bot: "leave",
    }


async def test_facts_name_every_membership(environment: MatrixEnvironment) -> None:
    room = await environment.membership.open_direct(environment.bob)
    facts = await environment.state.facts(room)
    assert facts is not None
    assert facts.members == {environment.bot: "join", environment.bob: "invite"}
    assert facts.creators == {environment.bot}
    await environment.accept(room, environment.bob)
    await environment.leave(room, environment.bob)
    facts = await environment.state.facts(room)
    assert facts is not None
    assert facts.members == {environment.bot: "join", environment.bob: "leave"}


async def test_facts_name_a_ban(environment: MatrixEnvironment, room: RoomId) -> None:
    await environment.ban(room, environment.bob)
    facts = await environment.state.facts(room)
    assert facts is not None
    assert facts.members[environment.bob] == "ban"


@pytest.mark.parametrize("encrypted", [False, True])
async def test_facts_tell_whether_a_room_is_encrypted(
    environment: MatrixEnvironment, encrypted: bool
) -> None:
    room = await environment.create_room(encrypted=encrypted)
    await environment.let_in(room, environment.bot)
    facts = await environment.state.facts(room)
    assert facts is not None
    assert facts.encrypted is encrypted


async def test_power_differs_by_act_and_user(environment: MatrixEnvironment, room: RoomId) -> None:
    power = environment.state.power
    for user in (environment.bot, environment.bob):
        assert (await power(room, user, Act.SPEAK)).enough
        assert (await power(room, user, Act.REDACT_OWN)).enough
        assert not (await power(room, user, Act.REDACT)).enough
        assert not (await power(room, user, Act.PIN)).enough
        await environment.make_moderator(room, user)
        assert (await power(room, user, Act.REDACT)).enough
        assert (await power(room, user, Act.PIN)).enough
    await environment.mute_bot(room)
    assert not (await power(room, environment.bot, Act.SPEAK)).enough


async def test_the_bot_may_do_everything_in_a_room_of_its_own(
    environment: MatrixEnvironment,
) -> None:
    room = await environment.membership.open_direct(environment.bob)
    for act in Act:
        assert (await environment.state.power(room, environment.bot, act)).enough


async def test_an_upgraded_room_and_its_replacement_name_each_other(
    environment: MatrixEnvironment, room: RoomId
) -> None:
    assert await environment.state.replacement(room) is None
    assert await environment.state.predecessor(room) is None
    new = await environment.upgrade(room)
    assert await environment.state.replacement(room) == new
    assert await environment.state.predecessor(new) == room


async def test_rooms_are_shared_while_both_are_in_them(
    environment: MatrixEnvironment, room: RoomId, unseen: RoomId
) -> None:
    direct = await environment.membership.open_direct(environment.bob)
    left = await environment.create_room()
    await environment.let_in(left, environment.bob, environment.bot)
    await environment.membership.leave(left)
    shared = await environment.shared_rooms.with_(environment.bob)
    assert room in shared
    assert not {direct, left, unseen} & {*shared}
