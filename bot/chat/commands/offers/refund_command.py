"""`!ppv refund S-CODE [payment] [amount] [reason]`: money goes back to a buyer."""

import re
from dataclasses import dataclass, replace

from bot.chat.command_call import CommandCall, answer
from bot.chat.commands.offers.sale_lookup import sale_of
from bot.domain.money.money import Money
from bot.domain.money.price_parser import parse_amount
from bot.domain.people.audit_log import AuditAction, AuditEntry
from bot.domain.people.permissions import Level
from bot.domain.purchases.purchase import Purchase
from bot.i18n import gettext_lazy
from bot.ids import PaymentIntentId, sale_code_of, tx_id
from bot.jobs.payment_jobs import RefundPayment
from bot.messages import Line
from bot.ports import Clock, Rooms, Store
from bot.services.auth.authorization import Authorizer
from bot.services.payments.plan_refund import plan_refund, refundable_payment

_PAYMENT = re.compile(r"pi_\w{6,250}", re.ASCII)
"""https://docs.stripe.com/api/payment_intents/object#payment_intent_object-id"""


@dataclass(frozen=True, slots=True)
class RefundCommand:
    store: Store
    rooms: Rooms
    authorizer: Authorizer
    clock: Clock

    async def __call__(self, asked: CommandCall) -> None:
        origin = asked.event
        code, words = [*asked.argument.split(maxsplit=1), "", ""][:2]
        admin = await self.authorizer.allows(origin.sender, Level.ADMIN)
        async with self.store.begin() as uow:
            purchase, offer = await sale_of(uow, origin.sender, code, admin=admin)
            job = refund_job(purchase, words, f"command:{origin.event}")
            left = refundable_payment(purchase, job.intent).refundable
            await uow.jobs.add(
                replace(job, room=origin.room, cause=origin.event), queueing_lock=True
            )
            if offer.seller != origin.sender:
                await uow.acts.add(
                    AuditEntry(
                        idempotency_key=origin.event,
                        actor=origin.sender,
                        action=AuditAction.REFUND,
                        target=sale_code_of(purchase.id),
                        reason=words,
                        at=self.clock.now(),
                    )
                )
        amount = Money(job.minor, left.currency) if job.minor else left
        told = gettext_lazy(
            "I have asked Stripe to send {amount} back, and tell you as soon as it has.",
            amount=amount,
        )
        await answer(self.rooms, asked, Line(told), tx_id("refund asked", origin.event))


def refund_job(purchase: Purchase, words: str, key: str) -> RefundPayment:
    """What `[payment] [amount] [reason]` asks for; everything that is left where no amount is named.

    `payment`, such as `pi_3Qx…`, names another one than what the purchase stands on. Raises UserError.
    """
    first, *rest = [*words.split(maxsplit=1), ""]
    named = PaymentIntentId(first) if _PAYMENT.fullmatch(first) else None
    words = rest[0] if named else words
    tag = parse_amount(words, refundable_payment(purchase, named).amount.currency)
    note = tag.text if tag else words
    return plan_refund(purchase, tag.price if tag else None, note, key, named)
