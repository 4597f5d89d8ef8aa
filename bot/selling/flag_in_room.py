"""Flagging in a room: attachments that others could see are taken out at once, and become an offer."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import timedelta
from functools import partial
from operator import methodcaller

from bot.attachment import Attachment
from bot.concerns import DONE_KEY
from bot.errors import Refusal
from bot.events import MediaMessage, Origin, TextMessage
from bot.ids import EventId, OfferId, offer_id, tx_id
from bot.jobs import Publish, Seal, StopListening
from bot.messages import Listening
from bot.offer import Flag, Offer, OfferState
from bot.permissions import Level
from bot.ports import Clock, Gate, RoomHistory, Rooms, RoomState, Store
from bot.price_tag import PriceTag
from bot.selling.accounts import SellersAccounts
from bot.selling.compose import Limits, as_attachment, new_draft
from bot.selling.flags import flagged_price
from bot.selling.quotas import Quotas
from bot.selling.row import row_before
from bot.standing import Standing

_LOOK_BACK = 60
"""Events of the room that are looked at to find what the seller has just sent."""


@dataclass(frozen=True, slots=True)
class Windows:
    """How long the bot listens for attachments."""

    armed: timedelta
    """After `!ppv 5 USD` and no attachment yet."""
    gathering: timedelta
    """After an attachment that carries its own flag: for the rest that clients send in a row."""


@dataclass(frozen=True, slots=True)
class FlagInRoom:
    store: Store
    rooms: Rooms
    state: RoomState
    history: RoomHistory
    clock: Clock
    standing: Standing
    limits: Limits
    quotas: Quotas
    windows: Windows
    currency: str
    accounts: SellersAccounts
    gate: Gate

    async def by_words(self, message: TextMessage, tag: PriceTag) -> None:
        """`!ppv 5 USD text`: for what was sent right before, or replied to, or comes next."""
        origin = message.origin
        if message.replaces is not None:
            await self._reprice(origin, message.replaces, tag)
            return
        await self._require_able(origin)
        id_ = offer_id(origin.event)
        async with self.store.begin() as uow:
            begun = await uow.offers.get(id_)
        if begun is None:
            row = tuple(as_attachment(each) for each in await self._row(message))
            flag = Flag(origin.room, origin.event)
            await self._begin(origin, tag, flag if row else self._armed(flag), row)
        await self._say_listening(id_)
        await self._take_out_all(id_)

    def _armed(self, flag: Flag) -> Flag:
        window = self.windows.armed
        return replace(flag, window=window, until=self.clock.now() + window)

    async def by_attachment(self, message: MediaMessage) -> None:
        """An attachment in a room: goods if it is flagged, or if its sender's offer is listening."""
        origin, attachment = message.origin, as_attachment(message)
        async with self.store.begin() as uow:
            draft = await uow.offers.draft_in(origin.room, origin.sender)
        tag = flagged_price(message, self.currency)
        if draft is None or draft.listening_until is None or draft.flag is None:
            if tag is None:
                return
            await self._require_able(origin)
            until = self.clock.now() + self.windows.gathering
            flag = Flag(origin.room, origin.event, self.windows.gathering, until)
            await self._begin(origin, tag, flag, (attachment,))
            draft = new_draft(origin)
        else:
            until = self.clock.now() + draft.flag.window
            await self.gate.arm(origin.room, origin.sender, until)
            await self._change(draft.id, lambda d: self._joined(d, attachment).listening(until))
        await self._take_out_all(draft.id)

    def _joined(self, draft: Offer, attachment: Attachment) -> Offer:
        return draft.with_attachment(attachment, limit=self.limits.attachments)

    async def _say_listening(self, offer: OfferId) -> None:
        async with self.store.begin() as uow:
            draft = await uow.offers.get(offer)
        if draft is None or draft.listening_until is None or draft.flag is None:
            return
        room, command = draft.flag.room, draft.flag.command
        await self.gate.arm(room, draft.seller, draft.listening_until)
        minutes = round(self.windows.armed / timedelta(minutes=1))
        answer = await self.rooms.send(
            room,
            Listening(str(draft.price), minutes, self.limits.attachments),
            tx_id("listening", command),
        )
        await self._change(offer, methodcaller("answered", answer))
        await self.rooms.react(room, answer, DONE_KEY, tx_id("done key", command))

    async def _begin(
        self, origin: Origin, tag: PriceTag, flag: Flag, attachments: tuple[Attachment, ...]
    ) -> None:
        """Noted down before anything is redacted, so that nothing is lost in between."""
        draft = replace(
            new_draft(origin), price=tag.price, text=tag.text, flag=flag, attachments=attachments
        )
        async with self.store.begin() as uow:
            if await uow.offers.get(draft.id):
                return  # A rerun.
            await uow.offers.save(draft)
            if flag.until:
                await uow.jobs.add(StopListening(draft.id), at=flag.until)

    async def _change(self, offer: OfferId, change: Callable[[Offer], Offer]) -> None:
        async with self.store.begin() as uow:
            latest = await uow.offers.get(offer)
            if latest is not None and latest.state is OfferState.DRAFT:
                await uow.offers.save(change(latest))

    async def _take_out_all(self, offer: OfferId) -> None:
        """Redact first of all and note how long each could be seen; then all else may begin."""
        async with self.store.begin() as uow:
            draft = await uow.offers.get(offer)
        if draft is None or draft.state is not OfferState.DRAFT or draft.flag is None:
            return
        seen = {
            attachment.id: await self._take_out(attachment)
            for attachment in draft.attachments
            if attachment.exposed_for is None
        }
        flag = draft.flag
        full = len(draft.attachments) >= self.limits.attachments
        async with self.store.begin() as uow:
            draft = await uow.offers.get(offer)
            if draft is None or draft.state is not OfferState.DRAFT:
                return
            for each, seconds in seen.items():
                draft = draft.changing(each, partial(replace, exposed_for=seconds))
                await uow.jobs.add(Seal(offer, each))
            if flag.until is None or full:
                draft = draft.listening(None).publishing((flag.room,))
                await uow.jobs.add(Publish(offer))
            await uow.offers.save(draft)

    async def _take_out(self, attachment: Attachment) -> float:
        await self.rooms.redact(
            attachment.source.room,
            attachment.source.event,
            tx_id("take out", attachment.source.event),
            reason="It is being made into a paid message.",
        )
        if attachment.gated:
            return 0.0
        return max(0.0, (self.clock.now() - attachment.sent_at).total_seconds())

    async def _reprice(self, origin: Origin, command: EventId, tag: PriceTag) -> None:
        """The seller has edited the flag. Raises Refusal when that comes too late."""
        async with self.store.begin() as uow:
            draft = await uow.offers.draft_in(origin.room, origin.sender)
            if draft is None or draft.flag is None or draft.flag.command != command:
                raise Refusal(
                    "That message is an offer already, so the edit changes nothing. What is on sale"
                    " stays as it is; flag your files anew to sell them differently."
                )
            await uow.offers.save(draft.priced(tag.price).saying(tag.text))

    async def _require_able(self, origin: Origin) -> None:
        """Raises Refusal unless the sender may sell and the bot may take messages out."""
        await self.standing.require(origin.sender, Level.SELLER)
        await self.accounts.require_ready(origin.sender)
        async with self.store.begin() as uow:
            await self.quotas.require_offer(uow, origin.sender, self.clock.now())
        power = await self.state.redaction_power(origin.room)
        if not power.enough:
            raise Refusal(
                f"I can't sell here yet: to take your files out of the room I need power level"
                f" {power.needs}, and I have {power.has}. Somebody who runs this room can make me a"
                " moderator (room settings, Roles & Permissions), or send your files to me in a"
                " direct chat, where nobody else sees them. I have posted nothing."
            )

    async def _row(self, message: TextMessage) -> tuple[MediaMessage, ...]:
        """The attachments that the flag means. Raises Refusal for somebody else's."""
        origin = message.origin
        before = await self.history.before(origin.room, origin.event, _LOOK_BACK)
        row = row_before(message, before, gap=self.windows.armed, limit=self.limits.attachments)
        if row or message.reply_to is None:
            return row
        target = await self.history.find(origin.room, message.reply_to)
        if not isinstance(target, MediaMessage):
            return ()
        if target.origin.sender != origin.sender:
            raise Refusal("Somebody else sent that file: you can only sell what you have sent.")
        return (target,)
