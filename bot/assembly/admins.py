"""What admins can say in their room, and who sees to it."""

from bot.asked import Command
from bot.assembly.parts import Parts
from bot.assembly.world import Ports, Rules
from bot.commands.admin import AdminCommand
from bot.commands.admin.block import BlockSomebody, UnblockSomebody
from bot.commands.admin.jobs import ListJobs, RetryJobs
from bot.commands.admin.status import ShowStatus
from bot.commands.refund import RefundCommand

USAGE = (
    "status",
    "jobs",
    "retry 12",
    "block @name:example.org reason",
    "unblock @name:example.org",
    "refund S-K7QM2-XPA4E 2.50 reason",
)


def admin_command(p: Ports, r: Rules, parts: Parts) -> AdminCommand:
    return AdminCommand(p.state, parts.standing, r.admin_room, _tasks(p, parts), USAGE)


def _tasks(p: Ports, parts: Parts) -> dict[str, Command]:
    """By the word behind `!ppv admin`."""
    return {
        "status": ShowStatus(p.store, p.rooms, p.desk, p.clock),
        "jobs": ListJobs(p.rooms, p.desk),
        "retry": RetryJobs(p.store, p.rooms, p.desk, p.clock),
        "block": BlockSomebody(p.store, p.rooms, parts.standing, p.clock),
        "unblock": UnblockSomebody(p.store, p.rooms, p.clock),
        "refund": RefundCommand(p.store, p.rooms, parts.standing, p.clock),
    }
