"""What is said to the bot, and who sees to it."""

from bot.bootstrap.admin_command_registry import admin_command
from bot.bootstrap.bot_ports import Ports, Rules
from bot.bootstrap.services import Parts
from bot.chat.command_call import Command
from bot.chat.commands.account.forget_me_command import ForgetMeCommand
from bot.chat.commands.account.help_command import HelpCommand
from bot.chat.commands.account.identity_command import IdentityCommand
from bot.chat.commands.account.lang_command import LangCommand
from bot.chat.commands.account.studio_command import StudioCommand
from bot.chat.commands.account.widget_command import WidgetCommand
from bot.chat.commands.buyers.buy_command import BuyCommand
from bot.chat.commands.buyers.cancel_command import CancelCommand
from bot.chat.commands.buyers.claim_command import ClaimCommand
from bot.chat.commands.buyers.keep_command import KeepCommand
from bot.chat.commands.buyers.library_command import LibraryCommand
from bot.chat.commands.buyers.report_command import ReportCommand
from bot.chat.commands.buyers.share_command import ShareCommand
from bot.chat.commands.drafts.discard_command import DiscardCommand
from bot.chat.commands.drafts.done_command import DoneCommand
from bot.chat.commands.drafts.draft_command import DraftCommand
from bot.chat.commands.drafts.free_command import FreeCommand
from bot.chat.commands.drafts.paid_command import PaidCommand
from bot.chat.commands.drafts.preview_command import PreviewCommand
from bot.chat.commands.drafts.price_command import PriceCommand
from bot.chat.commands.drafts.remove_command import RemoveCommand
from bot.chat.commands.drafts.text_command import TextCommand
from bot.chat.commands.offers.connect_command import ConnectCommand
from bot.chat.commands.offers.export_command import ExportCommand
from bot.chat.commands.offers.give_command import GiveCommand
from bot.chat.commands.offers.page_command import PageCommand
from bot.chat.commands.offers.pin_command import PinCommand
from bot.chat.commands.offers.publish_command import PublishCommand
from bot.chat.commands.offers.refund_command import RefundCommand
from bot.chat.commands.offers.scheduled_command import ScheduledCommand
from bot.chat.commands.offers.shop_command import ShopCommand
from bot.chat.commands.offers.stats_command import StatsCommand
from bot.chat.commands.offers.withdraw_command import WithdrawCommand
from bot.chat.dispatch import Dispatch
from bot.services.auth.widget_login import PutUpWidget
from bot.services.delivery.verify_browser import ProveClaim
from bot.services.drafts.chat_draft import AddToDraft
from bot.services.inbound.command_corrections import Corrections
from bot.services.inbound.invite import Greet
from bot.services.inbound.limit_commands import SlowDown
from bot.services.inbound.member_joined import WelcomeBack
from bot.services.inbound.redactions import FollowRedaction
from bot.services.inbound.reject_stranger import TurnAway
from bot.services.messaging.missed_changes import ShowMissedChanges
from bot.services.moderation.submit_report import FileReport
from bot.services.reporting.statement import Statement
from bot.services.retention.extend_retention import KeepIt
from bot.services.room_sale.flag_sale import FlagInRoom
from bot.services.room_sale.redact_and_encrypt import TakeOut
from bot.services.room_sale.sale_checks import RequireAble
from bot.services.room_sale.watch_sender import ArmGate
from bot.services.room_upgrades.detect_upgrade import HearOfUpgrade


def commands(p: Ports, r: Rules, parts: Parts) -> dict[str, Command]:
    """By the name that people type."""
    return {
        "help": HelpCommand(
            p.store, p.rooms, p.gate, parts.standing, r.currency, r.contact, r.withdrawal_days
        ),
        "price": PriceCommand(p.store, p.rooms, parts.change_offer, r.currency),
        "text": TextCommand(p.store),
        "free": FreeCommand(p.store),
        "paid": PaidCommand(p.store),
        "remove": RemoveCommand(p.store),
        "draft": DraftCommand(p.store, p.rooms, parts.find_twins, p.media),
        "preview": PreviewCommand(p.store),
        "publish": PublishCommand(
            p.store, p.rooms, parts.standing, parts.put_on_sale, parts.plan_sale
        ),
        "scheduled": ScheduledCommand(p.store, p.rooms, p.state, parts.standing, parts.plan_sale),
        "discard": DiscardCommand(p.store, p.rooms),
        "done": DoneCommand(parts.end_listening),
        "withdraw": WithdrawCommand(p.rooms, parts.change_offer),
        "refund": RefundCommand(p.store, p.rooms, parts.standing, p.clock),
        "cancel": CancelCommand(p.rooms, parts.withdraw),
        "connect": ConnectCommand(p.rooms, parts.standing, parts.accounts),
        "stats": StatsCommand(
            p.store,
            p.rooms,
            parts.standing,
            p.pictures,
            parts.copies,
            p.clock,
            r.time_zone,
        ),
        "export": ExportCommand(
            p.rooms,
            parts.direct_room,
            parts.standing,
            parts.take_own_data,
            Statement(p.store, r.time_zone),
            parts.copies,
        ),
        "studio": StudioCommand(
            p.rooms,
            parts.direct_room,
            parts.standing,
            parts.make_sign_in_link,
            parts.sign_in,
        ),
        "keep": KeepCommand(p.rooms, KeepIt(p.store, p.clock, r.retention)),
        "page": PageCommand(p.rooms, p.state, parts.standing, parts.keep_storefront, r.links),
        "widget": WidgetCommand(
            p.rooms,
            parts.standing,
            PutUpWidget(p.store, p.clock, p.widgets, r.links),
            r.widgets,
        ),
        "shop": ShopCommand(p.store, p.rooms, parts.shop_window),
        "pin": PinCommand(p.store, parts.standing, p.state, parts.keep_shop),
        "give": GiveCommand(p.rooms, parts.standing, parts.give_away),
        "share": ShareCommand(p.store, p.rooms, p.pictures, parts.copies, r.links),
        "buy": BuyCommand(parts.send_link),
        "claim": ClaimCommand(p.rooms, ProveClaim(p.store, p.clock)),
        "report": ReportCommand(p.rooms, parts.direct_room, FileReport(p.store, p.clock)),
        "forget-me": ForgetMeCommand(p.rooms, parts.forget_person),
        "identity": IdentityCommand(p.store, p.rooms, p.clock),
        "lang": LangCommand(p.store, p.rooms, r.tongues, r.language),
        "admin": admin_command(p, r, parts),
        "library": LibraryCommand(
            p.store, p.rooms, parts.direct_room, parts.send_again, parts.make_sign_in_link
        ),
    }


def dispatch(p: Ports, r: Rules, parts: Parts) -> Dispatch:
    show_missed = ShowMissedChanges(p.store)
    return Dispatch(
        store=p.store,
        rooms=p.rooms,
        standing=parts.standing,
        commands=commands(p, r, parts),
        greet=Greet(
            p.store,
            p.rooms,
            p.state,
            p.doors,
            parts.standing,
            show_missed,
            p.clock,
            r.bot,
            r.private,
        ),
        turn_away=TurnAway(p.store, p.rooms, p.doors, r.contact),
        vet=parts.vet,
        slow_down=SlowDown.at(r.paces, p.clock),
        add_to_draft=AddToDraft(p.store, parts.standing, r.limits, r.quotas, r.currency),
        flag_in_room=FlagInRoom(
            p.store,
            p.rooms,
            p.history,
            p.clock,
            RequireAble(p.store, parts.standing, parts.accounts, p.state, p.clock, r.quotas, r.bot),
            ArmGate(p.store, p.gate, p.clock),
            TakeOut(p.store, p.rooms, p.history, p.clock, r.limits),
            r.limits,
            r.windows,
            r.currency,
        ),
        end_listening=parts.end_listening,
        direct_room=parts.direct_room,
        send_link=parts.send_link,
        follow_redaction=FollowRedaction(p.store, p.history, p.state, p.clock),
        welcome_back=WelcomeBack(p.store, p.clock, r.bot),
        hear_of_upgrade=HearOfUpgrade(p.store),
        show_missed=show_missed,
        corrections=Corrections(p.store),
        currency=r.currency,
    )
