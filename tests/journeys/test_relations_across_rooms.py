"""Somebody names an event of another room, or of somebody else, in an event of their own."""

import pytest

from bot.ids import RoomId
from bot.messages import PersonalLink, Placeholder
from tests.support.bot_harness import ALICE, BOB, CAROL, LOUNGE, BotHarness
from tests.support.fake_homeserver import BOT

PNG = b"\x89PNG a picture of the harbour"
OWN = RoomId("!bobs:test")


@pytest.fixture
async def house() -> BotHarness:
    house = BotHarness()
    await house.publishes(PNG)
    house.matrix.members[OWN] = {BOB, CAROL, BOT}
    return house


async def test_a_reaction_elsewhere_to_a_placeholder_of_another_room_gives_no_link(
    house: BotHarness,
) -> None:
    placeholder = house.matrix.event_of(Placeholder)
    await house.reacts(BOB, OWN, placeholder, "🔓")
    assert not house.matrix.of(PersonalLink)
    await house.reacts(BOB, LOUNGE, placeholder, "🔓")
    assert len(house.matrix.of(PersonalLink)) == 1


async def test_a_redaction_elsewhere_takes_nothing_off_sale(house: BotHarness) -> None:
    placeholder = house.matrix.event_of(Placeholder)
    for who in (BOB, ALICE):
        await house.hears(house.timeline.redaction(OWN, who, placeholder))
    (offer,) = house.store.records.offers.values()
    assert [each.room for each in offer.listings] == [LOUNGE]
    assert offer.state.value == "open"
