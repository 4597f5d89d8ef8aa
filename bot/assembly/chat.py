"""What is said to the bot, and who sees to it."""

from bot.asked import Command
from bot.assembly.admins import admin_command
from bot.assembly.parts import Parts
from bot.assembly.world import Ports, Rules
from bot.books.statement import Statement
from bot.claiming.prove import ProveClaim
from bot.commands.buy import BuyCommand
from bot.commands.cancel import CancelCommand
from bot.commands.claim import ClaimCommand
from bot.commands.connect import ConnectCommand
from bot.commands.discard import DiscardCommand
from bot.commands.done import DoneCommand
from bot.commands.draft import DraftCommand
from bot.commands.export import ExportCommand
from bot.commands.forget_me import ForgetMeCommand
from bot.commands.free import FreeCommand
from bot.commands.give import GiveCommand
from bot.commands.help import HelpCommand
from bot.commands.identity import IdentityCommand
from bot.commands.keep import KeepCommand
from bot.commands.lang import LangCommand
from bot.commands.library import LibraryCommand
from bot.commands.page import PageCommand
from bot.commands.paid import PaidCommand
from bot.commands.pin import PinCommand
from bot.commands.preview import PreviewCommand
from bot.commands.price import PriceCommand
from bot.commands.publish import PublishCommand
from bot.commands.refund import RefundCommand
from bot.commands.remove import RemoveCommand
from bot.commands.report import ReportCommand
from bot.commands.scheduled import ScheduledCommand
from bot.commands.share import ShareCommand
from bot.commands.shop import ShopCommand
from bot.commands.stats import StatsCommand
from bot.commands.studio import StudioCommand
from bot.commands.text import TextCommand
from bot.commands.widget import WidgetCommand
from bot.commands.withdraw import WithdrawCommand
from bot.dispatch import Dispatch
from bot.hearing.arrive import WelcomeBack
from bot.hearing.corrections import Corrections
from bot.hearing.follow import FollowRedaction
from bot.hearing.greet import Greet
from bot.hearing.slow_down import SlowDown
from bot.hearing.turn_away import TurnAway
from bot.moderating.report import FileReport
from bot.selling.arming import ArmGate
from bot.selling.compose import AddToDraft
from bot.selling.flag_in_room import FlagInRoom
from bot.selling.require import RequireAble
from bot.selling.take_out import TakeOut
from bot.signing_in.widget import PutUpWidget
from bot.tidying.keep import KeepIt
from bot.upgrading.hear import HearOfUpgrade


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
    return Dispatch(
        store=p.store,
        rooms=p.rooms,
        standing=parts.standing,
        commands=commands(p, r, parts),
        greet=Greet(p.store, p.rooms, p.state, p.doors, parts.standing, p.clock, r.bot, r.private),
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
        corrections=Corrections(p.store),
        currency=r.currency,
    )
