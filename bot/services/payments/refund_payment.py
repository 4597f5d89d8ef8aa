"""Create a refund at Stripe. The purchase changes only when SettlePayment reads the result from Stripe."""

from dataclasses import dataclass

from bot.domain.money.money import Money
from bot.domain.money.payment_event import Trigger
from bot.domain.people.audit_log import COMMAND_LINE, AuditAction, AuditEntry
from bot.errors import OperatorError, TemporaryError, UserError
from bot.i18n import gettext_lazy
from bot.ids import RoomId, UserId, sale_code_of, tx_id
from bot.jobs.moderation_jobs import NotifyUser
from bot.jobs.operator_jobs import AlertAdmins
from bot.jobs.payment_jobs import RefundPayment, SettlePayment
from bot.messages import Line
from bot.ports import Clock, PaymentProcessor, RefundReason, RefundRequest, Rooms, Store
from bot.services.messaging.direct_room import DirectRoom

_RETRY_SECONDS = 3600.0


@dataclass(frozen=True, slots=True)
class SendRefund:
    store: Store
    rooms: Rooms
    processor: PaymentProcessor
    direct_room: DirectRoom
    clock: Clock

    async def __call__(self, job: RefundPayment) -> None:
        async with self.store.begin() as uow:
            purchase = await uow.purchases.get(job.purchase)
        payment = purchase.payment(job.intent) if purchase else None
        if purchase is None or payment is None:
            raise OperatorError(f"purchase {job.purchase} has no payment {job.intent} to send back")
        if payment.refundable.minor <= 0:
            return
        request = RefundRequest(
            key=job.key,
            intent=job.intent,
            amount=None if job.minor is None else Money(job.minor, payment.amount.currency),
            reason=RefundReason(job.reason),
            note=job.note,
            account=purchase.account_of(payment),
        )
        try:
            await self.processor.refund(request)
        except UserError as refusal:
            await self._refused(job, refusal.words)
            return
        async with self.store.begin() as uow:
            await uow.jobs.add(SettlePayment(job.intent, Trigger.RETURN_PAGE), queueing_lock=True)

    async def _refused(self, job: RefundPayment, why: str) -> None:
        """Notify the requester; an automatic refund has none, so alert the admins and raise TemporaryError to retry."""
        if job.room is not None:
            await self._reply(job, job.room, why)
        elif job.asker is not None:
            await self._notify_requester(job, job.asker, why)
        else:
            await self._alert(job, f"{why} I keep trying.")
            raise TemporaryError(f"a refund is refused: {why}", retry_after=_RETRY_SECONDS)

    async def _reply(self, job: RefundPayment, command_room: RoomId, why: str) -> None:
        """Reply in the room of the command if it is a direct room; alert the admins otherwise."""
        async with self.store.begin() as uow:
            requester = await uow.direct_rooms.partner(command_room)
        if requester is None:
            await self._alert(job, why)
            return
        room = await self.direct_room.there_or_elsewhere(command_room, requester)
        cause = job.cause if room.id == command_room else None
        await self.rooms.confide(room, Line(why), tx_id("refund refused", job.key), reply_to=cause)

    async def _alert(self, job: RefundPayment, why: str) -> None:
        message = f"A refund for sale {sale_code_of(job.purchase)} can't be made: {why}"
        async with self.store.begin() as uow:
            await uow.jobs.add(AlertAdmins(f"refund refused:{job.key}", message))

    async def _notify_requester(self, job: RefundPayment, requester: UserId, why: str) -> None:
        key, code = f"refund refused:{job.key}", sale_code_of(job.purchase)
        async with self.store.begin() as uow:
            if requester != COMMAND_LINE:
                message = gettext_lazy(
                    "The refund for sale {sale} was not made. {why}", sale=code, why=why
                )
                await uow.jobs.add(NotifyUser(requester, key, message))
                return
            act = AuditEntry(
                idempotency_key=key,
                actor=requester,
                action=AuditAction.REFUND,
                target=code,
                reason=f"not made: {why}",
                at=self.clock.now(),
            )
            await uow.acts.add(act)
            alert = (
                f"The refund for sale {code} that the command line asked for was not made. {why}"
            )
            await uow.jobs.add(AlertAdmins(key, alert))
