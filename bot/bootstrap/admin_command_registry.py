"""What admins can say in their room, and who sees to it."""

from bot.bootstrap.bot_ports import Ports, Rules
from bot.bootstrap.services import Parts
from bot.chat.command_call import Command
from bot.chat.commands.admin import AdminCommand
from bot.chat.commands.admin.admin_identity_command import ConfirmIdentity
from bot.chat.commands.admin.block_command import BlockSomebody, UnblockSomebody
from bot.chat.commands.admin.jobs_command import ListJobs, RetryJobs
from bot.chat.commands.admin.reports_command import DismissOne, ListReports
from bot.chat.commands.admin.status_command import ShowStatus
from bot.chat.commands.admin.takedown_command import RestoreOffer, TakeDownOffer
from bot.chat.commands.offers.refund_command import RefundCommand
from bot.services.moderation.submit_report import DismissReport
from bot.services.moderation.takedown import TakeDown

USAGE = (
    "status",
    "jobs",
    "retry 12",
    "block @name:example.org reason",
    "unblock @name:example.org",
    "identity @name:example.org",
    "takedown K7QM2-XPA4E reason",
    "takedown K7QM2-XPA4E refund reason",
    "restore K7QM2-XPA4E reason",
    "reports",
    "dismiss R-K7QM2-XPA4E reason",
    "refund S-K7QM2-XPA4E 2.50 reason",
)


def admin_command(p: Ports, r: Rules, parts: Parts) -> AdminCommand:
    return AdminCommand(p.state, parts.standing, r.admin_room, _tasks(p, r, parts), USAGE)


def _tasks(p: Ports, r: Rules, parts: Parts) -> dict[str, Command]:
    """By the word behind `!ppv admin`."""
    take_down = TakeDown(p.store, r.contact)
    return {
        "status": ShowStatus(p.store, p.rooms, p.desk, p.clock),
        "jobs": ListJobs(p.rooms, p.desk),
        "retry": RetryJobs(p.store, p.rooms, p.desk, p.clock),
        "block": BlockSomebody(p.store, p.rooms, parts.standing, p.clock),
        "unblock": UnblockSomebody(p.store, p.rooms, p.clock),
        "identity": ConfirmIdentity(p.store, p.rooms, p.clock),
        "takedown": TakeDownOffer(p.rooms, take_down, p.clock),
        "restore": RestoreOffer(p.rooms, take_down, p.clock),
        "reports": ListReports(p.store, p.rooms),
        "dismiss": DismissOne(p.rooms, DismissReport(p.store), p.clock, p.mail.works),
        "refund": RefundCommand(p.store, p.rooms, parts.standing, p.clock),
    }
