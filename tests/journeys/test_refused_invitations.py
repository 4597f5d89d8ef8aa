"""Buyers who take no invitation hear so each time they ask, and rooms that were made in vain are given up."""

import pytest

from bot.ids import RoomId
from bot.messages import Line, PersonalLink
from tests.support.bot_harness import BOB, LOUNGE, BotHarness
from tests.support.fake_homeserver import BOT

PNG = b"\x89PNG a picture of the harbour"


@pytest.fixture
def house() -> BotHarness:
    return BotHarness()


async def test_each_try_is_answered_and_the_last_one_succeeds(house: BotHarness) -> None:
    offer = await house.publishes(PNG)
    house.matrix.shut.add(BOB)
    for number in range(1, 4):
        await house.says(BOB, LOUNGE, f"!ppv buy {offer}")
        assert (
            len([each for each in house.matrix.in_room(LOUNGE) if isinstance(each, Line)]) == number
        )
    house.matrix.shut.clear()
    await house.says(BOB, LOUNGE, f"!ppv buy {offer}")
    assert len(house.matrix.of(PersonalLink)) == 1


async def test_a_room_that_was_made_in_vain_is_given_up(house: BotHarness) -> None:
    """The bot died between making the room and inviting the buyer, who takes no invitations."""
    offer = await house.publishes(PNG)
    room = RoomId("!vain:test")
    house.matrix.members[room], house.matrix.opened[room] = {BOT}, BOB
    async with house.store.begin() as uow:
        await uow.direct_rooms.begin_opening(BOB)
    house.matrix.shut.add(BOB)
    await house.says(BOB, LOUNGE, f"!ppv buy {offer}")
    assert BOT not in house.matrix.members[room]
    assert isinstance(house.matrix.in_room(LOUNGE)[-1], Line)


async def test_a_chat_that_the_bot_may_not_invite_to_is_no_fault_of_the_buyers(
    house: BotHarness,
) -> None:
    offer = await house.publishes(PNG)
    await house.says(BOB, LOUNGE, f"!ppv buy {offer}")
    chat = house.direct(BOB)
    house.matrix.members[chat].discard(BOB)
    house.matrix.no_power.add(chat)
    await house.says(BOB, LOUNGE, f"!ppv buy {offer}")
    assert len(house.matrix.of(PersonalLink)) == 2
    assert not [each for each in house.matrix.in_room(LOUNGE) if isinstance(each, Line)]
