"""Delivering: the goods and their keys, into the buyer's direct room, once for each round."""

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
from bot.services.delivery.revoke_job import refund_of
from bot.services.messaging.direct_room import DirectRoom
from bot.services.messaging.send_once import SendOnce

P = ParamSpec("P")

_ASK_AGAIN = timedelta(days=1)
"""So often, at most, somebody is invited who does not come."""
_ASK_AGAIN_SOON = timedelta(minutes=10)


class _BuyerIsAwaited(TemporaryError):
    """The buyer has to come; the job is woken then."""


class _AwaitedForLong(OperatorError):
    """The same, for so long that an operator should know."""


@dataclass(frozen=True, slots=True)
class Patience:
    """With buyers who are not in their direct room."""

    until_joined: bool
    """Goods wait until the buyer is there, so that the keys go to the devices that will read them."""
    at_most: timedelta
    """Then an operator is told."""


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
        """Whatever keeps it from its end is recorded, for the buyer's pages and the people who run this."""
        try:
            await self._deliver(job)
        except (_BuyerIsAwaited, _AwaitedForLong):
            raise
        except NoDevice as unread:
            await self._wait_for_device(job, unread)
        except TemporaryError:
            await self._held_up(job, DeliveryBlocker.SLOW)
            raise
        except PpvError:
            await self._held_up(job, DeliveryBlocker.HELD_UP)
            raise

    async def _deliver(self, job: Deliver) -> None:
        purchase, offer = await _sale(self.store, job.purchase)
        delivery = purchase.deliveries[job.round - 1]
        if not purchase.has_access or delivery.done_at is not None:
            return
        if offer.state is OfferState.TAKEN_DOWN:
            await self._send_back(purchase, delivery)
            return
        room = await self._room_of(purchase, job.round)
        say = SendOnce(self.rooms, room, delivery, self.clock.now())
        left = [each for each in offer.paid if not delivery.is_delivered(each.id, room.id)]
        # All is at the homeserver, or known not to go there, before it is said to be here.
        goods = [await self.choose_channel(purchase, offer, delivery, each) for each in left]
        header = await self._announce(purchase, offer, say)
        for attachment, message in zip(left, goods, strict=True):
            tx = delivery.txn_id_for(purchase.id, attachment.id)
            event = await say(message, tx, reply_to=header)
            way = DeliveryChannel.WEB if isinstance(message, GoodsOnPage) else DeliveryChannel.CHAT
            handed = DeliveredFile(attachment.id, event, room.id, way)
            await self._record(
                purchase.id, Purchase.with_delivered_file, job.round, room.id, handed
            )
        if delivery.payment is not None:
            await self._receipt(purchase, offer, say, delivery.payment)
        done_at = self.clock.now()
        await self._record(purchase.id, Purchase.with_delivery_done, job.round, done_at)

    async def _held_up(self, job: Deliver, obstacle: DeliveryBlocker) -> None:
        now = self.clock.now()
        await self._record(job.purchase, Purchase.with_blocker, job.round, obstacle, now)

    async def _send_back(self, purchase: Purchase, delivery: Delivery) -> None:
        """It was paid for while it was being taken down."""
        payment = purchase.payment(delivery.payment) if delivery.payment else None
        if payment is None:
            return  # One more round of what the buyer has.
        send_back = refund_of(purchase, payment)
        async with self.store.begin() as uow:
            if await uow.inbox.accept("refund", send_back.key):
                await uow.jobs.add(send_back, queueing_lock=True)

    async def _room_of(self, purchase: Purchase, round_: int) -> ProvedRoom:
        """Where the buyer is. What is paid for waits for them, rather than being refused."""
        try:
            room = await self.direct_room(purchase.buyer)
        except UserError as shut:
            await self._wait(purchase, round_, DeliveryBlocker.INVITES_BLOCKED, str(shut))
        if self.patience.until_joined and not await self.state.is_member(room.id, purchase.buyer):
            await self._wait(purchase, round_, DeliveryBlocker.NOT_JOINED, "the buyer is invited")
        return room

    async def _wait_for_device(self, job: Deliver, unread: NoDevice) -> NoReturn:
        """Raises like `_wait`. The first time it is tried again soon, because a change of the buyer's devices
        that arrives while this job runs wakes nothing."""
        purchase, _ = await _sale(self.store, job.purchase)
        known = purchase.deliveries[job.round - 1].blocker is DeliveryBlocker.NO_DEVICE
        again = unread.retry_after or (_ASK_AGAIN if known else _ASK_AGAIN_SOON).total_seconds()
        await self._wait(purchase, job.round, DeliveryBlocker.NO_DEVICE, str(unread), again)

    async def _wait(
        self,
        purchase: Purchase,
        round_: int,
        obstacle: DeliveryBlocker,
        why: str,
        again: float = _ASK_AGAIN.total_seconds(),
    ) -> NoReturn:
        """Raises _BuyerIsAwaited, to be woken when the buyer comes; _AwaitedForLong once the patience is at its end."""
        now = self.clock.now()
        await self._record(purchase.id, Purchase.with_blocker, round_, obstacle, now)
        since = purchase.deliveries[round_ - 1].requested_at
        if self.clock.now() - since > self.patience.at_most:
            raise _AwaitedForLong(
                f"purchase {purchase.id} could not be handed over in {self.patience.at_most.days} days: {why}"
            )
        raise _BuyerIsAwaited(
            f"purchase {purchase.id} cannot be handed over yet: {why}",
            retry_after=again,
        )

    async def _announce(self, purchase: Purchase, offer: Offer, say: SendOnce) -> EventId:
        again = say.delivery.payment is None
        earlier = purchase.deliveries[: say.delivery.number - 1]
        given = again and purchase.gifted_at is not None and not any(d.done_at for d in earlier)
        return await say(
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
            tx_id("bought", purchase.id, str(say.delivery.number)),
        )

    async def _receipt(
        self, purchase: Purchase, offer: Offer, say: SendOnce, intent: PaymentIntentId
    ) -> None:
        payment = purchase.payment(intent)
        if payment is None:
            raise OperatorError(f"purchase {purchase.id} has no payment to give a receipt for")
        terms = purchase.attempt_of(payment.session).request.terms
        await say(
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


async def _sale(store: Store, purchase_id: PurchaseId) -> tuple[Purchase, Offer]:
    async with store.begin() as uow:
        purchase = await uow.purchases.get(purchase_id)
        offer = await uow.offers.get(purchase.offer) if purchase else None
    if purchase is None or offer is None:
        raise OperatorError(f"purchase {purchase_id} or its offer is not in the records")
    return purchase, offer
