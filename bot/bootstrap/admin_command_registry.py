"""What admins can say in their room, and who sees to it."""

from bot.bootstrap.bot_ports import BotConfig, Ports
from bot.bootstrap.services import Services
from bot.chat.command_call import Command
from bot.chat.commands.admin import AdminCommand
from bot.chat.commands.admin.admin_identity_command import ConfirmIdentity
from bot.chat.commands.admin.block_command import BlockUser, UnblockUser
from bot.chat.commands.admin.jobs_command import ListJobs, RetryJobs
from bot.chat.commands.admin.reports_command import DismissReportCommand, ListReports
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


def admin_command(ports: Ports, config: BotConfig, services: Services) -> AdminCommand:
    return AdminCommand(
        ports.state, services.authorizer, config.admin_room, _tasks(ports, config, services), USAGE
    )


def _tasks(ports: Ports, config: BotConfig, services: Services) -> dict[str, Command]:
    """By the word behind `!ppv admin`."""
    take_down = TakeDown(ports.store, config.contact)
    return {
        "status": ShowStatus(ports.store, ports.rooms, ports.job_admin, ports.clock),
        "jobs": ListJobs(ports.rooms, ports.job_admin),
        "retry": RetryJobs(ports.store, ports.rooms, ports.job_admin, ports.clock),
        "block": BlockUser(ports.store, ports.rooms, services.authorizer, ports.clock),
        "unblock": UnblockUser(ports.store, ports.rooms, ports.clock),
        "identity": ConfirmIdentity(ports.store, ports.rooms, ports.clock),
        "takedown": TakeDownOffer(ports.rooms, take_down, ports.clock),
        "restore": RestoreOffer(ports.rooms, take_down, ports.clock),
        "reports": ListReports(ports.store, ports.rooms),
        "dismiss": DismissReportCommand(
            ports.rooms, DismissReport(ports.store), ports.clock, ports.mailer.works
        ),
        "refund": RefundCommand(ports.store, ports.rooms, services.authorizer, ports.clock),
    }
