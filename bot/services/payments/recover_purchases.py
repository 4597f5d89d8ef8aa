"""Recover checkouts that carry our mark but are missing in the store, e.g. after a backup was restored."""

import secrets
from collections.abc import Iterator
from dataclasses import dataclass, replace

from bot.domain.money.checkout_attempt import (
    Amounts,
    CheckoutRequest,
    CheckoutSession,
    CheckoutStatus,
    Tax,
    Terms,
)
from bot.domain.offers.offer import Offer, OfferState
from bot.domain.purchases.checkout_mark import CheckoutMark
from bot.domain.purchases.purchase import Purchase
from bot.errors import TemporaryError, UserError
from bot.i18n import gettext_lazy
from bot.ids import AccountId, LinkToken, PurchaseId, code_of, purchase_id, sale_code_of
from bot.jobs import Job
from bot.jobs.moderation_jobs import NotifyUser
from bot.jobs.operator_jobs import AlertAdmins
from bot.jobs.payment_jobs import RefundUnknown
from bot.ports import (
    Clock,
    PaymentProcessor,
    RefundReason,
    RefundRequest,
    Store,
    UnitOfWork,
)

_RECOVERABLE = {CheckoutStatus.OPEN, CheckoutStatus.PROCESSING, CheckoutStatus.COMPLETE}
_PUBLISHED = {OfferState.OPEN, OfferState.WITHDRAWN, OfferState.TAKEN_DOWN}
_RETRY_SECONDS = 3600.0


async def recover_purchase(
    uow: UnitOfWork,
    purchase: Purchase | None,
    checkout: CheckoutSession,
    mark: CheckoutMark | None,
    account: AccountId | None,
    clock: Clock,
) -> Purchase | None:
    """Return the purchase with an attempt for the checkout, or None if the checkout cannot be trusted.

    Sellers can create checkouts with any metadata in their own accounts, so only an encrypted mark is trusted there.
    In the operator's account, a checkout without a mark (made by an older version) is trusted if its purchase is known
    and it asks for the offer's price.
    """
    known = mark.offer if mark else purchase.offer if purchase else None
    offer = await uow.offers.get(known) if known else None
    if offer is None or checkout.amounts is None or checkout.state not in _RECOVERABLE:
        return None
    if mark is None and (account is not None or offer.price != checkout.amounts.subtotal):
        return None
    if purchase is None and mark is not None and offer.state in _PUBLISHED:
        purchase = _new_purchase(offer, mark, clock)
    if purchase is None:
        return None
    request = _request(purchase, offer, checkout.amounts, mark, account, clock)
    if checkout.terms_accepted:
        request = replace(request, terms=Terms(version="unknown", text="", url=""))
    return purchase.with_recovered_attempt(request, checkout.session, checkout.url)


def _new_purchase(offer: Offer, mark: CheckoutMark, clock: Clock) -> Purchase:
    return Purchase(
        id=purchase_id(offer.id, mark.buyer),
        offer=offer.id,
        buyer=mark.buyer,
        pay_token=LinkToken(secrets.token_urlsafe(18)),
        created_at=clock.now(),
    )


def _request(
    purchase: Purchase,
    offer: Offer,
    amounts: Amounts,
    mark: CheckoutMark | None,
    account: AccountId | None,
    clock: Clock,
) -> CheckoutRequest:
    """Rebuild the request of the checkout, as far as later steps read it."""
    subtotal, tax, total = amounts.subtotal, amounts.tax, amounts.total
    kind = Tax.NONE if not tax.minor else Tax.INCLUDED if total == subtotal else Tax.ADDED
    return CheckoutRequest(
        purchase=purchase.id,
        attempt=len(purchase.attempts) + 1,
        price=subtotal,
        title=offer.text,
        expires_at=clock.now(),
        success_url="",
        cancel_url="",
        tax=kind,
        account=account,
        commission=mark.commission if mark else None,
    )


def unknown_payment(
    checkout: CheckoutSession, mark: CheckoutMark | None, account: AccountId | None
) -> Iterator[Job]:
    """Yield jobs for a payment without a purchase; none if all of it was refunded.

    It is refunded automatically if its mark names an offer, and it has no refunds or disputes yet.
    """
    facts = checkout.payment
    if checkout.state is not CheckoutStatus.COMPLETE or facts is None:
        return
    refunded_minor = sum(refund.amount.minor for refund in facts.refunds if not refund.failed)
    if refunded_minor >= facts.amount.minor:
        return
    dashboard = "https://dashboard.stripe.com/" + ("" if checkout.live else "test/")
    payer = checkout.payer or "somebody whom Stripe does not name"
    code = sale_code_of(PurchaseId(checkout.reference)) if checkout.reference else "unknown"
    refund = mark is not None and not facts.refunds and not facts.disputes
    if mark is not None:
        payer = f"{mark.buyer} ({payer})"
    if mark is not None and refund:
        message = gettext_lazy(
            "Your payment of {amount} for {code} goes back to you: that offer is no longer in my records, so I can't"
            " send you its files. I am sorry. You don't need to do anything.",
            amount=facts.amount,
            code=code_of(mark.offer),
        )
        yield RefundUnknown(facts.intent, account, mark.buyer, message)
    action = (
        "The offer is lost, so I send the money back and tell the buyer."
        if refund
        else "I can't tell what was bought, so nothing is delivered. Please write to the buyer, or send the money back."
    )
    yield AlertAdmins(
        f"unknown payment:{facts.intent}",
        f"Stripe has a payment of {facts.amount} by {payer} that bears my mark and is not in my records (sale"
        f" {code}). Was an old backup restored? {action} {dashboard}payments/{facts.intent}",
    )


@dataclass(frozen=True, slots=True)
class RefundUnknownPayment:
    store: Store
    processor: PaymentProcessor

    async def __call__(self, job: RefundUnknown) -> None:
        key = f"unknown:{job.intent}"
        facts = await self.processor.payment(job.intent, job.account)
        if facts and any(refund.failed for refund in facts.refunds):
            message = (
                f"The refund of {facts.amount} to {job.buyer} has failed ({job.intent}), and I don't try it again by"
                " myself. See Stripe's Dashboard for how to send the money another way."
            )
            async with self.store.begin() as uow:
                await uow.jobs.add(AlertAdmins(f"refund failed:{key}", message), queueing_lock=True)
            return
        request = RefundRequest(
            key=key,
            intent=job.intent,
            amount=None,
            reason=RefundReason.REQUESTED,
            account=job.account,
        )
        try:
            await self.processor.refund(request)
        except UserError as refusal:
            message = f"The payment {job.intent} that is not in my records can't be sent back: {refusal.words}"
            async with self.store.begin() as uow:
                alert = AlertAdmins(f"refund refused:{key}", f"{message} I keep trying.")
                await uow.jobs.add(alert, queueing_lock=True)
            raise TemporaryError(message, retry_after=_RETRY_SECONDS) from refusal
        async with self.store.begin() as uow:
            await uow.jobs.add(NotifyUser(job.buyer, key, job.words), queueing_lock=True)
