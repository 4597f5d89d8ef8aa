"""Reporting an offer by chat, and what becomes of it."""

from datetime import timedelta

import pytest

from bot.domain.people.abuse_report import Outcome, Report
from bot.domain.people.audit_log import AuditAction
from bot.domain.people.permissions import Level, Permissions
from bot.ids import OfferId, UserId, code_of, report_code_of
from bot.messages import Alert, Decision, Line
from bot.services.moderation.submit_report import ReportForm
from tests.support.bot_harness import ADMINS, ALICE, BOB, CAROL, LOUNGE, STUDIO, BotHarness

DORA = UserId("@dora:test")
FILE = b"\x89PNG a picture"


@pytest.fixture
def house() -> BotHarness:
    house = BotHarness()
    house.restart(
        permissions=Permissions({"test": Level.BUYER, ALICE: Level.SELLER, DORA: Level.ADMIN})
    )
    house.matrix.members[ADMINS] |= {DORA}
    return house


async def says(house: BotHarness, words: str) -> str:
    await house.says(DORA, ADMINS, f"!ppv admin {words}")
    return [each.words for each in house.matrix.in_room(ADMINS) if isinstance(each, Line)][-1]


async def reported(house: BotHarness, who: UserId = BOB, *, offer: OfferId | None = None) -> Report:
    offer = offer or await house.publishes(FILE)
    await house.says(who, LOUNGE, f"!ppv report {code_of(offer)} it is my own photo")
    return list(house.store.records.reports.values())[-1]


def told(house: BotHarness, who: UserId) -> list[str]:
    room = STUDIO if who == ALICE else house.direct(who)
    return [each.words for each in house.matrix.in_room(room) if isinstance(each, Decision)]


async def test_a_report_is_acknowledged_in_private_and_goes_to_the_admins(
    house: BotHarness,
) -> None:
    report = await reported(house)
    assert (report.reporter, report.description) == (BOB, "it is my own photo")
    (thanks,) = told(house, BOB)
    assert report_code_of(report.id) in thanks
    assert "I tell you here what they decide" in thanks
    (alert,) = house.matrix.of(Alert)
    assert "@bob:test reports the offer" in alert.words
    assert f"!ppv admin dismiss {report_code_of(report.id)} reason" in alert.words
    assert [said for said in house.matrix.said if isinstance(said.message, Line)] == []


async def test_a_takedown_decides_all_reports_about_the_offer(house: BotHarness) -> None:
    first = await reported(house)
    second = await reported(house, CAROL, offer=first.offer)
    house.clock.advance(timedelta(seconds=1))
    other = await reported(house, CAROL)
    await says(house, f"takedown {code_of(first.offer)} it is Bob's")
    for who, report in ((BOB, first), (CAROL, second)):
        words = told(house, who)[-1]
        assert report_code_of(report.id) in words
        assert "have taken the offer down. Their reasons: it is Bob's" in words
        ruling = house.store.records.reports[report.id].decision
        assert ruling
        assert (ruling.outcome, ruling.reason) == (Outcome.UPHELD, "it is Bob's")
    assert house.store.records.reports[other.id].decision is None
    assert "Their reason: it is Bob's" in told(house, ALICE)[-1]


async def test_a_report_that_is_dismissed_is_answered_with_the_reasons(house: BotHarness) -> None:
    report = await reported(house)
    code = report_code_of(report.id)
    assert f"`{code}` about {code_of(report.offer)}" in await says(house, "reports")
    assert "@bob:test is told why" in await says(house, f"dismiss {code} she took it herself")
    assert (
        "decided to let the offer stand. Their reasons: she took it herself" in told(house, BOB)[-1]
    )
    assert "it stays" in told(house, ALICE)[-1]
    assert "she took it herself" not in told(house, ALICE)[-1]
    assert await says(house, "reports") == "No report waits for you."
    (act,) = house.store.records.admin_acts.values()
    assert (act.action, act.target, act.reason) == (
        AuditAction.DISMISS,
        code,
        "she took it herself",
    )


async def test_what_is_decided_stays_decided(house: BotHarness) -> None:
    report = await reported(house)
    await says(house, f"takedown {code_of(report.offer)} it is Bob's")
    heard = len(told(house, BOB))
    said = await says(house, f"dismiss {report_code_of(report.id)} after all")
    assert said == "That report is decided already."
    assert len(told(house, BOB)) == heard
    assert [act.action for act in house.store.records.admin_acts.values()] == [
        AuditAction.TAKE_DOWN
    ]


async def test_what_was_taken_down_needs_no_report(house: BotHarness) -> None:
    report = await reported(house)
    await says(house, f"takedown {code_of(report.offer)} it is Bob's")
    await reported(house, CAROL, offer=report.offer)
    assert "was taken down" in house.matrix.of(Line)[-1].words
    assert len(house.store.records.reports) == 1


async def test_one_person_reports_an_offer_once_until_it_is_decided(house: BotHarness) -> None:
    report = await reported(house)
    await reported(house, offer=report.offer)
    assert "You have reported that already" in house.matrix.of(Line)[-1].words
    await says(house, f"dismiss {report_code_of(report.id)} no")
    await reported(house, offer=report.offer)
    assert len(house.store.records.reports) == 2


async def test_admins_are_not_called_for_each_of_very_many(house: BotHarness) -> None:
    first = await reported(house)
    for number in range(7):
        who = UserId(f"@crowd{number}:test")
        await reported(house, who, offer=first.offer)
    assert len(house.matrix.of(Alert)) == 5
    assert (await says(house, "reports")).count("`R-") == 8
    assert "Reports to decide: 8" in await says(house, "status")


async def test_more_than_enough_are_not_written_down(house: BotHarness) -> None:
    offer = await house.publishes(FILE)
    for number in range(100):
        said, who = (
            ReportForm(offer=offer, description="it is mine"),
            UserId(f"@crowd{number}:test"),
        )
        await house.bot.submit_report(f"secret {number}", said, who)
    await house.says(BOB, LOUNGE, f"!ppv report {code_of(offer)} it is mine")
    assert len(house.store.records.reports) == 100
    assert "Very many have reported this already" in house.matrix.of(Line)[-1].words


async def test_what_people_write_is_not_in_the_log_where_admins_have_a_room(
    house: BotHarness, caplog: pytest.LogCaptureFixture
) -> None:
    await reported(house)
    (record,) = [each for each in caplog.records if each.message == "alert"]
    assert "my own photo" not in repr(record.__dict__)
    house.restart(admin_room="", permissions=Permissions({"test": Level.BUYER}))
    await reported(house, CAROL, offer=next(iter(house.store.records.offers)))
    assert "my own photo" in repr([each.__dict__ for each in caplog.records])


@pytest.mark.parametrize("typed", ["", "K7QM2-XPA4E", "sunset it is mine"])
async def test_a_code_and_a_reason_are_needed(house: BotHarness, typed: str) -> None:
    await house.says(BOB, LOUNGE, f"!ppv report {typed}")
    assert "Which offer, and what is wrong with it?" in house.matrix.of(Line)[-1].words


async def test_what_was_never_published_cannot_be_reported(house: BotHarness) -> None:
    await house.says(BOB, LOUNGE, "!ppv report K7QM2-XPA4E it is mine")
    assert "no published offer" in house.matrix.of(Line)[-1].words


async def test_a_code_and_a_reason_are_needed_to_dismiss(house: BotHarness) -> None:
    report = await reported(house)
    assert "Please say why" in await says(house, f"dismiss {report_code_of(report.id)}")
    assert "Which report?" in await says(house, "dismiss sunset because")
    assert "no report with that code" in await says(house, "dismiss R-00000-00000 because")
    assert house.store.records.reports[report.id].decision is None


@pytest.mark.parametrize("place", range(1, 5))
async def test_it_is_said_once_wherever_the_program_dies(house: BotHarness, place: int) -> None:
    offer = await house.publishes(FILE)
    house.fuse.places, house.fuse.kills_at = 0, place
    report = await reported(house, offer=offer)
    assert house.fuse.places >= place
    await says(house, f"dismiss {report_code_of(report.id)} no")
    assert len(house.matrix.of(Alert)) == 1
    assert len(told(house, BOB)) == 2
