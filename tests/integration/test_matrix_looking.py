"""Looking at real rooms, people and what was said."""

import secrets
from collections.abc import AsyncIterator
from typing import Any

import pytest

from bot.domain.matrix.matrix_event import MediaMessage, TextMessage
from bot.errors import UserError
from bot.ids import EventId, RoomId, UserId, tx_id
from bot.messages import Line
from bot.ports import Act, Power
from sandbox.sample_media import photo
from sandbox.synapse import Synapse
from tests.support.synapse.matrix_bot import MatrixBot
from tests.support.synapse.synapse_users import Company


@pytest.fixture
async def bot(synapse: Synapse, registration: dict[str, Any]) -> AsyncIterator[MatrixBot]:
    async with MatrixBot.online(synapse, registration) as bot:
        yield bot


@pytest.fixture
async def room(company: Company, bot: MatrixBot) -> RoomId:
    return await bot.comes_to(company.seller, company.room_id)


async def test_a_room_is_found_by_alias_id_and_link(company: Company, bot: MatrixBot) -> None:
    localpart = f"photos-{secrets.token_hex(4)}"
    room = await company.seller.create_room("Photos", public=True, alias=localpart)
    alias = f"#{localpart}:ppv.localhost"
    for named in (alias, room, f"https://matrix.to/#/{alias}", f"https://matrix.to/#/{room}?via=x"):
        assert await bot.state.resolve(named) == room


@pytest.mark.parametrize("named", ["#nowhere:ppv.localhost", "photos", "@sally:ppv.localhost"])
async def test_a_room_that_is_not_there_is_refused_by_name(bot: MatrixBot, named: str) -> None:
    with pytest.raises(UserError, match=named):
        await bot.state.resolve(named)


async def test_a_member_is_who_has_joined(company: Company, bot: MatrixBot, room: RoomId) -> None:
    buyer = UserId(company.buyer.user_id)
    assert await bot.state.is_member(room, buyer)
    assert await bot.state.is_member(room, bot.user_id)
    await company.buyer.leave(room)
    assert not await bot.state.is_member(room, buyer)
    assert not await bot.state.is_member(room, UserId("@nobody:ppv.localhost"))


async def test_nobody_is_a_member_of_a_room_that_the_bot_cannot_see(
    company: Company, bot: MatrixBot
) -> None:
    private = RoomId(await company.seller.create_room("Private"))
    assert not await bot.state.is_member(private, UserId(company.seller.user_id))
    assert not await bot.state.is_member(RoomId("!nowhere"), bot.user_id)


async def test_people_are_called_by_their_display_name(company: Company, bot: MatrixBot) -> None:
    assert await bot.state.name_of(UserId(company.seller.user_id)) == "Sally"
    stranger = UserId("@nobody:ppv.localhost")
    assert await bot.state.name_of(stranger) == stranger


async def test_a_room_is_called_by_alias_or_name(
    company: Company, bot: MatrixBot, room: RoomId
) -> None:
    assert await bot.state.title(room) == "The shop"
    localpart = f"photos-{secrets.token_hex(4)}"
    named = await company.seller.create_room("Photos", public=True, alias=localpart)
    await bot.comes_to(company.seller, named)
    assert await bot.state.title(RoomId(named)) == f"#{localpart}:ppv.localhost"
    unseen = RoomId(await company.seller.create_room("Private"))
    assert await bot.state.title(unseen) == unseen


async def test_the_power_to_redact_is_read_from_the_room(
    company: Company, bot: MatrixBot, room: RoomId
) -> None:
    assert await bot.state.power(room, bot.user_id, Act.REDACT) == Power(0, 50)
    await company.seller.set_power(room, bot.user_id, 50)
    assert (await bot.state.power(room, bot.user_id, Act.REDACT)).enough


async def test_the_power_of_others_is_read_as_well(
    company: Company, bot: MatrixBot, room: RoomId
) -> None:
    buyer = UserId(company.buyer.user_id)
    assert (await bot.state.power(room, buyer, Act.SPEAK)).enough
    assert (await bot.state.power(room, buyer, Act.REDACT_OWN)).enough
    assert await bot.state.power(room, buyer, Act.PIN) == Power(0, 50)
    assert (await bot.state.power(room, UserId(company.seller.user_id), Act.PIN)).enough


async def test_edits_of_an_event_are_found(company: Company, bot: MatrixBot, room: RoomId) -> None:
    event = await company.seller.say(room, "a caption")
    seller = UserId(company.seller.user_id)
    assert await bot.history.edits(room, EventId(event), seller) == ()
    edit = await company.seller.edit(room, event, "another caption")
    await company.buyer.edit(room, event, "a forged caption")
    assert await bot.history.edits(room, EventId(event), seller) == (edit,)
    assert await bot.history.edits(room, EventId("$nothing"), seller) == ()


async def test_an_event_is_redacted_once_somebody_who_may_has_done_it(
    company: Company, bot: MatrixBot, room: RoomId
) -> None:
    event = await bot.rooms.send(room, Line("Here"), tx_id("here"))
    await company.buyer.wait_for_event(event)
    with pytest.raises(Exception, match="M_FORBIDDEN"):
        await company.buyer.redact(room, event)
    assert not await bot.history.is_redacted(room, event)
    await company.seller.redact(room, event)
    assert await bot.history.is_redacted(room, event)
    assert not await bot.history.is_redacted(room, EventId("$nothing"))


async def test_the_bot_has_all_power_where_it_made_the_room(
    company: Company, bot: MatrixBot
) -> None:
    room = await bot.doors.open_direct(UserId(company.seller.user_id))
    assert (await bot.state.power(room, bot.user_id, Act.REDACT)).enough


async def test_looking_at_the_power_in_a_room_of_others_asks_for_an_invitation(
    company: Company, bot: MatrixBot
) -> None:
    private = RoomId(await company.seller.create_room("Private"))
    with pytest.raises(UserError, match="invite me"):
        await bot.state.power(private, bot.user_id, Act.REDACT)


async def test_what_was_said_before_comes_newest_first_and_no_more_than_asked_for(
    company: Company, bot: MatrixBot, room: RoomId
) -> None:
    await company.seller.say(room, "too long ago")
    first = await company.seller.send_file(room, photo())
    await company.seller.send_file(room, photo())
    command = EventId(await company.seller.say(room, "!ppv 5 USD"))
    await company.seller.say(room, "after it")
    before = await bot.history.before(room, command, 2)
    assert [type(event) for event in before] == [MediaMessage, MediaMessage]
    assert before[-1].origin.event == first
    assert before[-1].origin.room == room


async def test_one_event_is_found_if_it_is_there(
    company: Company, bot: MatrixBot, room: RoomId
) -> None:
    said = EventId(await company.seller.say(room, "!ppv help"))
    found = await bot.history.find(room, said)
    assert isinstance(found, TextMessage)
    assert found.text == "!ppv help"
    assert await bot.history.find(room, EventId("$nowhere")) is None
    assert await bot.history.find(RoomId("!nowhere"), said) is None
    assert await bot.history.before(room, EventId("$nowhere"), 5) == ()
