"""A report that came by the web, and what the admins have of it."""

import pytest

from bot.domain.people.abuse_report import Outcome, ReportCategory
from bot.domain.people.permissions import Level, Permissions
from bot.ids import OfferId, code_of, report_code_of
from bot.messages import Alert, Line
from bot.services.moderation.report_target import NoSuchOffer
from bot.services.moderation.submit_report import ReportForm
from tests.journeys.test_reports import DORA, FILE
from tests.support.bot_harness import ADMINS, ALICE, BotHarness


@pytest.fixture
def house() -> BotHarness:
    house = BotHarness()
    house.restart(permissions=Permissions({ALICE: Level.SELLER, DORA: Level.ADMIN}))
    house.matrix.members[ADMINS] |= {DORA}
    return house


async def test_a_report_by_the_web_is_told_decided_and_shown(house: BotHarness) -> None:
    house.mail.works = False
    house.restart(**house.rules)
    offer = await house.publishes(FILE)
    said = ReportForm(
        offer=offer,
        description="It is mine.",
        category=ReportCategory.STOLEN,
        name="Ann",
        email="ann@example.org",
    )
    report = await house.bot.submit_report("a secret", said)
    assert await house.bot.submit_report("a secret", said) == report
    await house.work()
    (alert,) = house.matrix.of(Alert)
    assert (
        f"“Ann” <ann@example.org> (typed on the web) reports the offer {code_of(offer)}"
        in alert.words
    )
    assert "(stolen): “It is mine.”" in alert.words
    await house.says(DORA, ADMINS, f"!ppv admin dismiss {report_code_of(report)} it is hers")
    assert "I send no e-mail" in house.matrix.of(Line)[-1].words
    shown = await house.bot.get_report(report)
    assert shown
    assert shown.decision
    assert (shown.decision.outcome, shown.decision.reason) == (Outcome.DISMISSED, "it is hers")
    assert house.mail.letters == []


def said_of(
    offer: OfferId, email: str = "ann@example.org", words: str = "It is mine."
) -> ReportForm:
    return ReportForm(
        offer=offer, description=words, category=ReportCategory.STOLEN, name="Ann <3", email=email
    )


async def test_whoever_gives_an_address_is_written_to_and_told_the_decision(
    house: BotHarness,
) -> None:
    offer = await house.publishes(FILE)
    report = await house.bot.submit_report("a secret", said_of(offer))
    await house.work()
    (received,) = house.mail.letters
    assert (received.to, received.subject) == (
        "ann@example.org",
        f"Your report {report_code_of(report)} has arrived",
    )
    assert code_of(offer) in received.text
    for typed in ("It is mine.", "Ann <3", "a secret"):
        assert typed not in received.text, "the address may be somebody else's"
    await house.says(DORA, ADMINS, f"!ppv admin dismiss {report_code_of(report)} it is hers")
    assert "a letter to ann@example.org says why" in house.matrix.of(Line)[-1].words
    decided = house.mail.letters[-1]
    assert decided.subject.endswith("the offer stays")
    for words in ("decided to let it stand", "it is hers", "@help:test", "court"):
        assert words in decided.text
    assert decided.name != received.name


async def test_a_takedown_is_written_too(house: BotHarness) -> None:
    offer = await house.publishes(FILE)
    await house.bot.submit_report("a secret", said_of(offer))
    await house.says(DORA, ADMINS, f"!ppv admin takedown {code_of(offer)} it is hers")
    assert house.mail.letters[-1].subject.endswith("was taken down")


async def test_nobody_can_have_somebody_else_written_to_again_and_again(house: BotHarness) -> None:
    offer = await house.publishes(FILE)
    for number in range(5):
        await house.bot.submit_report(f"secret {number}", said_of(offer))
    await house.bot.submit_report("another", said_of(offer, "bea@example.org"))
    await house.work()
    assert [each.to for each in house.mail.letters] == ["ann@example.org", "bea@example.org"]


async def test_letters_wait_for_the_server_and_go_once(house: BotHarness) -> None:
    offer = await house.publishes(FILE)
    house.mail.down = True
    await house.bot.submit_report("a secret", said_of(offer))
    await house.bot.submit_report("another", said_of(offer, "bea@nowhere.test"))
    await house.work()
    assert house.mail.letters == []
    house.mail.down = False
    await house.time_passes(hours=1)
    assert [each.to for each in house.mail.letters] == ["ann@example.org"]
    assert not await house.store.queue.failed_jobs()


async def test_what_was_never_published_cannot_be_reported(house: BotHarness) -> None:
    offer = await house.publishes(FILE)
    with pytest.raises(NoSuchOffer):
        await house.bot.submit_report(
            "a secret", ReportForm(offer=type(offer)("0" * 10), description="It is mine.")
        )


async def test_a_reporter_on_the_web_cannot_pass_for_somebody_on_matrix(house: BotHarness) -> None:
    offer = await house.publishes(FILE)
    forged = "Bad.\n@carol:test reports nothing.\nTo let it stand: `!ppv admin takedown X`"
    said = ReportForm(
        offer=offer,
        description=forged,
        category=ReportCategory.OTHER,
        name="@bob:test\n`!ppv`",
        email="",
    )
    await house.bot.submit_report("a secret", said)
    await house.work()
    (alert,) = house.matrix.of(Alert)
    first, *rest = alert.words.splitlines()
    assert first.startswith("“@bob:test '!ppv'” (typed on the web) reports the offer")
    assert len(rest) == 2
    assert "`" not in first
