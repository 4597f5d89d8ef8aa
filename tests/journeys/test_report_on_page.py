"""A report that came by the web, and what the admins have of it."""

import pytest

from bot.ids import code_of, report_code_of
from bot.messages import Alert, Line
from bot.moderating.published import NoSuchOffer
from bot.moderating.report import Said
from bot.permissions import Level, Permissions
from bot.report import Ground, Outcome
from tests.journeys.house import ADMINS, ALICE, House
from tests.journeys.test_reports import DORA, FILE


@pytest.fixture
def house() -> House:
    house = House()
    house.restart(permissions=Permissions({ALICE: Level.SELLER, DORA: Level.ADMIN}))
    house.matrix.members[ADMINS] |= {DORA}
    return house


async def test_a_report_by_the_web_is_told_decided_and_shown(house: House) -> None:
    offer = await house.publishes(FILE)
    said = Said(
        offer=offer, words="It is mine.", ground=Ground.STOLEN, name="Ann", email="ann@example.org"
    )
    report = await house.bot.file_report("a secret", said)
    assert await house.bot.file_report("a secret", said) == report
    await house.work()
    (alert,) = house.matrix.of(Alert)
    assert f"Ann <ann@example.org> reports the offer {code_of(offer)}" in alert.words
    assert "(stolen): “It is mine.”" in alert.words
    await house.says(DORA, ADMINS, f"!ppv admin dismiss {report_code_of(report)} it is hers")
    assert "I send no e-mail" in house.matrix.of(Line)[-1].words
    shown = await house.bot.look_at_report(report)
    assert shown
    assert shown.ruling
    assert (shown.ruling.outcome, shown.ruling.reasons) == (Outcome.DISMISSED, "it is hers")


async def test_what_was_never_published_cannot_be_reported(house: House) -> None:
    offer = await house.publishes(FILE)
    with pytest.raises(NoSuchOffer):
        await house.bot.file_report(
            "a secret", Said(offer=type(offer)("0" * 10), words="It is mine.")
        )
