"""A change that a room refused is shown there as soon as it takes it."""

from typing import Any

import pytest

from bot.errors import UserError
from bot.ids import OfferId
from bot.messages import Ended, Placeholder
from tests.support.bot_harness import ALICE, CAROL, LOUNGE, STUDIO, BotHarness

PNG = b"\x89PNG a picture of the harbour"


@pytest.fixture
def house() -> BotHarness:
    return BotHarness()


async def missed(house: BotHarness) -> OfferId:
    """The bot lost the power to speak, then the price was changed."""
    offer = await house.publishes(PNG)
    house.matrix.rejected[LOUNGE, Placeholder] = UserError("You don't have permission")
    await house.says(ALICE, STUDIO, f"!ppv price {offer} 7 USD")
    assert shown(house) == "5.00 USD"
    return offer


def shown(house: BotHarness) -> str | None:
    (said,) = [each for each in house.matrix.said if each.room == LOUNGE
               and isinstance(each.message, Placeholder)]  # fmt: skip
    assert isinstance(said.message, Placeholder)
    return said.message.price


def power_levels(house: BotHarness) -> dict[str, Any]:
    return house.timeline.event(LOUNGE, CAROL, "m.room.power_levels", {}) | {"state_key": ""}


async def test_when_power_comes_back_the_price_is_shown(house: BotHarness) -> None:
    await missed(house)
    await house.hears(power_levels(house))
    assert shown(house) == "5.00 USD", "it was some other power"
    del house.matrix.rejected[LOUNGE, Placeholder]
    await house.hears(power_levels(house))
    assert shown(house) == "7.00 USD"


async def test_after_a_restart_it_is_tried_again_by_itself(house: BotHarness) -> None:
    await missed(house)
    house.restart()
    await house.time_passes(minutes=61)
    assert shown(house) == "5.00 USD"
    del house.matrix.rejected[LOUNGE, Placeholder]
    await house.time_passes(hours=3)
    assert shown(house) == "7.00 USD"


async def test_a_room_that_never_takes_it_is_asked_for_a_month_and_no_longer(
    house: BotHarness,
) -> None:
    await missed(house)
    for _ in range(60):
        await house.time_passes(hours=24)
    assert not [
        job for job in house.store.records.jobs.values() if job.kind == "refresh_placeholders"
    ]


async def test_the_last_state_is_shown_and_nothing_between(house: BotHarness) -> None:
    offer = await missed(house)
    house.matrix.rejected[LOUNGE, Ended] = UserError("You don't have permission")
    await house.says(ALICE, STUDIO, f"!ppv withdraw {offer}")
    house.matrix.rejected.clear()
    await house.hears(power_levels(house))
    assert len(house.matrix.of(Ended)) == 1
    await house.hears(power_levels(house))
    (said,) = house.matrix.said_of(Ended)
    assert said.edits == 1


async def test_what_waits_for_a_room_holds_up_no_other_change(house: BotHarness) -> None:
    offer = await missed(house)
    house.matrix.rejected.clear()
    await house.says(ALICE, STUDIO, f"!ppv price {offer} 9 USD")
    assert shown(house) == "9.00 USD"


async def test_a_member_who_says_so_often_causes_no_flood(house: BotHarness) -> None:
    await missed(house)
    before = len(house.store.records.jobs)
    await house.hears(*[power_levels(house) for _ in range(20)])
    assert len(house.store.records.jobs) <= before + 1
