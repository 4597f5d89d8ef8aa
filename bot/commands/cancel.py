"""`!ppv cancel CODE`: the buyer's legal right to withdraw from a purchase, where it was not waived at checkout."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.asked import Asked
from bot.errors import Refusal
from bot.ids import code_of, parse_code, purchase_id, tx_id
from bot.jobs import SendBack
from bot.messages import CancelQuestion, Line, Message
from bot.offer import Offer
from bot.payment import Payment
from bot.ports import Clock, RefundReason, Rooms, Store


@dataclass(frozen=True, slots=True)
class CancelCommand:
    """Asks once more, for it cannot be undone."""

    store: Store
    rooms: Rooms
    clock: Clock
    days: int
    """For so long after paying; 0 for nobody."""

    async def __call__(self, asked: Asked) -> None:
        origin = asked.origin
        typed, sure = [*asked.argument.lower().split(maxsplit=1), "", ""][:2]
        code = parse_code(typed)
        message: Message
        async with self.store.begin() as uow:
            purchase = await uow.purchases.get(purchase_id(code, origin.sender)) if code else None
            offer = await uow.offers.get(purchase.offer) if purchase else None
            payment = purchase.kept if purchase and purchase.owned else None
            if purchase is None or offer is None or payment is None:
                raise Refusal(
                    f"You own nothing with the code “{typed[:40].upper()}”. `!ppv library` shows what you own."
                )
            until = self._until(payment)
            if sure.strip(" .!") == "yes":
                send_back = SendBack(
                    purchase=purchase.id,
                    intent=payment.intent,
                    key=f"cancel:{payment.intent}",
                    reason=RefundReason.REQUESTED,
                    note="withdrawn from by the buyer",
                )
                await uow.jobs.add(send_back, once=True)
                message = Line(
                    "Your purchase is cancelled. I have asked Stripe to send your money back, and tell you as"
                    " soon as it has."
                )
            else:
                message = _question(offer, payment, until)
        await self.rooms.send(origin.room, message, tx_id("cancel", origin.event))

    def _until(self, payment: Payment) -> datetime:
        """Raises Refusal for whoever has waived the right, or comes too late."""
        until = payment.paid_at + timedelta(days=self.days)
        if payment.consent is not None:
            raise Refusal(
                "When you paid you agreed that your right to withdraw ends once the files are sent."
                " If something is wrong with them, please ask the seller: `!ppv help payment`"
            )
        if self.clock.now() > until:
            raise Refusal(
                "It is too late to withdraw from that. If something is wrong with it, please ask the"
                " seller: `!ppv help payment`"
            )
        return until


def _question(offer: Offer, payment: Payment, until: datetime) -> CancelQuestion:
    return CancelQuestion(code_of(offer.id), offer.text, str(payment.amount), until)
