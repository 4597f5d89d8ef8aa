"""`!ppv admin status`: how things stand."""

from dataclasses import dataclass

from bot.chat.command_call import CommandCall
from bot.chat.commands.admin.admin_replies import answer
from bot.ports import Clock, JobAdmin, Rooms, Store


@dataclass(frozen=True, slots=True)
class ShowStatus:
    store: Store
    rooms: Rooms
    job_admin: JobAdmin
    clock: Clock

    async def __call__(self, asked: CommandCall) -> None:
        backlog = await self.job_admin.stats()
        async with self.store.begin() as uow:
            blocked = await uow.blocks.all()
            reports = await uow.reports.undecided()
        lines = [f"Jobs: {backlog.running} under way, {backlog.waiting} waiting."]
        if backlog.oldest_created_at:
            minutes = round((self.clock.now() - backlog.oldest_created_at).total_seconds() / 60)
            lines.append(f"The oldest of them came {minutes} minutes ago.")
        lines.append(
            f"Laid aside, waiting for you: {backlog.failed}, see `!ppv admin jobs`."
            if backlog.failed
            else "Nothing was laid aside."
        )
        if reports:
            lines.append(f"Reports to decide: {len(reports)}, see `!ppv admin reports`.")
        if blocked:
            lines.append(f"Blocked from this room: {', '.join(blocked)}.")
        await answer(self.rooms, asked, "\n".join(lines))
