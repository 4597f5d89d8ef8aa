"""Reporting an offer: written down, told to the admins, and decided by one of them."""

from dataclasses import dataclass, field

from bot.domain.offers.offer import Offer
from bot.domain.people.abuse_report import Decision, Outcome, Report, ReportCategory
from bot.domain.people.audit_log import AuditEntry
from bot.domain.people.display_names import one_line
from bot.errors import UserError
from bot.i18n import gettext_lazy
from bot.ids import (
    OfferId,
    ReportId,
    UserId,
    code_of,
    digest_of,
    homeserver_of,
    report_code_of,
    report_id,
)
from bot.jobs.moderation_jobs import EmailReporter, NotifyUser
from bot.jobs.operator_jobs import AlertAdmins
from bot.ports import Clock, Store, UnitOfWork
from bot.services.moderation.report_target import published

_ALERTS = 5
"""So many undecided reports of one kind about one offer are told one by one; the rest are only listed."""
_LONGEST = 5000
"""Letters."""
_MOST = 100
"""Of undecided ones of one kind about one offer: more tell nobody anything new."""


class UnknownReport(UserError):
    """No report has that code."""

    def __init__(self) -> None:
        super().__init__(
            gettext_lazy(
                "I know no report with that code. `!ppv admin reports` lists those to decide."
            )
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportForm:
    """What somebody reports."""

    offer: OfferId
    description: str = field(repr=False)
    category: ReportCategory = ReportCategory.OTHER
    name: str = field(default="", repr=False)
    email: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True)
class SubmitReport:
    store: Store
    clock: Clock

    async def __call__(
        self, cause: str, said: ReportForm, reporter: UserId | None = None
    ) -> ReportId:
        """Once for each cause. `reporter`: whom Matrix vouches for, if anybody. Raises UserError."""
        report = Report(
            id=report_id(cause),
            offer=said.offer,
            category=said.category,
            description=said.description[:_LONGEST],
            created_at=self.clock.now(),
            reporter=reporter,
            name=said.name,
            email=said.email,
        )
        async with self.store.begin() as uow:
            offer = await published(uow, report.offer)
            if await uow.reports.get(report.id):
                return report.id
            offer.require_not_taken_down()
            waiting = await uow.reports.undecided(report.offer)
            if report.reporter and any(each.reporter == report.reporter for each in waiting):
                raise UserError(
                    gettext_lazy(
                        "You have reported that already, and the people who run this have not decided yet. I tell"
                        " you when they have."
                    )
                )
            alike = sum(_kind(each) == _kind(report) for each in waiting)
            if alike >= _MOST:
                raise UserError(
                    gettext_lazy(
                        "Very many have reported this already, and the people who run this know of it. Thank you:"
                        " there is nothing more that you need to do."
                    )
                )
            await uow.reports.save(report)
            if await _to_be_acknowledged(uow, report):
                await uow.jobs.add(EmailReporter(report.id, "received"), queueing_lock=True)
            if alike < _ALERTS:
                words = _to_admins(report, offer)
                await uow.jobs.add(AlertAdmins(f"report:{report.id}", words), queueing_lock=True)
        return report.id


@dataclass(frozen=True, slots=True)
class GetReport:
    """For whoever reported it: what became of it."""

    store: Store

    async def __call__(self, report: ReportId) -> Report | None:
        async with self.store.begin() as uow:
            return await uow.reports.get(report)


@dataclass(frozen=True, slots=True)
class DismissReport:
    """The offer stays. Whoever reported it hears why, and its seller that all is well."""

    store: Store

    async def __call__(self, report_id: ReportId, act: AuditEntry) -> Report:
        """Raises UserError."""
        async with self.store.begin() as uow:
            report = await uow.reports.get(report_id)
            if report is None:
                raise UnknownReport
            if report.decision is not None:
                raise UserError(gettext_lazy("That report is decided already."))
            offer = await published(uow, report.offer)
            decided = await decide(uow, report, Outcome.DISMISSED, act)
            await uow.acts.add(act)
            words = gettext_lazy(
                "Somebody has reported your offer {code}. The people who run this have looked at it, and"
                " it stays. There is nothing that you need to do.",
                code=code_of(offer.id),
            )
            await uow.jobs.add(
                NotifyUser(offer.seller, act.idempotency_key, words), queueing_lock=True
            )
        return decided


async def decide(uow: UnitOfWork, report: Report, outcome: Outcome, act: AuditEntry) -> Report:
    """Whoever reported it over Matrix hears of it; the others look at the page that they were given."""
    decided = report.with_decision(Decision(outcome=outcome, reason=act.reason, at=act.at))
    await uow.reports.save(decided)
    if report.email:
        await uow.jobs.add(EmailReporter(report.id, "decided"), queueing_lock=True)
    if report.reporter is not None:
        verdict = (
            gettext_lazy("have taken the offer down")
            if outcome is Outcome.UPHELD
            else gettext_lazy("have decided to let the offer stand")
        )
        words = gettext_lazy(
            "Thank you for your report {report}. The people who run this {verdict}. Their reasons:"
            " {reasons}\nIf you see it otherwise, tell them so.",
            report=report_code_of(report.id),
            verdict=verdict,
            reasons=act.reason,
        )
        await uow.jobs.add(
            NotifyUser(report.reporter, f"{act.idempotency_key} {report.id}", words),
            queueing_lock=True,
        )
    return decided


def _kind(report: Report) -> str | None:
    """Return the homeserver that vouches for the reporter, None for somebody at a browser.

    Each kind has its own share, because anybody can file any number without a name, and whoever has a
    homeserver any number with names from there: neither must silence the others.
    """
    return homeserver_of(report.reporter) if report.reporter else None


async def _to_be_acknowledged(uow: UnitOfWork, report: Report) -> bool:
    """By letter, once a day for each address: anybody can type anybody's."""
    day = f"{report.created_at:%Y-%m-%d}"
    return bool(report.email) and await uow.inbox.accept("letter", digest_of(report.email, day))


def _to_admins(report: Report, offer: Offer) -> str:
    code, offer_code = report_code_of(report.id), code_of(offer.id)
    # On one line and without backticks, so that nobody adds lines that look like the bot's own.
    words = one_line(report.description, _LONGEST).replace("`", "'")
    return (
        f"{who_reports(report)} reports the offer {offer_code} of {offer.seller} ({report.category}):"
        f" “{words}”\n"
        f"To take it down: `!ppv admin takedown {offer_code} reason`\n"
        f"To let it stand: `!ppv admin dismiss {code} reason`"
    )


def who_reports(report: Report) -> str:
    if report.reporter:
        return report.reporter
    told = [
        f"“{one_line(report.name)}”" if report.name else "",
        f"<{report.email}>" if report.email else "",
    ]
    said = " ".join(filter(None, told)).replace("`", "'")
    return f"{said} (typed on the web)" if said else "Somebody who gives no name"
