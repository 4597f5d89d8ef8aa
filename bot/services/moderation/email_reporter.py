"""Letters to those who reported an offer by the form on the web, and gave an address.

Nothing that somebody typed there stands in them: the address may be somebody else's.
https://eur-lex.europa.eu/eli/reg/2022/2065/oj, article 16(4) and (5).
"""

from dataclasses import dataclass

from bot.domain.people.abuse_report import Decision, Outcome, Report
from bot.domain.urls import PublicUrls
from bot.ids import code_of, report_code_of, tx_id
from bot.jobs.moderation_jobs import EmailReporter
from bot.ports import Email, Mailer, Store

_NOT_YOURS = (
    "You have reported nothing? Then somebody has typed your address by mistake, and there is nothing that"
    " you need to do."
)
_ELSEWHERE = "You may also go to a court, or to a body for the settlement of disputes out of court."


@dataclass(frozen=True, slots=True)
class SendReportEmail:
    store: Store
    mailer: Mailer
    urls: PublicUrls
    contact: str
    """Whom to ask, in words; empty for nobody named."""

    async def __call__(self, job: EmailReporter) -> None:
        """Nothing happens where no mail is sent, or nobody knows any more who made the report."""
        async with self.store.begin() as uow:
            report = await uow.reports.get(job.report)
        if report is None or not report.email or not self.mailer.works:
            return
        code = report_code_of(report.id)
        about = f"the offer {code_of(report.offer)} ({self.urls.offer(report.offer)})"
        if report.decision is None:
            subject, paragraphs = f"Your report {code} has arrived", _received(code, about)
        else:
            gone = report.decision.outcome is Outcome.UPHELD
            subject = f"Your report {code}: the offer {'was taken down' if gone else 'stays'}"
            paragraphs = self._decided(report, report.decision, about)
        await self.mailer.send(
            Email(
                to=report.email,
                subject=subject,
                text="\n\n".join(["Hello,", *paragraphs]),
                name=tx_id("letter", report.id, job.what),
            )
        )

    def _decided(self, report: Report, ruling: Decision, about: str) -> tuple[str, ...]:
        verdict = "taken it down" if ruling.outcome is Outcome.UPHELD else "decided to let it stand"
        ask = f"If you see it otherwise, tell them so{f': {self.contact}' if self.contact else ''}."
        first = (
            f"the people who run this have looked at your report {report_code_of(report.id)} about {about},"
            f" and have {verdict}. Their reasons:"
        )
        return first, ruling.reason, f"{ask} {_ELSEWHERE}"


def _received(code: str, about: str) -> tuple[str, ...]:
    thanks = (
        f"thank you. Your report {code} about {about} is with the people who run this. The page that you were"
        " shown says what they decide, and I write to you then as well."
    )
    return thanks, _NOT_YOURS
