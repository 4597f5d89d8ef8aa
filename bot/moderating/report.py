"""Reporting an offer: written down, told to the admins, and decided by one of them."""

from dataclasses import dataclass

from bot.admin_act import AdminAct
from bot.errors import Refusal
from bot.ids import ReportId, code_of, report_code_of
from bot.jobs import AlertAdmins, TellPerson
from bot.moderating.published import published
from bot.offer import Offer
from bot.ports import Store, UnitOfWork
from bot.report import Outcome, Report, Ruling

_ALERTS = 5
"""So many undecided reports about one offer are told one by one; the rest are only listed."""


class UnknownReport(Refusal):
    """No report has that code."""

    def __init__(self) -> None:
        super().__init__(
            "I know no report with that code. `!ppv admin reports` lists those to decide."
        )


@dataclass(frozen=True, slots=True)
class FileReport:
    store: Store

    async def __call__(self, report: Report) -> None:
        """Once for each id. Raises Refusal."""
        async with self.store.begin() as uow:
            offer = await published(uow, report.offer)
            if await uow.reports.get(report.id):
                return
            waiting = await uow.reports.undecided(report.offer)
            if report.reporter and any(each.reporter == report.reporter for each in waiting):
                raise Refusal(
                    "You have reported that already, and the people who run this have not decided yet."
                    " I tell you when they have."
                )
            await uow.reports.save(report)
            if len(waiting) < _ALERTS:
                words = _to_admins(report, offer)
                await uow.jobs.add(AlertAdmins(f"report:{report.id}", words), once=True)


@dataclass(frozen=True, slots=True)
class DismissReport:
    """The offer stays. Whoever reported it hears why, and its seller that all is well."""

    store: Store

    async def __call__(self, report_id: ReportId, act: AdminAct) -> Report:
        """Raises UnknownReport."""
        async with self.store.begin() as uow:
            report = await uow.reports.get(report_id)
            if report is None:
                raise UnknownReport
            offer = await published(uow, report.offer)
            decided = await decide(uow, report, Outcome.DISMISSED, act)
            await uow.acts.add(act)
            words = (
                f"Somebody has reported your offer {code_of(offer.id)}. The people who run this have looked"
                " at it, and it stays. There is nothing that you need to do."
            )
            await uow.jobs.add(TellPerson(offer.seller, act.cause, words), once=True)
        return decided


async def decide(uow: UnitOfWork, report: Report, outcome: Outcome, act: AdminAct) -> Report:
    """Whoever reported it over Matrix hears of it; the others look at the page that they were given."""
    decided = report.decided(Ruling(outcome=outcome, reasons=act.words, at=act.at))
    await uow.reports.save(decided)
    if report.reporter is not None:
        verdict = (
            "have taken the offer down"
            if outcome is Outcome.UPHELD
            else "have decided to let the offer stand"
        )
        words = (
            f"Thank you for your report {report_code_of(report.id)}. The people who run this {verdict}."
            f" Their reasons: {act.words}\nIf you see it otherwise, tell them so."
        )
        await uow.jobs.add(
            TellPerson(report.reporter, f"{act.cause} {report.id}", words), once=True
        )
    return decided


def _to_admins(report: Report, offer: Offer) -> str:
    code, offer_code = report_code_of(report.id), code_of(offer.id)
    return (
        f"{who_reports(report)} reports the offer {offer_code} of {offer.seller} ({report.ground}):"
        f" {report.words}\n"
        f"To take it down: `!ppv admin takedown {offer_code} reason`\n"
        f"To let it stand: `!ppv admin dismiss {code} reason`"
    )


def who_reports(report: Report) -> str:
    if report.reporter:
        return report.reporter
    named = " ".join(filter(None, [report.name, f"<{report.email}>" if report.email else ""]))
    return named or "Somebody who gives no name"
