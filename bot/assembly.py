"""Putting the verbs together: given the world's ports and the rules of the house, everything the bot does."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Any

from bot.asked import Command
from bot.buy import SendPersonalLink
from bot.checkout import StartCheckout
from bot.commands.buy import BuyCommand
from bot.commands.discard import DiscardCommand
from bot.commands.done import DoneCommand
from bot.commands.draft import DraftCommand
from bot.commands.free import FreeCommand
from bot.commands.help import HelpCommand
from bot.commands.library import LibraryCommand
from bot.commands.paid import PaidCommand
from bot.commands.preview import PreviewCommand
from bot.commands.price import PriceCommand
from bot.commands.publish import PublishCommand
from bot.commands.remove import RemoveCommand
from bot.commands.text import TextCommand
from bot.compose import AddToDraft, Limits
from bot.copies import HomeserverCopies
from bot.deliver import DeliverPurchase, ShowOwnGoods, TellSellerOfSale
from bot.direct import DirectRoom
from bot.dispatch import Dispatch
from bot.draft_card import ShowDraftCard
from bot.events import Event
from bot.flag_in_room import FlagInRoom, Windows
from bot.follow import FollowRedaction
from bot.greet import Greet
from bot.handover import HandOver
from bot.ids import UserId
from bot.jobs import (
    Deliver,
    HandleEvent,
    Job,
    Preview,
    Publish,
    ReadLater,
    Seal,
    Settle,
    ShowDraft,
    ShowGoods,
    StopListening,
    TellKeyMissing,
    TellSeller,
)
from bot.listening import EndListening
from bot.look import Look
from bot.permissions import Permissions
from bot.ports import (
    BlobStore,
    Clock,
    KeyVault,
    Media,
    PaymentProcessor,
    Pictures,
    RoomDoors,
    RoomEncryption,
    RoomHistory,
    Rooms,
    RoomState,
    Store,
)
from bot.preview import PreviewDraft
from bot.publish import PublishOffer
from bot.read import AnswerUnread, HearEncrypted, ReadWhenKeyComes
from bot.receive import ReceivePaymentEvent, ReceiveTransaction
from bot.seal import SealAttachment
from bot.settle import SettleCheckout
from bot.showing import Links, Showing

Handler = Callable[[Any], Awaitable[None]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Ports:
    """The world."""

    store: Store
    rooms: Rooms
    state: RoomState
    history: RoomHistory
    doors: RoomDoors
    encryption: RoomEncryption
    media: Media
    blobs: BlobStore
    vault: KeyVault
    pictures: Pictures
    processor: PaymentProcessor
    clock: Clock


@dataclass(frozen=True, slots=True, kw_only=True)
class Rules:
    """What the settings say."""

    bot: UserId
    permissions: Permissions
    limits: Limits
    windows: Windows
    currency: str
    """Taken where a seller names none."""
    links: Links
    live: bool
    """Real money."""
    private: bool
    """Direct rooms must be encrypted."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Bot:
    """What the edges call."""

    receive_transaction: ReceiveTransaction
    hear_encrypted: HearEncrypted
    receive_payment_event: ReceivePaymentEvent
    start_checkout: StartCheckout
    look: Look
    handlers: Mapping[type[Job], Handler]


def assemble(
    ports: Ports, rules: Rules, understand: Callable[[Mapping[str, Any]], Event | None]
) -> Bot:
    """`understand` turns a raw Matrix event into one of ours, or None."""
    p, r = ports, rules
    copies = HomeserverCopies(p.store, p.media, p.blobs, p.vault)
    hand_over = HandOver(p.vault, copies)
    showing = Showing(copies, hand_over, p.pictures, p.state, p.encryption, r.links)
    direct_room = DirectRoom(p.store, p.state, p.doors, p.encryption, r.bot, r.private)
    end_listening = EndListening(p.store, p.rooms, p.clock, r.windows.gathering)
    send_link = SendPersonalLink(
        p.store, p.rooms, p.state, direct_room, r.permissions, p.clock, r.links
    )
    settle = SettleCheckout(p.store, p.processor, p.clock, r.live)
    commands: dict[str, Command] = {
        "help": HelpCommand(p.rooms, r.permissions, r.currency),
        "price": PriceCommand(p.store, r.currency),
        "text": TextCommand(p.store),
        "free": FreeCommand(p.store),
        "paid": PaidCommand(p.store),
        "remove": RemoveCommand(p.store),
        "draft": DraftCommand(p.store, p.rooms),
        "preview": PreviewCommand(p.store),
        "publish": PublishCommand(p.store, p.state, r.permissions, r.bot),
        "discard": DiscardCommand(p.store, p.rooms),
        "done": DoneCommand(end_listening),
        "buy": BuyCommand(send_link),
        "library": LibraryCommand(p.store, p.rooms, direct_room, p.clock),
    }
    dispatch = Dispatch(
        store=p.store,
        rooms=p.rooms,
        permissions=r.permissions,
        commands=commands,
        greet=Greet(p.store, p.rooms, p.doors, p.encryption, r.permissions, r.private),
        add_to_draft=AddToDraft(p.store, r.permissions, r.limits, r.currency),
        flag_in_room=FlagInRoom(
            p.store,
            p.rooms,
            p.state,
            p.history,
            p.clock,
            r.permissions,
            r.limits,
            r.windows,
            r.currency,
        ),
        end_listening=end_listening,
        send_link=send_link,
        follow_redaction=FollowRedaction(p.store),
        currency=r.currency,
    )

    async def handle_event(job: HandleEvent) -> None:
        event = understand(job.event)
        if event is not None:
            await dispatch(event)

    return Bot(
        receive_transaction=ReceiveTransaction(p.store, r.bot),
        hear_encrypted=HearEncrypted(p.store, p.encryption, p.clock, r.bot),
        receive_payment_event=ReceivePaymentEvent(p.store),
        start_checkout=StartCheckout(p.store, p.state, direct_room, p.processor, p.clock, r.links),
        look=Look(p.store, p.state, settle),
        handlers={
            HandleEvent: handle_event,
            ReadLater: ReadWhenKeyComes(p.store, p.encryption, p.clock, r.bot),
            TellKeyMissing: AnswerUnread(p.rooms, r.bot),
            Seal: SealAttachment(p.store, p.media, p.blobs, p.vault, p.pictures, r.limits),
            ShowDraft: ShowDraftCard(p.store, p.rooms),
            StopListening: end_listening.time_is_up,
            Publish: PublishOffer(p.store, p.rooms, p.state, showing, direct_room),
            Preview: PreviewDraft(p.store, p.rooms, p.state, showing, hand_over),
            Settle: settle,
            Deliver: DeliverPurchase(p.store, p.rooms, p.state, direct_room, hand_over, p.clock),
            TellSeller: TellSellerOfSale(p.store, p.rooms, direct_room),
            ShowGoods: ShowOwnGoods(p.store, p.rooms, hand_over),
        },
    )
