"""Somebody wants a real report to go unheard: by filing any number of others, with names or without."""

import pytest

from bot.errors import UserError
from bot.ids import OfferId, UserId, code_of
from bot.messages import Alert
from bot.services.moderation.submit_report import ReportForm
from tests.journeys.test_reports import FILE, house, says
from tests.support.bot_harness import BOB, LOUNGE, BotHarness

__all__ = ["house"]


async def floods(house: BotHarness, offer: OfferId, count: int, server: str | None = None) -> int:
    """How many of the reports were taken."""
    taken = 0
    for number in range(count):
        who = UserId(f"@spam{number}:{server}") if server else None
        said = ReportForm(offer=offer, description="spam spam spam")
        try:
            await house.bot.submit_report(f"flood {server} {number}", said, who)
        except UserError:
            continue
        taken += 1
    await house.work()
    return taken


@pytest.mark.parametrize("server", [None, "evil.test"])
async def test_a_flood_does_not_silence_who_is_known(house: BotHarness, server: str | None) -> None:
    offer = await house.publishes(FILE)
    assert await floods(house, offer, 120, server) == 100
    alerts = len(house.matrix.of(Alert))
    assert alerts == 5
    await house.says(BOB, LOUNGE, f"!ppv report {code_of(offer)} it is my own photo")
    await house.work()
    (alert,) = house.matrix.of(Alert)[alerts:]
    assert "@bob:test reports the offer" in alert.words


async def test_a_flood_of_known_people_does_not_silence_the_nameless(house: BotHarness) -> None:
    offer = await house.publishes(FILE)
    await floods(house, offer, 120, "evil.test")
    alerts = len(house.matrix.of(Alert))
    await house.bot.submit_report(
        "one", ReportForm(offer=offer, description="It is me on it.", name="Ann")
    )
    await house.work()
    assert "Ann" in house.matrix.of(Alert)[alerts:][0].words


async def test_the_list_begins_with_those_who_are_known_and_counts_both(house: BotHarness) -> None:
    offer = await house.publishes(FILE)
    await floods(house, offer, 30)
    await house.says(BOB, LOUNGE, f"!ppv report {code_of(offer)} it is my own photo")
    listed = await says(house, "reports")
    assert "from @bob:test" in listed.splitlines()[0]
    assert "… and 21 more, 21 of them without a Matrix ID." in listed
