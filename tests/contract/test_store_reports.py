"""What people report, as the store keeps it: in memory and in SQLite alike."""

from dataclasses import replace
from datetime import timedelta

from bot.domain.people.abuse_report import Decision, Outcome, Report, ReportCategory
from bot.ids import OfferId, ReportId, UserId
from tests.contract.conftest import AnyStore
from tests.support.factories import NOON, draft

OFFER, OTHER = OfferId("offer00001"), OfferId("offer00002")
BY_CHAT = Report(
    id=ReportId("r1"),
    offer=OFFER,
    category=ReportCategory.OTHER,
    description="it is mine",
    created_at=NOON,
    reporter=UserId("@bob:test"),
)
BY_BROWSER = Report(
    id=ReportId("r2"),
    offer=OTHER,
    category=ReportCategory.STOLEN,
    description="mine\ntoo",
    created_at=NOON - timedelta(hours=1),
    name="Ann Ö",
    email="ann@example.org",
)
UPHELD = Decision(outcome=Outcome.UPHELD, reason="so it is", at=NOON + timedelta(hours=1))


async def saved(store: AnyStore, *reports: Report) -> None:
    async with store.begin() as uow:
        for offer in (OFFER, OTHER):
            if await uow.offers.get(offer) is None:
                await uow.offers.save(draft(offer))
        for report in reports:
            await uow.reports.save(report)


async def test_a_report_comes_back_as_it_was_saved(store: AnyStore) -> None:
    decided = replace(BY_BROWSER, decision=UPHELD)
    await saved(store, BY_CHAT, BY_BROWSER, decided)
    async with store.begin() as uow:
        assert await uow.reports.get(BY_CHAT.id) == BY_CHAT
        assert await uow.reports.get(BY_BROWSER.id) == decided
        assert await uow.reports.get(ReportId("r9")) is None


async def test_those_to_decide_are_found_the_oldest_first(store: AnyStore) -> None:
    await saved(store, BY_CHAT, BY_BROWSER, replace(BY_CHAT, id=ReportId("r3"), decision=UPHELD))
    async with store.begin() as uow:
        assert await uow.reports.undecided() == (BY_BROWSER, BY_CHAT)
        assert await uow.reports.undecided(OFFER) == (BY_CHAT,)
        assert await uow.reports.undecided(OfferId("offer00009")) == ()


async def test_the_first_ruling_stands() -> None:
    dismissed = Decision(outcome=Outcome.DISMISSED, reason="no", at=NOON)
    assert BY_CHAT.with_decision(UPHELD).with_decision(dismissed).decision == UPHELD
