"""Flagging in a room: what a seller sends there becomes an offer, out of others' sight or taken out of it."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import timedelta

from bot.domain.matrix.event_filter import DONE_REACTION
from bot.domain.matrix.gate_coverage import Exposure
from bot.domain.matrix.matrix_event import EventMeta, MediaMessage, TextMessage
from bot.domain.money.price_parser import ParsedPrice
from bot.domain.offers.attachment import Attachment
from bot.domain.offers.listing import CollectWindow
from bot.domain.offers.offer import Offer, OfferState
from bot.errors import UserError
from bot.i18n import gettext_lazy
from bot.ids import EventId, OfferId, offer_id, tx_id
from bot.jobs.offer_jobs import CloseCollectWindow
from bot.messages import Listening
from bot.ports import Clock, RoomHistory, Rooms, Store
from bot.services.drafts.chat_draft import Limits, as_attachment, new_draft
from bot.services.drafts.price_flags import flagged_price
from bot.services.room_sale.message_group import row_before
from bot.services.room_sale.redact_and_encrypt import RedactAndEncrypt
from bot.services.room_sale.sale_checks import SaleChecks
from bot.services.room_sale.watch_sender import WatchSender

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
class FlagSale:
    store: Store
    rooms: Rooms
    history: RoomHistory
    clock: Clock
    sale_checks: SaleChecks
    watch_sender: WatchSender
    redact_and_encrypt: RedactAndEncrypt
    limits: Limits
    windows: Windows
    currency: str

    async def by_words(self, message: TextMessage, tag: ParsedPrice) -> None:
        """`!ppv 5 USD text`: for what was sent right before, or replied to, or comes next."""
        origin = message.origin
        if message.replaces is not None:
            await self._reprice(origin, message.replaces, tag)
            return
        id_ = offer_id(origin.event)
        async with self.store.begin() as uow:
            begun = await uow.offers.get(id_)
        if begun is None:
            await self.sale_checks.seller(origin.sender)
            row = await self._row(message)
            flag = CollectWindow(origin.room, origin.event)
            await self._begin(origin, tag, flag if row else await self._armed(origin, flag), row)
        await self._say_listening(id_, encrypted=origin.encrypted)
        await self.redact_and_encrypt(id_)

    async def by_attachment(self, message: MediaMessage) -> None:
        """An attachment in a room: goods if it is flagged, or if its sender's offer is listening.

        Raises UserError for one that a gate took out and that is not to be sold, for it is seen nowhere.
        """
        try:
            await self._by_attachment(message)
        except UserError as refusal:
            if message.intercepted:
                raise UserError(
                    gettext_lazy(
                        "{refusal} Your file did not go into the room.", refusal=refusal.words
                    )
                ) from refusal
            raise

    async def _by_attachment(self, message: MediaMessage) -> None:
        origin = message.origin
        tag = flagged_price(message, self.currency)
        if origin.encrypted and not message.intercepted:
            if tag is not None:
                raise FilesExposed
            return
        async with self.store.begin() as uow:
            draft = await uow.offers.draft_in(origin.room, origin.sender)
        if (
            draft is not None
            and draft.collect_until is not None
            and draft.collect_window is not None
        ):
            until = self.clock.now() + draft.collect_window.window
            await self.watch_sender(origin.room, origin.sender, until)
            attachment = as_attachment(message)
            await self._change(
                draft.id, lambda d: self._joined(d, attachment).with_collect_window(until)
            )
            await self.redact_and_encrypt(draft.id)
        elif tag is not None:
            await self._begin_with(message, tag)
        elif message.intercepted:
            raise UserError(
                gettext_lazy(
                    "I was not waiting for files of yours any more, so I have kept this one back. Write `!ppv"
                    " 5 USD` with your price, and send it again."
                )
            )

    async def _begin_with(self, message: MediaMessage, tag: ParsedPrice) -> None:
        """With what the sender's client sent right before it, for captions often stand on the last."""
        origin = message.origin
        await self.sale_checks.seller(origin.sender)
        row = await self._row_of(message)
        if not all(each.intercepted for each in row):
            await self.sale_checks.power(origin.room, origin.sender)
        until = self.clock.now() + self.windows.gathering
        flag = CollectWindow(origin.room, origin.event, self.windows.gathering, until)
        await self._begin(origin, tag, flag, tuple(as_attachment(each) for each in row))
        await self.redact_and_encrypt(offer_id(origin.event))

    def _joined(self, draft: Offer, attachment: Attachment) -> Offer:
        return draft.with_attachment(attachment, limit=self.limits.attachments)

    async def _armed(self, origin: EventMeta, flag: CollectWindow) -> CollectWindow:
        """Listening from now on. Raises UserError where what is sent would lie open for good."""
        window = self.windows.armed
        until = self.clock.now() + window
        reach = await self.watch_sender(origin.room, origin.sender, until)
        safety = reach.exposure(encrypted=origin.encrypted)
        if safety is Exposure.PERMANENT:
            raise FilesExposed
        if safety is Exposure.BRIEF:
            await self.sale_checks.power(origin.room, origin.sender)
        return replace(flag, window=window, until=until)

    async def _say_listening(self, offer: OfferId, *, encrypted: bool) -> None:
        async with self.store.begin() as uow:
            draft = await uow.offers.get(offer)
        if draft is None or draft.collect_until is None or draft.collect_window is None:
            return
        room, command = draft.collect_window.room, draft.collect_window.command
        minutes = round(self.windows.armed / timedelta(minutes=1))
        reach = await self.watch_sender.reach(draft.seller)
        safety = reach.exposure(encrypted=encrypted)
        words = Listening(str(draft.price), minutes, self.limits.attachments, safety)
        answer = await self.rooms.send(room, words, tx_id("listening", command))
        await self._change(offer, lambda latest: latest.with_reply(answer))
        await self.rooms.react(room, answer, DONE_REACTION, tx_id("done key", command))

    async def _begin(
        self,
        origin: EventMeta,
        tag: ParsedPrice,
        flag: CollectWindow,
        attachments: tuple[Attachment, ...],
    ) -> None:
        """Noted down before anything is redacted, so that nothing is lost in between."""
        draft = replace(
            new_draft(origin),
            price=tag.price,
            text=tag.text,
            collect_window=flag,
            attachments=attachments,
        )
        async with self.store.begin() as uow:
            if await uow.offers.get(draft.id):
                return  # A rerun.
            await uow.offers.save(draft)
            if flag.until:
                await uow.jobs.add(CloseCollectWindow(draft.id), at=flag.until)

    async def _change(self, offer: OfferId, change: Callable[[Offer], Offer]) -> None:
        async with self.store.begin() as uow:
            latest = await uow.offers.get(offer)
            if latest is not None and latest.state is OfferState.DRAFT:
                await uow.offers.save(change(latest))

    async def _reprice(self, origin: EventMeta, command: EventId, tag: ParsedPrice) -> None:
        """The seller has edited the flag. Raises UserError when that comes too late."""
        async with self.store.begin() as uow:
            draft = await uow.offers.draft_in(origin.room, origin.sender)
            if (
                draft is None
                or draft.collect_window is None
                or draft.collect_window.command != command
            ):
                raise UserError(
                    gettext_lazy(
                        "That message is an offer already, so the edit changes nothing. What is on sale stays as"
                        " it is; flag your files anew to sell them differently."
                    )
                )
            await uow.offers.save(draft.with_price(tag.price).with_text(tag.text))

    async def _row(self, message: TextMessage) -> tuple[Attachment, ...]:
        """What the flag means of what was sent before, if it can still be taken out.

        Raises UserError for somebody else's, or if the bot may not take out what it means.
        """
        origin, reply_to = message.origin, message.reply_to
        if origin.encrypted:
            return ()
        before = await self.history.before(origin.room, origin.event, _LOOK_BACK)
        gap, limit = self.windows.armed, self.limits.attachments
        row = row_before(origin, before, reply_to=reply_to, gap=gap, limit=limit)
        if not row and reply_to is not None:
            target = await self.history.find(origin.room, reply_to)
            if isinstance(target, MediaMessage):
                if target.origin.sender != origin.sender:
                    raise UserError(
                        gettext_lazy(
                            "Somebody else sent that file: you can only sell what you have sent."
                        )
                    )
                row = (target,)
        if row:
            await self.sale_checks.power(origin.room, origin.sender)
        return tuple(as_attachment(each) for each in row)

    async def _row_of(self, message: MediaMessage) -> tuple[MediaMessage, ...]:
        origin = message.origin
        if origin.encrypted:
            return (message,)
        before = await self.history.before(origin.room, origin.event, _LOOK_BACK)
        gap, limit = self.windows.gathering, self.limits.attachments - 1
        return (*row_before(origin, before, gap=gap, limit=limit), message)


class FilesExposed(UserError):
    """A flag where the gate does not reach, in an encrypted room: every member's device gets the key."""

    def __init__(self) -> None:
        super().__init__(
            gettext_lazy(
                "In this room I can't keep your files out of others' sight. Send them to me in a direct"
                " chat instead, where nobody else sees them: there “publish” puts your offer into this"
                " room."
            )
        )
