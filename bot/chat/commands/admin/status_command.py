"""`!ppv admin status`: how things stand."""

from dataclasses import dataclass

from bot.chat.command_call import Asked
from bot.chat.commands.admin.admin_replies import answer
from bot.ports import Clock, JobDesk, Rooms, Store


@dataclass(frozen=True, slots=True)
class ShowStatus:
    store: Store
    rooms: Rooms
    desk: JobDesk
    clock: Clock

    async def __call__(self, asked: Asked) -> None:
        backlog = await self.desk.backlog()
        async with self.store.begin() as uow:
            blocked = await uow.blocks.all()
            reports = await uow.reports.undecided()
        lines = [f"Jobs: {backlog.running} under way, {backlog.waiting} waiting."]
        if backlog.oldest:
            minutes = round((self.clock.now() - backlog.oldest).total_seconds() / 60)
            lines.append(f"The oldest of them came {minutes} minutes ago.")
        lines.append(
            f"Laid aside, waiting for you: {backlog.dead}, see `!ppv admin jobs`."
            if backlog.dead
            else "Nothing was laid aside."
        )
        if reports:
            lines.append(f"Reports to decide: {len(reports)}, see `!ppv admin reports`.")
        if blocked:
            lines.append(f"Blocked from this room: {', '.join(blocked)}.")
        await answer(self.rooms, asked, "\n".join(lines))
