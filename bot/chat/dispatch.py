"""From an event to what it asks for. Refusals are answered here, to the very event that caused them."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from bot.chat.command_call import Command, CommandCall, OnlyInPrivate
from bot.chat.commands.account.nearest_command import nearest
from bot.domain.matrix.event_filter import (
    BUY_REACTION,
    DONE_REACTION,
    is_reaction,
    strip_command_prefix,
)
from bot.domain.matrix.matrix_event import (
    Event,
    EventMeta,
    Gallery,
    Invite,
    MediaMessage,
    MemberJoined,
    PowerLevels,
    Reaction,
    Redaction,
    TextMessage,
    Tombstone,
    Undecryptable,
    Unsellable,
)
from bot.domain.matrix.private_room import ProvedRoom
from bot.domain.matrix.thread import replying_to
from bot.domain.money.price_parser import ParsedPrice, parse_price_and_text
from bot.domain.people.permissions import Level
from bot.errors import UserError
from bot.i18n import gettext_lazy
from bot.ids import tx_id
from bot.messages import CannotRead, Line
from bot.ports import Rooms, Store
from bot.services.auth.authorization import Authorizer
from bot.services.checkout.send_purchase_link import SendPurchaseLink
from bot.services.drafts.chat_draft import AddToDraft, edit_draft
from bot.services.inbound.command_corrections import CommandCorrections
from bot.services.inbound.invite import HandleInvite
from bot.services.inbound.limit_commands import LimitCommands
from bot.services.inbound.member_joined import HandleMemberJoined
from bot.services.inbound.redactions import HandleRedaction
from bot.services.inbound.reject_stranger import RejectStranger
from bot.services.inbound.vet_sender import ENCRYPTED_ONLY, HARMLESS, VetSender
from bot.services.messaging.direct_room import DirectRoom
from bot.services.messaging.missed_changes import ShowMissedChanges
from bot.services.room_sale.end_collecting import EndCollecting
from bot.services.room_sale.flag_sale import FlagSale
from bot.services.room_upgrades.detect_upgrade import DetectUpgrade

ROOM_COMMANDS = frozenset(
    {"admin", "help", "done", "buy", "lang", "library", "claim", "pin", "report", "shop"}
)
"""Commands that make sense in a room with others; the rest belong in the studio."""

HIDDEN = frozenset({"admin"})
"""Commands that are suggested to nobody."""

EDITABLE = frozenset({"price", "text"})
"""Commands that may be given by editing an earlier message: twice, they do no harm."""


_UNSELLABLE = {
    "location": gettext_lazy(
        "I can't sell a place on the map. Send me photos, videos, sounds or files."
    ),
    "sticker": gettext_lazy("I can't sell a sticker. Send the picture itself, as a file."),
    "poll": gettext_lazy(
        "I can't sell a poll, nor vote in one. Send me photos, videos, sounds or files."
    ),
}


@dataclass(frozen=True, slots=True)
class Dispatch:
    store: Store
    rooms: Rooms
    direct_room: DirectRoom
    authorizer: Authorizer
    commands: Mapping[str, Command]
    handle_invite: HandleInvite
    reject_stranger: RejectStranger
    vet: VetSender
    limit_commands: LimitCommands
    add_to_draft: AddToDraft
    flag_sale: FlagSale
    end_collecting: EndCollecting
    send_purchase_link: SendPurchaseLink
    handle_redaction: HandleRedaction
    handle_member_joined: HandleMemberJoined
    detect_upgrade: DetectUpgrade
    show_missed: ShowMissedChanges
    command_corrections: CommandCorrections
    currency: str

    async def __call__(self, event: Event) -> None:
        if isinstance(event, Tombstone):
            await self.detect_upgrade(event)
            return
        if isinstance(event, PowerLevels):
            await self.show_missed(event.origin.room)
            return
        with replying_to(event.origin):
            await self._respond(event)

    async def _respond(self, event: Event) -> None:
        level = await self.authorizer.level_of(event.origin.sender)
        barred = level is None or level is Level.BLOCK
        try:
            if barred and not await self.detect_upgrade.awaits(event):
                await self.reject_stranger(event, stranger=level is None)
            else:
                await self._route(event)
        except UserError as refusal:
            await self._answer(event, refusal)

    async def _answer(self, event: Event, refusal: UserError) -> None:
        """As a reply to the event, unless nobody sees it; then what came in a row is answered once."""
        origin, words = event.origin, Line(refusal.words)
        if isinstance(event, MediaMessage | Gallery) and event.intercepted:
            minute = f"{origin.sent_at:%Y-%m-%d %H:%M}"
            tx = tx_id("kept out", origin.room, origin.sender, minute)
            await self.rooms.send(origin.room, words, tx)
            return
        tx = tx_id("refusal", origin.event)
        await self.rooms.send(origin.room, words, tx, reply_to=origin.event)

    async def _route(self, event: Event) -> None:
        """Nothing follows from a departure: the direct room is looked at when it is needed next."""
        match event:
            case TextMessage():
                await self._text(event)
            case MediaMessage():
                await self._attachment(event)
            case Gallery():
                await self._gallery(event)
            case Unsellable():
                await self._unsellable(event)
            case Reaction():
                await self._reaction(event)
            case Redaction():
                await self.handle_redaction(event)
            case Invite():
                await self.handle_invite(event)
            case Undecryptable():
                await self._unreadable(event)
            case MemberJoined():
                await self.handle_member_joined(event)

    async def _private(self, origin: EventMeta) -> ProvedRoom | None:
        """The room, if it is recorded as the sender's direct room and proves private now.

        If it does not prove so any more, the sender gets another one at once.
        """
        async with self.store.begin() as uow:
            if await uow.direct_rooms.partner(origin.room) != origin.sender:
                return None
        private = await self.direct_room.still(origin.room, origin.sender)
        if private is None:
            await self.direct_room(origin.sender, secrets=False)
        return private

    async def _text(self, message: TextMessage) -> None:
        said = await self.command_corrections.as_said(message)
        try:
            await self._obey(said)
        except UserError:
            await self.command_corrections.refused(said)
            raise

    async def _obey(self, message: TextMessage) -> None:
        private = await self._private(message.origin)
        direct = private is not None
        command = strip_command_prefix(message.text)
        if (command is None and not direct) or not self.limit_commands.hears(message.origin):
            return
        if message.caption:
            raise UserError(
                gettext_lazy(
                    "I don't read a price in a caption that was edited. To sell that file, reply to it with `!ppv 5"
                    " USD` and your words. What is on sale already stays as it is."
                )
            )
        words = message.text.strip() if command is None else command
        name, argument = [*words.split(maxsplit=1), "", ""][:2]
        name = name.lower() or "help"
        asks_direct = direct or name in ENCRYPTED_ONLY
        if not await self.vet(
            message.origin, harmless=name in HARMLESS, aloud=True, direct=asks_direct
        ):
            return
        tag = None if name in self.commands else parse_price_and_text(words, self.currency)
        if tag is not None:
            if direct:
                await self._price_draft(message.origin, tag)
            else:
                await self.flag_sale.by_words(message, tag)
        elif name not in self.commands:
            raise UserError(self._unknown_command(name, direct=direct))
        elif not direct and name not in ROOM_COMMANDS:
            raise OnlyInPrivate(name)
        elif message.replaces is None or name in EDITABLE:
            asked = CommandCall(event=message.origin, name=name, argument=argument, private=private)
            await self.commands[name](asked)

    async def _attachment(self, message: MediaMessage) -> None:
        direct = await self._private(message.origin) is not None
        flagged = (
            message.price_flag is not None or strip_command_prefix(message.caption) is not None
        )
        if not await self.vet(
            message.origin, harmless=False, aloud=direct or flagged, direct=False
        ):
            return
        if direct:
            await self.add_to_draft(message)
        else:
            await self.flag_sale.by_attachment(message)

    async def _gallery(self, gallery: Gallery) -> None:
        if gallery.priced or gallery.intercepted or await self._private(gallery.origin):
            raise UserError(
                gettext_lazy(
                    "I can't sell a whole album in one message yet. Please send its pictures one by one: one"
                    " price covers them all."
                )
            )

    async def _unsellable(self, event: Unsellable) -> None:
        if await self._private(event.origin) and self.limit_commands.hears(event.origin):
            raise UserError(_UNSELLABLE[event.kind])

    async def _price_draft(self, origin: EventMeta, tag: ParsedPrice) -> None:
        """`5 USD some words` in the studio: price and text at once, even before the first file."""
        await self.authorizer.require(origin.sender, Level.SELLER)
        await edit_draft(
            self.store,
            origin,
            lambda draft: replace(
                draft.with_price(tag.price), text=tag.text or draft.text
            ).without_draft_card(),
            begin=True,
        )

    async def _reaction(self, reaction: Reaction) -> None:
        origin = reaction.origin
        if is_reaction(reaction.key, DONE_REACTION):
            async with self.store.begin() as uow:
                draft = await uow.offers.draft_in(origin.room, origin.sender)
            if draft and draft.collect_window and draft.collect_window.answer == reaction.target:
                await self.end_collecting.done(origin.room, origin.sender)
        elif is_reaction(reaction.key, BUY_REACTION) and self.limit_commands.hears(origin):
            async with self.store.begin() as uow:
                offer = await uow.offers.standing_as(reaction.target)
            # A homeserver may send a reaction to any event id into a room of its own.
            if offer is not None and origin.room in {each.room for each in offer.listings}:
                await self.send_purchase_link(offer.id, origin.sender, origin.event)

    async def _unreadable(self, event: Undecryptable) -> None:
        origin = event.origin
        async with self.store.begin() as uow:
            first = await uow.inbox.accept("unreadable", f"{origin.room} {origin.sender}")
        if first:
            await self.rooms.send(origin.room, CannotRead(), tx_id("unreadable", origin.room))

    def _unknown_command(self, name: str, *, direct: bool) -> str:
        near = nearest(name, self.commands.keys() - HIDDEN)
        if near:
            return gettext_lazy(
                "I don't know “{name}”. Did you mean `!ppv {near}`?", name=name[:40], near=near
            )
        if direct:
            return gettext_lazy(
                "I did not understand that. Say `help`, and I tell you what I can do."
            )
        return gettext_lazy(
            "I can't see a price there. Write it like this: `!ppv 5 USD` and then your text."
        )
