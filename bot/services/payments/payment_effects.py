"""Derive follow-up jobs (deliver, revoke, refund, notify) from the difference between two states of a purchase."""

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

_NOTIFICATION_BY_CHECKOUT_STATUS = {
    CheckoutStatus.PROCESSING: SaleNotification.PAYMENT_PENDING,
    CheckoutStatus.FAILED: SaleNotification.PAYMENT_FAILED,
}
_NOTIFICATION_BY_DISPUTE_STATE = {
    DisputeState.INQUIRY: SaleNotification.INQUIRY,
    DisputeState.OPEN: SaleNotification.DISPUTED,
    DisputeState.WON: SaleNotification.DISPUTE_WON,
    DisputeState.LOST: SaleNotification.DISPUTE_LOST,
}


def payment_effects(
    before: Purchase, after: Purchase, now: datetime, source: Trigger
) -> tuple[Purchase, tuple[Job, ...]]:
    """Return the purchase to save, with a new delivery if one is due, and the jobs to add in the same transaction."""
    jobs: list[Job] = []
    after, due = _with_due_delivery(before, after, now)
    jobs += due
    if after.access is Access.REVOKED and before.access is not Access.REVOKED:
        jobs.append(RevokeDelivery(after.id, after.buyer))
    jobs += _duplicate_refunds(before, after)
    jobs += _checkouts_to_expire(after)
    jobs += _notification_jobs(after, _notifications(before, after), now)
    jobs += _alerts(before, after, source, now)
    return after, tuple(jobs)


def _with_due_delivery(
    before: Purchase, after: Purchase, now: datetime
) -> tuple[Purchase, list[Job]]:
    """Add a delivery for each effective payment, for a gift, and after a revoked delivery is granted again."""
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
        after.gifted_at or before.access is Access.REVOKED or _is_last_delivery_revoked(after)
    ):
        after = after.with_delivery(now)
    elif before.has_access or after.delivered:
        return after, []
    return after, [Deliver(after.id, len(after.deliveries), after.buyer)]


def _is_last_delivery_revoked(purchase: Purchase) -> bool:
    """Return whether the last delivery was revoked, e.g. before another dispute suspended access."""
    return bool(purchase.deliveries) and purchase.deliveries[-1].revoked_at is not None


def _duplicate_refunds(before: Purchase, after: Purchase) -> Iterator[Job]:
    """Yield a refund for each new duplicate payment: the buyer owned the offer already, or may not have it."""
    twice = _is_settled(before)
    for payment in after.payments:
        if payment.duplicate and before.payment(payment.intent) is None:
            yield RefundPayment(
                purchase=after.id,
                intent=payment.intent,
                key=f"{'duplicate' if twice else 'not for sale'}:{payment.intent}",
                reason=RefundReason.DUPLICATE if twice else RefundReason.REQUESTED,
            )


def _checkouts_to_expire(after: Purchase) -> Iterator[Job]:
    """Expire open checkouts of a purchase that was paid or given, so that the buyer does not pay twice."""
    for attempt in after.attempts:
        if _is_settled(after) and attempt.state is CheckoutStatus.OPEN and attempt.session:
            yield ExpireCheckout(attempt.session)


def _is_settled(purchase: Purchase) -> bool:
    return purchase.access in {Access.GRANTED, Access.SUSPENDED}


def _notifications(before: Purchase, after: Purchase) -> Iterator[tuple[SaleNotification, str]]:
    """Yield each notification with the id of the Stripe object that it is about."""
    for old, new in zip(before.attempts, after.attempts, strict=False):
        if (
            new.state is not old.state
            and new.state in _NOTIFICATION_BY_CHECKOUT_STATUS
            and new.session
        ):
            yield _NOTIFICATION_BY_CHECKOUT_STATUS[new.state], new.session
    for payment in after.payments:
        known = before.payment(payment.intent)
        if known is None:
            twice = (
                SaleNotification.DUPLICATE_PAYMENT
                if _is_settled(before)
                else SaleNotification.REFUND_SENT
            )
            yield (twice if payment.duplicate else SaleNotification.SOLD), payment.intent
        yield from _refund_notifications(known, payment)
        yield from _dispute_notifications(known, payment)


def _refund_notifications(
    known: Payment | None, payment: Payment
) -> Iterator[tuple[SaleNotification, str]]:
    """Yield new and failed refunds. A duplicate payment's notification already announced its refund."""
    before = {each.id: each for each in known.refunds} if known else {}
    for refund in payment.refunds:
        old = before.get(refund.id)
        if old is None and not payment.duplicate:
            yield SaleNotification.REFUNDED, refund.id
        if refund.failed and not (old and old.failed):
            yield SaleNotification.REFUND_FAILED, refund.id


def _dispute_notifications(
    known: Payment | None, payment: Payment
) -> Iterator[tuple[SaleNotification, str]]:
    before = {each.id: each.state for each in known.disputes} if known else {}
    for dispute in payment.disputes:
        if before.get(dispute.id) is not dispute.state:
            yield _NOTIFICATION_BY_DISPUTE_STATE[dispute.state], dispute.id


def _notification_jobs(
    after: Purchase, news: Iterator[tuple[SaleNotification, str]], now: datetime
) -> Iterator[Job]:
    """Yield the notification jobs. Those of disputes carry the time, because a bank may reopen and decide again."""
    for each, about in news:
        at = now.isoformat() if each in _NOTIFICATION_BY_DISPUTE_STATE.values() else ""
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
        for news, about in _refund_notifications(known, payment):
            if news is SaleNotification.REFUND_FAILED:
                yield AlertAdmins(
                    f"refund failed:{about}",
                    f"A refund of sale {code} has failed: the buyer's bank did not take the money"
                    f" ({about}). To try once more: `matrix-ppv refund {code} --payment {payment.intent}`."
                    " See Stripe's Dashboard for how to send it another way.",
                )
        for news, about in _dispute_notifications(known, payment):
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
