"""Checkouts with our mark that our records do not know: whatever is newer than a backup that was restored."""

from bot.domain.money.checkout_attempt import AttemptState, Checkout, CheckoutRequest, Tax, Terms
from bot.domain.offers.offer import Offer
from bot.domain.purchases.purchase import Purchase
from bot.ids import AccountId, PurchaseId, sale_code_of
from bot.jobs import AlertAdmins
from bot.ports import Clock, UnitOfWork

_UNDER_WAY = {AttemptState.OPEN, AttemptState.PROCESSING, AttemptState.COMPLETE}


async def found_again(
    uow: UnitOfWork,
    purchase: Purchase,
    checkout: Checkout,
    account: AccountId | None,
    clock: Clock,
) -> Purchase | None:
    """Return the purchase with an attempt for the checkout; None where that would be to trust too much.

    Sellers can make checkouts with any marks in accounts of their own, so account and price must be those that
    the offer asks for now.
    """
    offer = await uow.offers.get(purchase.offer)
    if offer is None or checkout.amounts is None or checkout.state not in _UNDER_WAY:
        return None
    if offer.price != checkout.amounts.asked or account != await _account_of(uow, offer):
        return None
    asked, tax, total = checkout.amounts.asked, checkout.amounts.tax, checkout.amounts.total
    kind = Tax.NONE if not tax.minor else Tax.INCLUDED if total == asked else Tax.ADDED
    request = CheckoutRequest(
        purchase=purchase.id,
        attempt=len(purchase.attempts) + 1,
        price=asked,
        title=offer.text,
        expires_at=clock.now(),
        success_url="",
        cancel_url="",
        terms=Terms(version="unknown", text="", url="") if checkout.terms_accepted else None,
        tax=kind,
        account=account,
    )
    return purchase.found_again(request, checkout.session, checkout.url)


async def _account_of(uow: UnitOfWork, offer: Offer) -> AccountId | None:
    own = await uow.seller_accounts.of(offer.seller)
    return own.account if own else None


def unknown_payment(checkout: Checkout) -> AlertAdmins | None:
    """Return what admins are told of money that we have no purchase for; None where there is none of it left."""
    facts = checkout.payment
    if checkout.state is not AttemptState.COMPLETE or facts is None:
        return None
    back = sum(refund.amount.minor for refund in facts.refunds if not refund.failed)
    if back >= facts.amount.minor:
        return None
    place = "https://dashboard.stripe.com/" + ("" if checkout.live else "test/")
    payer = checkout.payer or "somebody whom Stripe does not name"
    code = sale_code_of(PurchaseId(checkout.reference)) if checkout.reference else "unknown"
    return AlertAdmins(
        f"unknown payment:{facts.intent}",
        f"Stripe has a payment of {facts.amount} by {payer} that bears my mark and is not in my records (sale"
        f" {code}). Was an old backup restored? I can't tell what was bought, so nothing is delivered. Please write"
        f" to the buyer, or send the money back: {place}payments/{facts.intent}",
    )
