"""What is said to the bot, and who sees to it."""

from bot.bootstrap.admin_command_registry import admin_command
from bot.bootstrap.bot_ports import BotConfig, Ports
from bot.bootstrap.services import Services
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
from bot.chat.commands.drafts.location_command import LocationCommand
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
from bot.services.auth.widget_login import AddWidget
from bot.services.delivery.verify_browser import VerifyBrowser
from bot.services.drafts.chat_draft import AddToDraft
from bot.services.inbound.command_corrections import CommandCorrections
from bot.services.inbound.invite import HandleInvite
from bot.services.inbound.limit_commands import LimitCommands
from bot.services.inbound.member_joined import HandleMemberJoined
from bot.services.inbound.redactions import HandleRedaction
from bot.services.inbound.reject_stranger import RejectStranger
from bot.services.messaging.missed_changes import ShowMissedChanges
from bot.services.moderation.submit_report import SubmitReport
from bot.services.reporting.statement import Statement
from bot.services.retention.extend_retention import ExtendRetention
from bot.services.room_sale.flag_sale import FlagSale
from bot.services.room_sale.redact_and_encrypt import RedactAndEncrypt
from bot.services.room_sale.sale_checks import SaleChecks
from bot.services.room_sale.watch_sender import WatchSender
from bot.services.room_upgrades.detect_upgrade import DetectUpgrade


def commands(ports: Ports, config: BotConfig, services: Services) -> dict[str, Command]:
    """By the name that people type."""
    return {
        "help": HelpCommand(
            ports.store,
            ports.rooms,
            ports.gate,
            services.authorizer,
            config.currency,
            config.contact,
            config.withdrawal_days,
        ),
        "price": PriceCommand(ports.store, ports.rooms, services.edit_offer, config.currency),
        "text": TextCommand(ports.store),
        "free": FreeCommand(ports.store),
        "paid": PaidCommand(ports.store),
        "location": LocationCommand(ports.store, ports.rooms),
        "remove": RemoveCommand(ports.store),
        "draft": DraftCommand(ports.store, ports.rooms, services.find_duplicates, ports.media),
        "preview": PreviewCommand(ports.store),
        "publish": PublishCommand(
            ports.store,
            ports.rooms,
            services.authorizer,
            services.publish_offer,
            services.schedule_sale,
        ),
        "scheduled": ScheduledCommand(
            ports.store, ports.rooms, ports.state, services.authorizer, services.schedule_sale
        ),
        "discard": DiscardCommand(ports.store, ports.rooms),
        "done": DoneCommand(services.end_collecting),
        "withdraw": WithdrawCommand(ports.rooms, services.edit_offer),
        "refund": RefundCommand(ports.store, ports.rooms, services.authorizer, ports.clock),
        "cancel": CancelCommand(ports.rooms, services.cancel_purchase),
        "connect": ConnectCommand(ports.rooms, services.authorizer, services.connect_service),
        "stats": StatsCommand(
            ports.store,
            ports.rooms,
            services.authorizer,
            ports.pictures,
            services.cached_media,
            ports.clock,
            config.time_zone,
        ),
        "export": ExportCommand(
            ports.rooms,
            services.direct_room,
            services.authorizer,
            services.export_own_data,
            Statement(ports.store, config.time_zone),
            services.cached_media,
        ),
        "studio": StudioCommand(
            ports.rooms,
            services.direct_room,
            services.authorizer,
            services.create_login_link,
            services.login_service,
        ),
        "keep": KeepCommand(
            ports.rooms, ExtendRetention(ports.store, ports.clock, config.retention)
        ),
        "page": PageCommand(
            ports.rooms, ports.state, services.authorizer, services.edit_storefront, config.urls
        ),
        "widget": WidgetCommand(
            ports.rooms,
            services.authorizer,
            AddWidget(ports.store, ports.clock, ports.widgets, config.urls),
            config.widgets,
        ),
        "shop": ShopCommand(ports.store, ports.rooms, services.build_room_catalogue),
        "pin": PinCommand(ports.store, services.authorizer, ports.state, services.room_catalogue),
        "give": GiveCommand(ports.rooms, services.authorizer, services.gift_purchase),
        "share": ShareCommand(
            ports.store, ports.rooms, ports.pictures, services.cached_media, config.urls
        ),
        "buy": BuyCommand(services.send_purchase_link),
        "claim": ClaimCommand(ports.rooms, VerifyBrowser(ports.store, ports.clock)),
        "report": ReportCommand(
            ports.rooms, services.direct_room, SubmitReport(ports.store, ports.clock)
        ),
        "forget-me": ForgetMeCommand(ports.rooms, services.erase_user),
        "identity": IdentityCommand(ports.store, ports.rooms, ports.clock),
        "lang": LangCommand(ports.store, ports.rooms, config.tongues, config.language),
        "admin": admin_command(ports, config, services),
        "library": LibraryCommand(
            ports.store,
            ports.rooms,
            services.direct_room,
            services.redeliver,
            services.create_login_link,
        ),
    }


def dispatch(ports: Ports, config: BotConfig, services: Services) -> Dispatch:
    show_missed = ShowMissedChanges(ports.store)
    return Dispatch(
        store=ports.store,
        rooms=ports.rooms,
        authorizer=services.authorizer,
        commands=commands(ports, config, services),
        handle_invite=HandleInvite(
            ports.store,
            ports.rooms,
            ports.state,
            ports.membership,
            services.authorizer,
            show_missed,
            ports.clock,
            config.bot,
            config.private,
        ),
        reject_stranger=RejectStranger(ports.store, ports.rooms, ports.membership, config.contact),
        vet=services.vet,
        limit_commands=LimitCommands.at(config.paces, ports.clock),
        add_to_draft=AddToDraft(
            ports.store, services.authorizer, config.limits, config.quotas, config.currency
        ),
        flag_sale=FlagSale(
            ports.store,
            ports.rooms,
            ports.history,
            ports.clock,
            SaleChecks(
                ports.store,
                services.authorizer,
                services.connect_service,
                ports.state,
                ports.clock,
                config.quotas,
                config.bot,
            ),
            WatchSender(ports.store, ports.gate, ports.clock),
            RedactAndEncrypt(ports.store, ports.rooms, ports.history, ports.clock, config.limits),
            config.limits,
            config.windows,
            config.currency,
        ),
        end_collecting=services.end_collecting,
        direct_room=services.direct_room,
        send_purchase_link=services.send_purchase_link,
        handle_redaction=HandleRedaction(ports.store, ports.history, ports.state, ports.clock),
        handle_member_joined=HandleMemberJoined(ports.store, ports.clock, config.bot),
        detect_upgrade=DetectUpgrade(ports.store),
        show_missed=show_missed,
        command_corrections=CommandCorrections(ports.store),
        currency=config.currency,
    )
