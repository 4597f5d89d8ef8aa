"""Sending money back. It changes nothing here: what became of it is asked of the processor, as always."""

from dataclasses import dataclass

from bot.admin_act import COMMAND_LINE, AdminAct, Deed
from bot.errors import Broken, Refusal, Transient
from bot.hint import Source
from bot.ids import UserId, sale_code_of, tx_id
from bot.jobs import AlertAdmins, SendBack, SettlePayment, TellPerson
from bot.messages import Line
from bot.money import Money
from bot.ports import Clock, PaymentProcessor, RefundReason, RefundRequest, Rooms, Store
from bot.words import spoken

_AN_HOUR = 3600.0


@dataclass(frozen=True, slots=True)
class SendMoneyBack:
    store: Store
    rooms: Rooms
    processor: PaymentProcessor
    clock: Clock

    async def __call__(self, job: SendBack) -> None:
        async with self.store.begin() as uow:
            purchase = await uow.purchases.get(job.purchase)
        payment = purchase.payment(job.intent) if purchase else None
        if purchase is None or payment is None:
            raise Broken(f"purchase {job.purchase} has no payment {job.intent} to send back")
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
        except Refusal as refusal:
            await self._refused(job, refusal.words)
            return
        async with self.store.begin() as uow:
            await uow.jobs.add(SettlePayment(job.intent, Source.OURSELVES), once=True)

    async def _refused(self, job: SendBack, why: str) -> None:
        """Tell who asked, which ends it; what nobody asked for is tried again, for it is owed."""
        if job.room is not None:
            tx = tx_id("refund refused", job.key)
            await self.rooms.send(job.room, Line(why), tx, reply_to=job.cause)
            return
        code = sale_code_of(job.purchase)
        if job.asker is not None:
            await self._tell_asker(job, job.asker, why)
            return
        async with self.store.begin() as uow:
            words = f"A refund for sale {code} can't be made: {why} I keep trying."
            await uow.jobs.add(AlertAdmins(f"refund refused:{job.key}", words))
        raise Transient(f"a refund is refused: {why}", retry_after=_AN_HOUR)

    async def _tell_asker(self, job: SendBack, asker: UserId, why: str) -> None:
        key, code = f"refund refused:{job.key}", sale_code_of(job.purchase)
        async with self.store.begin() as uow:
            if asker != COMMAND_LINE:
                words = spoken("The refund for sale {sale} was not made. {why}", sale=code, why=why)
                await uow.jobs.add(TellPerson(asker, key, words))
                return
            act = AdminAct(
                cause=key,
                by=asker,
                deed=Deed.REFUND,
                about=code,
                words=f"not made: {why}",
                at=self.clock.now(),
            )
            await uow.acts.add(act)
            alert = (
                f"The refund for sale {code} that the command line asked for was not made. {why}"
            )
            await uow.jobs.add(AlertAdmins(key, alert))
