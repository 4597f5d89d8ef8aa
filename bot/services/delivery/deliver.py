"""Deliver the purchased files and their keys to the buyer's direct room, once per delivery."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Concatenate, NoReturn, ParamSpec

from bot.domain.matrix.private_room import NoDevice, ProvedRoom
from bot.domain.offers.content_summary import summary_line
from bot.domain.offers.offer import Offer, OfferState
from bot.domain.purchases.delivery import DeliveredFile, Delivery, DeliveryBlocker, DeliveryChannel
from bot.domain.purchases.purchase import Purchase
from bot.errors import OperatorError, PpvError, TemporaryError, UserError
from bot.ids import EventId, PaymentIntentId, PurchaseId, code_of, tx_id
from bot.jobs.delivery_jobs import Deliver
from bot.messages import Bought, GoodsOnPage, Receipt
from bot.ports import Clock, Rooms, RoomState, Store
from bot.services.delivery.choose_channel import ChooseChannel
from bot.services.delivery.refund_undelivered import refund_undelivered
from bot.services.messaging.direct_room import DirectRoom
from bot.services.messaging.send_once import SendOnce

P = ParamSpec("P")

_RETRY_DELAY = timedelta(days=1)
"""Minimum time between two invitations of a buyer who does not join."""
_FIRST_RETRY_DELAY = timedelta(minutes=10)


class _BuyerIsAwaited(TemporaryError):
    """The buyer has to act (join, verify a device); that makes the job due."""


class _AwaitedForLong(OperatorError):
    """The buyer has not acted for so long that the operator should know."""


@dataclass(frozen=True, slots=True)
class Patience:
    """How long a delivery waits for a buyer who is not in the direct room."""

    until_joined: bool
    """Wait until the buyer has joined, so that the room keys reach the devices that will read them."""
    at_most: timedelta
    """After this time the operator is alerted."""


@dataclass(frozen=True, slots=True)
class DeliverPurchase:
    store: Store
    rooms: Rooms
    state: RoomState
    direct_room: DirectRoom
    choose_channel: ChooseChannel
    clock: Clock
    withdrawal_days: int
    patience: Patience

    async def __call__(self, job: Deliver) -> None:
        """Deliver, and record what blocks the delivery, for the buyer's pages and the operator."""
        try:
            await self._deliver(job)
        except (_BuyerIsAwaited, _AwaitedForLong):
            raise
        except NoDevice as no_device:
            await self._wait_for_device(job, no_device)
        except TemporaryError:
            await self._record_blocker(job, DeliveryBlocker.SLOW)
            raise
        except PpvError:
            await self._record_blocker(job, DeliveryBlocker.HELD_UP)
            raise

    async def _deliver(self, job: Deliver) -> None:
        purchase, offer = await sale_of(self.store, job.purchase)
        delivery = purchase.deliveries[job.round - 1]
        if not purchase.has_access or delivery.done_at is not None:
            return
        if offer.state is OfferState.TAKEN_DOWN:
            await self._refund(purchase, delivery)
            return
        room = await self._room_of(purchase, job.round)
        send = SendOnce(self.rooms, room, delivery, self.clock.now())
        undelivered = [each for each in offer.paid if not delivery.is_delivered(each.id, room.id)]
        # Upload all files before the header announces them, or find that they go to the web page.
        messages = [
            await self.choose_channel(purchase, offer, delivery, each) for each in undelivered
        ]
        header = await self._announce(purchase, offer, send)
        for attachment, message in zip(undelivered, messages, strict=True):
            tx = delivery.txn_id_for(purchase.id, attachment.id)
            event = await send(message, tx, reply_to=header)
            channel = (
                DeliveryChannel.WEB if isinstance(message, GoodsOnPage) else DeliveryChannel.CHAT
            )
            delivered = DeliveredFile(attachment.id, event, room.id, channel)
            await self._record(
                purchase.id, Purchase.with_delivered_file, job.round, room.id, delivered
            )
        if delivery.payment is not None:
            await self._receipt(purchase, offer, send, delivery.payment)
        done_at = self.clock.now()
        await self._record(purchase.id, Purchase.with_delivery_done, job.round, done_at)

    async def _record_blocker(self, job: Deliver, blocker: DeliveryBlocker) -> None:
        now = self.clock.now()
        await self._record(job.purchase, Purchase.with_blocker, job.round, blocker, now)

    async def _refund(self, purchase: Purchase, delivery: Delivery) -> None:
        """Refund a payment that was made while the offer was being taken down."""
        payment = purchase.payment(delivery.payment) if delivery.payment else None
        if payment is None:
            return  # Redelivery of what the buyer has already.
        refund = refund_undelivered(purchase, payment)
        async with self.store.begin() as uow:
            if await uow.inbox.accept("refund", refund.key):
                await uow.jobs.add(refund, queueing_lock=True)

    async def _room_of(self, purchase: Purchase, round_: int) -> ProvedRoom:
        """Return the buyer's direct room. Raises like `_wait` until the buyer can be reached there."""
        try:
            room = await self.direct_room(purchase.buyer)
        except UserError as refusal:
            await self._wait(purchase, round_, DeliveryBlocker.INVITES_BLOCKED, str(refusal))
        if self.patience.until_joined and not await self.state.is_member(room.id, purchase.buyer):
            await self._wait(purchase, round_, DeliveryBlocker.NOT_JOINED, "the buyer is invited")
        return room

    async def _wait_for_device(self, job: Deliver, no_device: NoDevice) -> NoReturn:
        """Raise like `_wait`, with a short first delay, because a change of the buyer's devices that arrives while
        this job runs does not make it due."""
        purchase, _ = await sale_of(self.store, job.purchase)
        known = purchase.deliveries[job.round - 1].blocker is DeliveryBlocker.NO_DEVICE
        again = (
            no_device.retry_after or (_RETRY_DELAY if known else _FIRST_RETRY_DELAY).total_seconds()
        )
        await self._wait(purchase, job.round, DeliveryBlocker.NO_DEVICE, str(no_device), again)

    async def _wait(
        self,
        purchase: Purchase,
        round_: int,
        blocker: DeliveryBlocker,
        why: str,
        again: float = _RETRY_DELAY.total_seconds(),
    ) -> NoReturn:
        """Raise _BuyerIsAwaited, or _AwaitedForLong after `patience.at_most`."""
        now = self.clock.now()
        await self._record(purchase.id, Purchase.with_blocker, round_, blocker, now)
        since = purchase.deliveries[round_ - 1].requested_at
        if self.clock.now() - since > self.patience.at_most:
            raise _AwaitedForLong(
                f"purchase {purchase.id} could not be handed over in {self.patience.at_most.days} days: {why}"
            )
        raise _BuyerIsAwaited(
            f"purchase {purchase.id} cannot be handed over yet: {why}",
            retry_after=again,
        )

    async def _announce(self, purchase: Purchase, offer: Offer, send: SendOnce) -> EventId:
        again = send.delivery.payment is None
        earlier = purchase.deliveries[: send.delivery.number - 1]
        given = again and purchase.gifted_at is not None and not any(d.done_at for d in earlier)
        return await send(
            Bought(
                buyer=purchase.buyer,
                text=offer.text,
                contents=summary_line(offer.paid),
                seller=offer.seller,
                seller_name=await self.state.name_of(offer.seller),
                again=again and not given,
                given=given,
                link=self.choose_channel.urls.offer(offer.id),
            ),
            tx_id("bought", purchase.id, str(send.delivery.number)),
        )

    async def _receipt(
        self, purchase: Purchase, offer: Offer, send: SendOnce, intent: PaymentIntentId
    ) -> None:
        payment = purchase.payment(intent)
        if payment is None:
            raise OperatorError(f"purchase {purchase.id} has no payment to give a receipt for")
        terms = purchase.attempt_of(payment.session).request.terms
        await send(
            Receipt(
                code=code_of(offer.id),
                text=offer.text,
                price=str(payment.amount),
                tax=str(payment.tax) if payment.tax else None,
                seller=offer.seller,
                paid_at=payment.paid_at,
                terms=terms if payment.consent else None,
                withdrawal_days=0 if payment.consent else self.withdrawal_days,
            ),
            tx_id("receipt", intent),
        )

    async def _record(
        self,
        id_: PurchaseId,
        change: Callable[Concatenate[Purchase, P], Purchase],
        *args: P.args,
        **kwargs: P.kwargs,
    ) -> None:
        async with self.store.begin() as uow:
            latest = await uow.purchases.get(id_)
            if latest is not None:
                await uow.purchases.save(change(latest, *args, **kwargs))


async def sale_of(store: Store, purchase_id: PurchaseId) -> tuple[Purchase, Offer]:
    """Return the purchase and its offer. Raises OperatorError if either is not stored."""
    async with store.begin() as uow:
        purchase = await uow.purchases.get(purchase_id)
        offer = await uow.offers.get(purchase.offer) if purchase else None
    if purchase is None or offer is None:
        raise OperatorError(f"purchase {purchase_id} or its offer is not in the records")
    return purchase, offer
