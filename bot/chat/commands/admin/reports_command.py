"""`!ppv admin reports`, `dismiss R-CODE reason`: what people have reported."""

from dataclasses import dataclass
from textwrap import shorten

from bot.chat.command_call import CommandCall
from bot.chat.commands.admin.admin_replies import act, answer, reason
from bot.domain.people.abuse_report import Report
from bot.domain.people.audit_log import AuditAction
from bot.errors import UserError
from bot.ids import code_of, parse_report_code, report_code_of
from bot.ports import Clock, Rooms, Store
from bot.services.moderation.submit_report import DismissReport, who_reports

_LISTED = 10
_LINE = 200


@dataclass(frozen=True, slots=True)
class ListReports:
    store: Store
    rooms: Rooms

    async def __call__(self, asked: CommandCall) -> None:
        async with self.store.begin() as uow:
            waiting = await uow.reports.undecided()
        # Those that a Matrix ID vouches for come first, because any number can be filed without one.
        waiting = tuple(sorted(waiting, key=lambda each: each.reporter is None))
        lines = [_line(report) for report in waiting[:_LISTED]]
        if len(waiting) > _LISTED:
            nameless = sum(each.reporter is None for each in waiting[_LISTED:])
            lines.append(
                f"… and {len(waiting) - _LISTED} more, {nameless} of them without a Matrix ID."
            )
        await answer(self.rooms, asked, "\n".join(lines) or "No report waits for you.")


@dataclass(frozen=True, slots=True)
class DismissReportCommand:
    rooms: Rooms
    dismiss: DismissReport
    clock: Clock
    letters: bool
    """Whoever came by the web and gave an address is written to."""

    async def __call__(self, asked: CommandCall) -> None:
        typed, words = [*asked.argument.split(maxsplit=1), "", ""][:2]
        report_id = parse_report_code(typed)
        if report_id is None:
            raise UserError(
                "Which report? Write its code like this: `!ppv admin dismiss R-K7QM2-XPA4E reason`"
            )
        code, why = report_code_of(report_id), reason(words)
        report = await self.dismiss(
            report_id, act(asked, AuditAction.DISMISS, code, why, self.clock)
        )
        told = "their own page shows why (I send no e-mail: write to them if you want to)"
        if report.reporter:
            told = f"{report.reporter} is told why"
        elif report.email and self.letters:
            told = f"a letter to {report.email} says why"
        await answer(
            self.rooms, asked, f"{code} is dismissed: {told}, and the seller that all is well."
        )


def _line(report: Report) -> str:
    words = shorten(report.description, _LINE, placeholder="…").replace("`", "'")
    return (
        f"`{report_code_of(report.id)}` about {code_of(report.offer)}, {report.created_at:%Y-%m-%d %H:%M} UTC,"
        f" from {who_reports(report)} ({report.category}): {words}"
    )
