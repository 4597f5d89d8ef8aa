"""`!ppv admin jobs`, `retry`: what was laid aside, and doing it again once its cause is mended."""

from dataclasses import dataclass
from textwrap import shorten

from bot.chat.command_call import CommandCall
from bot.chat.commands.admin.admin_replies import act, answer
from bot.domain.people.audit_log import AuditAction
from bot.domain.queue_stats import FailedJob
from bot.errors import UserError
from bot.ports import Clock, JobAdmin, Rooms, Store

_LISTED = 10
_LINE = 300


@dataclass(frozen=True, slots=True)
class ListJobs:
    rooms: Rooms
    job_admin: JobAdmin

    async def __call__(self, asked: CommandCall) -> None:
        dead = await self.job_admin.failed_jobs()
        if not dead:
            await answer(self.rooms, asked, "No job was laid aside.")
            return
        lines = [_line(job) for job in dead[:_LISTED]]
        if len(dead) > _LISTED:
            lines.append(f"… and {len(dead) - _LISTED} more: `matrix-ppv jobs list`")
        lines.append(
            f"Once the cause is mended: `!ppv admin retry {dead[0].id}`, or `!ppv admin retry all`"
        )
        await answer(self.rooms, asked, "\n".join(lines))


@dataclass(frozen=True, slots=True)
class RetryJobs:
    store: Store
    rooms: Rooms
    job_admin: JobAdmin
    clock: Clock

    async def __call__(self, asked: CommandCall) -> None:
        wanted = asked.argument.strip().lower()
        chosen = [
            job.id for job in await self.job_admin.failed_jobs() if wanted in {str(job.id), "all"}
        ]
        if not chosen:
            raise UserError("Which job? `!ppv admin jobs` lists those that were laid aside.")
        numbers = ", ".join(str(number) for number in chosen)
        async with self.store.begin() as uow:
            await uow.acts.add(act(asked, AuditAction.RETRY, numbers, "", self.clock))
        for number in chosen:
            await self.job_admin.retry_failed(number, self.clock.now())
        await answer(self.rooms, asked, f"I am doing it again: job {numbers}.")


def _line(job: FailedJob) -> str:
    error = shorten(job.error, _LINE, placeholder="…").replace("`", "'")
    return f"{job.id}: `{job.kind}`, {job.created_at:%Y-%m-%d %H:%M} UTC. {error}"
