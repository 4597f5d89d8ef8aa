"""Whoever asks too much at once is told so once, and then not heard for a while."""

import pytest

from bot.ids import RoomId
from bot.messages import DraftCard, Help, Line, PersonalLink, Placeholder
from bot.services.inbound.limit_commands import CommandRates
from tests.support.bot_harness import ALICE, BOB, CAROL, LOUNGE, STUDIO, BotHarness
from tests.support.fake_homeserver import BOT


@pytest.fixture
def house() -> BotHarness:
    return BotHarness()


async def test_a_person_who_asks_too_much_is_told_once(house: BotHarness) -> None:
    house.restart(paces=CommandRates(person=2, room=1000))
    for _ in range(2):
        await house.says(BOB, LOUNGE, "!ppv help")
    third = await house.says(BOB, LOUNGE, "!ppv help")
    await house.says(BOB, LOUNGE, "!ppv help")
    assert len(house.matrix.of(Help)) == 2
    (told,) = house.matrix.said_of(Line)
    assert told.reply_to == third
    assert "for one person in a minute" in house.matrix.of(Line)[0].words
    await house.says(CAROL, LOUNGE, "!ppv help")
    await house.time_passes(seconds=30)
    await house.says(BOB, LOUNGE, "!ppv help")
    assert len(house.matrix.of(Help)) == 4


async def test_a_room_that_asks_too_much_is_told_once(house: BotHarness) -> None:
    house.restart(paces=CommandRates(person=1000, room=2))
    for who in (ALICE, BOB, CAROL, CAROL):
        await house.says(who, LOUNGE, "!ppv help")
    assert len(house.matrix.of(Help)) == 2
    (told,) = house.matrix.of(Line)
    assert "for one room in a minute" in told.words
    attic = RoomId("!attic:test")
    house.matrix.members[attic] = {BOT, BOB}
    await house.says(BOB, attic, "!ppv help")
    assert len(house.matrix.of(Help)) == 3


async def test_reactions_count_too(house: BotHarness) -> None:
    await house.publishes(b"a picture")
    house.restart(paces=CommandRates(person=1, room=1000))
    placeholder = house.matrix.event_of(Placeholder)
    for _ in range(3):
        await house.reacts(BOB, LOUNGE, placeholder, "🔓")
    assert len(house.matrix.of(PersonalLink)) == 1


async def test_what_people_say_to_each_other_costs_nothing(house: BotHarness) -> None:
    house.restart(paces=CommandRates(person=1, room=1))
    for _ in range(5):
        await house.says(BOB, LOUNGE, "Good morning!")
    await house.says(BOB, LOUNGE, "!ppv help")
    assert len(house.matrix.of(Help)) == 1


async def test_files_may_come_as_fast_as_they_like(house: BotHarness) -> None:
    house.restart(paces=CommandRates(person=1, room=1))
    await house.open_studio()
    for number in range(3):
        await house.sends(ALICE, STUDIO, b"a picture", f"{number}.png")
    await house.time_passes(seconds=2)
    assert len(house.matrix.of(DraftCard)[-1].items) == 3
