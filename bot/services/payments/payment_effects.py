"""What follows from money: all that is to be done once a purchase has changed from this into that."""

from collections.abc import Iterator
from datetime import datetime

from bot.domain.money.checkout_attempt import CheckoutStatus
from bot.domain.money.payment import DisputeState, Payment
from bot.domain.money.payment_event import Trigger
from bot.domain.purchases.purchase import Access, Purchase
from bot.domain.purchases.sale_event import TO_BUYERS, TO_SELLERS, SaleNotification
from bot.ids import sale_code_of
from bot.jobs import Job
from bot.jobs.delivery_jobs import Deliver, RevokeDelivery
from bot.jobs.operator_jobs import AlertAdmins
from bot.jobs.payment_jobs import ExpireCheckout, NotifyBuyer, NotifySeller, RefundPayment
from bot.ports import RefundReason

_OF_ATTEMPTS = {
    CheckoutStatus.PROCESSING: SaleNotification.PAYMENT_PENDING,
    CheckoutStatus.FAILED: SaleNotification.PAYMENT_FAILED,
}
_OF_DISPUTES = {
    DisputeState.INQUIRY: SaleNotification.INQUIRY,
    DisputeState.OPEN: SaleNotification.DISPUTED,
    DisputeState.WON: SaleNotification.DISPUTE_WON,
    DisputeState.LOST: SaleNotification.DISPUTE_LOST,
}


def payment_effects(
    before: Purchase, after: Purchase, now: datetime, source: Trigger
) -> tuple[Purchase, tuple[Job, ...]]:
    """The purchase to save, with a delivery to come if one is due, and the jobs to be added with it."""
    jobs: list[Job] = []
    after, due = _with_delivery_due(before, after, now)
    jobs += due
    if after.access is Access.REVOKED and before.access is not Access.REVOKED:
        jobs.append(RevokeDelivery(after.id, after.buyer))
    jobs += _to_send_back(before, after)
    jobs += _to_call_in(after)
    jobs += _told(after, _news(before, after), now)
    jobs += _alerts(before, after, source, now)
    return after, tuple(jobs)


def _with_delivery_due(
    before: Purchase, after: Purchase, now: datetime
) -> tuple[Purchase, list[Job]]:
    """A round for each payment that is kept, for a present, and for what was taken back or stuck meanwhile."""
    if not after.has_access:
        return after, []
    paid = (
        after.effective_payment.intent
        if after.effective_payment and not after.effective_payment.is_reversed
        else None
    )
    if paid and all(each.payment != paid for each in after.deliveries):
        after = after.with_delivery(now, paid)
    elif not before.has_access and (
        after.gifted_at or before.access is Access.REVOKED or _is_taken_back(after)
    ):
        after = after.with_delivery(now)
    elif before.has_access or after.delivered:
        return after, []
    return after, [Deliver(after.id, len(after.deliveries), after.buyer)]


def _is_taken_back(purchase: Purchase) -> bool:
    """Whether what was handed over last is removed again: it was revoked, then suspended by another dispute."""
    return bool(purchase.deliveries) and purchase.deliveries[-1].revoked_at is not None


def _to_send_back(before: Purchase, after: Purchase) -> Iterator[Job]:
    """Payments that are not kept: of what was owned already, and of what the buyer may not have."""
    twice = _is_settled(before)
    for payment in after.payments:
        if payment.duplicate and before.payment(payment.intent) is None:
            yield RefundPayment(
                purchase=after.id,
                intent=payment.intent,
                key=f"{'duplicate' if twice else 'not for sale'}:{payment.intent}",
                reason=RefundReason.DUPLICATE if twice else RefundReason.REQUESTED,
            )


def _to_call_in(after: Purchase) -> Iterator[Job]:
    """Checkouts that are open beside a payment or a present: nobody should pay by them as well."""
    for attempt in after.attempts:
        if _is_settled(after) and attempt.state is CheckoutStatus.OPEN and attempt.session:
            yield ExpireCheckout(attempt.session)


def _is_settled(purchase: Purchase) -> bool:
    return purchase.access in {Access.GRANTED, Access.SUSPENDED}


def _news(before: Purchase, after: Purchase) -> Iterator[tuple[SaleNotification, str]]:
    """What is new, each with the processor's id of it."""
    for old, new in zip(before.attempts, after.attempts, strict=False):
        if new.state is not old.state and new.state in _OF_ATTEMPTS and new.session:
            yield _OF_ATTEMPTS[new.state], new.session
    for payment in after.payments:
        known = before.payment(payment.intent)
        if known is None:
            twice = (
                SaleNotification.DUPLICATE_PAYMENT
                if _is_settled(before)
                else SaleNotification.REFUND_SENT
            )
            yield (twice if payment.duplicate else SaleNotification.SOLD), payment.intent
        yield from _of_refunds(known, payment)
        yield from _of_disputes(known, payment)


def _of_refunds(known: Payment | None, payment: Payment) -> Iterator[tuple[SaleNotification, str]]:
    """The refund of a payment too many was announced together with it; that it failed was not."""
    before = {each.id: each for each in known.refunds} if known else {}
    for refund in payment.refunds:
        old = before.get(refund.id)
        if old is None and not payment.duplicate:
            yield SaleNotification.REFUNDED, refund.id
        if refund.failed and not (old and old.failed):
            yield SaleNotification.REFUND_FAILED, refund.id


def _of_disputes(known: Payment | None, payment: Payment) -> Iterator[tuple[SaleNotification, str]]:
    before = {each.id: each.state for each in known.disputes} if known else {}
    for dispute in payment.disputes:
        if before.get(dispute.id) is not dispute.state:
            yield _OF_DISPUTES[dispute.state], dispute.id


def _told(
    after: Purchase, news: Iterator[tuple[SaleNotification, str]], now: datetime
) -> Iterator[Job]:
    """Banks reopen disputes and decide anew, so the time tells one verdict from the same one later."""
    for each, about in news:
        at = now.isoformat() if each in _OF_DISPUTES.values() else ""
        if each in TO_BUYERS:
            yield NotifyBuyer(after.id, each, about, at=at)
        if each in TO_SELLERS:
            yield NotifySeller(after.id, each, about, at=at)


def _alerts(before: Purchase, after: Purchase, source: Trigger, now: datetime) -> Iterator[Job]:
    code = sale_code_of(after.id)
    for payment in after.payments:
        known = before.payment(payment.intent)
        if known is None and source in {Trigger.POLL, Trigger.AUDIT}:
            yield AlertAdmins(
                f"missed:{payment.intent}",
                f"Sale {code} was paid, but no webhook of Stripe's told me: I found it by looking."
                " Please check the webhook endpoint (`matrix-ppv doctor`).",
            )
        for news, about in _of_refunds(known, payment):
            if news is SaleNotification.REFUND_FAILED:
                yield AlertAdmins(
                    f"refund failed:{about}",
                    f"A refund of sale {code} has failed: the buyer's bank did not take the money"
                    f" ({about}). To try once more: `matrix-ppv refund {code} --payment {payment.intent}`."
                    " See Stripe's Dashboard for how to send it another way.",
                )
        for news, about in _of_disputes(known, payment):
            if news in {SaleNotification.DISPUTED, SaleNotification.INQUIRY}:
                yield AlertAdmins(
                    f"{news}:{about}:{now.isoformat()}",
                    f"The bank behind sale {code} questions the payment ({about}). Evidence to hand in:"
                    f" `matrix-ppv evidence {code}`.",
                )
        if payment.fraud_warning and not (known and known.fraud_warning):
            yield AlertAdmins(
                f"warned:{payment.intent}",
                f"The card network warns of fraud behind sale {code}. To refund it before it is"
                f" disputed: `matrix-ppv refund {code}`.",
            )
