"""The port `RoomMembership`, on the fake homeserver and on Synapse."""

import pytest

from bot.errors import OperatorError, UserError
from bot.ids import RoomId, UserId, tx_id
from tests.support.matrix_environments.matrix_environment import MatrixEnvironment


async def membership_of(environment: MatrixEnvironment, room: RoomId, user: UserId) -> str | None:
    facts = await environment.state.facts(room)
    assert facts is not None
    return facts.members.get(user)


async def test_the_bot_joins_rooms_that_it_is_invited_to(environment: MatrixEnvironment) -> None:
    room = await environment.create_room()
    with pytest.raises(UserError):
        await environment.membership.join(room)
    await environment.let_in(room, environment.bot)
    await environment.membership.join(room)
    assert await environment.state.is_member(room, environment.bot)


async def test_the_bot_needs_another_invitation_once_it_has_left(
    environment: MatrixEnvironment,
) -> None:
    room = await environment.create_room()
    await environment.let_in(room, environment.bot)
    await environment.membership.leave(room)
    with pytest.raises(UserError):
        await environment.membership.join(room)
    await environment.let_in(room, environment.bot)
    assert await environment.state.is_member(room, environment.bot)


async def test_a_banned_bot_cannot_join(environment: MatrixEnvironment) -> None:
    room = await environment.create_room()
    await environment.let_in(room, environment.bot)
    await environment.ban(room, environment.bot)
    with pytest.raises(UserError):
        await environment.membership.join(room)


async def test_unknown_rooms_cannot_be_joined_and_can_be_left(
    environment: MatrixEnvironment,
) -> None:
    unknown = RoomId(f"!unknown:{environment.server}")
    with pytest.raises(UserError):
        await environment.membership.join(unknown)
    await environment.membership.leave(unknown)
    assert not await environment.state.is_member(unknown, environment.bot)


async def test_leaving_twice_is_harmless(environment: MatrixEnvironment) -> None:
    room = await environment.create_room()
    await environment.let_in(room, environment.bot)
    for _ in range(2):
        await environment.membership.leave(room)
    assert await environment.state.has_left(room, environment.bot)


async def test_a_direct_room_is_another_one_each_time(environment: MatrixEnvironment) -> None:
    first = await environment.membership.open_direct(environment.bob)
    second = await environment.membership.open_direct(environment.bob)
    assert first != second
    assert await membership_of(environment, first, environment.bob) == "invite"
    assert not await environment.state.is_member(first, environment.bob)
    assert {first, second} <= set(await environment.membership.opened_for(environment.bob))
    assert first not in await environment.membership.opened_for(environment.alice)
    await environment.membership.leave(first)
    assert first not in await environment.membership.opened_for(environment.bob)


async def test_a_direct_room_is_given_up_if_its_guest_takes_no_invitations(
    environment: MatrixEnvironment,
) -> None:
    with pytest.raises(UserError):
        await environment.membership.open_direct(environment.blocked)
    assert await environment.membership.opened_for(environment.blocked) == ()


async def test_an_invitation_is_made_once_and_again_after_it_was_rejected(
    environment: MatrixEnvironment,
) -> None:
    bob = environment.bob
    room = await environment.membership.open_direct(bob)
    await environment.membership.invite(room, bob)
    assert await membership_of(environment, room, bob) == "invite"
    await environment.reject(room, bob)
    assert await membership_of(environment, room, bob) == "leave"
    assert await environment.state.has_left(room, bob)
    await environment.membership.invite(room, bob)
    assert await membership_of(environment, room, bob) == "invite"
    assert not await environment.state.has_left(room, bob)
    await environment.accept(room, bob)
    await environment.membership.invite(room, bob)
    assert await membership_of(environment, room, bob) == "join"
    await environment.leave(room, bob)
    await environment.membership.invite(room, bob)
    assert await membership_of(environment, room, bob) == "invite"


async def test_an_invitation_of_somebody_who_takes_none_is_refused(
    environment: MatrixEnvironment,
) -> None:
    room = await environment.membership.open_direct(environment.bob)
    with pytest.raises(UserError):
        await environment.membership.invite(room, environment.blocked)


async def test_an_invitation_of_somebody_whom_the_room_bans_is_refused(
    environment: MatrixEnvironment,
) -> None:
    room = await environment.create_room()
    await environment.let_in(room, environment.bot, environment.bob)
    await environment.ban(room, environment.bob)
    with pytest.raises(UserError):
        await environment.membership.invite(room, environment.bob)


async def test_an_invitation_to_a_room_that_the_bot_is_not_in_is_refused(
    environment: MatrixEnvironment,
) -> None:
    room = await environment.create_room()
    with pytest.raises(UserError):
        await environment.membership.invite(room, environment.bob)
    await environment.let_in(room, environment.bot)
    await environment.membership.leave(room)
    with pytest.raises(UserError):
        await environment.membership.invite(room, environment.bob)


async def test_an_unknown_user_of_the_same_server_is_invited_in_vain(
    environment: MatrixEnvironment,
) -> None:
    unknown = UserId(f"@unknown:{environment.server}")
    room = await environment.membership.open_direct(unknown)
    assert await membership_of(environment, room, unknown) == "invite"


async def test_only_members_bring_a_room_up_to_date(environment: MatrixEnvironment) -> None:
    room = await environment.create_room()
    with pytest.raises(OperatorError):
        await environment.membership.bring_up_to_date(room, tx_id("up to date", room))
    await environment.let_in(room, environment.bot)
    await environment.membership.bring_up_to_date(room, tx_id("again", room))
