"""Start a Stripe Checkout session from the button on the personal page."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from bot.domain.money.checkout_attempt import (
    FIRST_POLL_DELAY,
    CheckoutRequest,
    CheckoutSession,
    CheckoutStatus,
    Tax,
    Terms,
)
from bot.domain.money.connected_account import ApplicationFee
from bot.domain.money.money import Money
from bot.domain.offers.offer import Offer
from bot.domain.people.access_log import AccessKind, AccessLogEntry
from bot.domain.people.display_names import name_with_id
from bot.domain.people.permissions import Level, NotPermitted
from bot.domain.purchases.purchase import Purchase
from bot.domain.urls import PublicUrls
from bot.errors import AccountNotSetUp, UserError
from bot.i18n import gettext_lazy
from bot.ids import LinkToken, UserId
from bot.jobs.operator_jobs import AlertAdmins
from bot.jobs.payment_jobs import ExpireCheckout, PollCheckout
from bot.ports import Clock, PaymentProcessor, RoomState, Store, UnitOfWork
from bot.services.auth.authorization import Authorizer
from bot.services.checkout.account_status import save_account_status
from bot.services.checkout.payment_objection import PaymentObjection, payment_objection
from bot.services.messaging.direct_room import DirectRoom

CHECKOUT_LIFETIME = timedelta(minutes=45)
"""Stripe's minimum is 30 minutes; the rest allows for repeating a request whose response was lost."""
_MAX_TITLE_CHARACTERS = 250
"""Stripe's pages show this much of a product's name."""


class UnknownLink(UserError):
    """No purchase has this personal link."""

    def __init__(self) -> None:
        super().__init__(
            gettext_lazy(
                "This link does not work. React with 🔓 to the message in the room, and you get a new one."
            )
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckoutRules:
    """Settings of every checkout."""

    terms: Terms | None = None
    tax: Tax = Tax.NONE
    invoice: bool = False
    managed: bool = False
    commission: ApplicationFee | None = None
    """The operator's fee where sellers have connected accounts; None where they have none."""
    open_at_once: int = 10
    """Maximum number of open checkouts per buyer."""


@dataclass(frozen=True, slots=True)
class StartCheckout:
    """Create at most one open attempt, and so one checkout session, per purchase."""

    store: Store
    state: RoomState
    direct_room: DirectRoom
    authorizer: Authorizer
    processor: PaymentProcessor
    clock: Clock
    urls: PublicUrls
    rules: CheckoutRules

    async def __call__(self, link: LinkToken) -> str:
        """Return the URL to redirect the buyer's browser to. Raises UserError."""
        async with self.store.begin() as uow:
            purchase = await uow.purchases.by_link(link)
            offer = await uow.offers.get(purchase.offer) if purchase else None
        if purchase is None or offer is None:
            raise UnknownLink
        if purchase.has_access:
            return self.urls.personal(purchase.offer, link)
        purchase.require_payable()
        offer.require_on_sale()
        await self.authorizer.require(purchase.buyer, Level.BUYER)
        await self._require_reachable(purchase.buyer)
        seller = name_with_id(await self.state.name_of(offer.seller), offer.seller)
        title = f"Paid message from {seller}"[:_MAX_TITLE_CHARACTERS]
        request = await self._attempt(link, title)
        if isinstance(request, str):
            return request
        try:
            checkout = await self.processor.create_checkout(request)
        except AccountNotSetUp as error:
            raise await self._handle_account_not_set_up(request, offer, error) from error
        return await self._save_opened(request, checkout, link)

    async def _save_opened(
        self, request: CheckoutRequest, checkout: CheckoutSession, link: LinkToken
    ) -> str:
        """Save the created session, and repeat the checks that were made before the request.

        Raises UserError if one fails now; the checkout is expired then.
        """
        async with self.store.begin() as uow:
            purchase = await uow.purchases.get(request.purchase)
            offer = await uow.offers.get(purchase.offer) if purchase else None
            if purchase is None or offer is None:
                raise UnknownLink
            attempt = purchase.attempts[request.attempt - 1]
            if attempt.state is CheckoutStatus.CREATING:
                purchase = purchase.attempt_opened(attempt.number, checkout.session, checkout.url)
                attempt = purchase.attempt_of(checkout.session)
                await uow.purchases.save(purchase)
                at = self.clock.now() + FIRST_POLL_DELAY
                await uow.jobs.add(PollCheckout(checkout.session), at=at, queueing_lock=True)
            objection = await payment_objection(uow, purchase, offer, attempt)
            if objection is not None and attempt.state is CheckoutStatus.OPEN:
                await uow.jobs.add(ExpireCheckout(checkout.session), queueing_lock=True)
        if objection is None and not await self.authorizer.allows(purchase.buyer, Level.BUYER):
            objection = PaymentObjection.BLOCKED
            async with self.store.begin() as uow:
                await uow.jobs.add(ExpireCheckout(checkout.session), queueing_lock=True)
        personal = self.urls.personal(offer.id, link)
        if purchase.has_access:
            return personal
        if objection is not None:
            raise _refusal(objection, purchase, offer)
        return checkout.url or personal

    async def _handle_account_not_set_up(
        self, request: CheckoutRequest, offer: Offer, error: AccountNotSetUp
    ) -> UserError:
        """Notify the seller or the admins, once a day, and return the error for the buyer."""
        now = self.clock.now()
        async with self.store.begin() as uow:
            purchase = await uow.purchases.get(request.purchase)
            attempt = purchase.attempts[request.attempt - 1] if purchase else None
            if purchase and attempt and attempt.state is CheckoutStatus.CREATING and not error.made:
                await uow.purchases.save(purchase.attempt_not_made(attempt.number))
            own = await uow.seller_accounts.of(offer.seller)
            if own is not None and own.account == error.account:
                await save_account_status(uow, own, ready=False, now=now, why=str(error))
                return _no_payee()
            message = f"Nobody can pay: {error} Whoever tries is told to come back later."
            await uow.jobs.add(
                AlertAdmins(f"account not set up:{now.date()}", message), queueing_lock=True
            )
        return UserError(
            gettext_lazy(
                "This can't be paid just now: something is not set up yet where payments are taken. The people who"
                " run this have been told. Nothing has been charged. Please try again later."
            )
        )

    async def _attempt(self, link: LinkToken, title: str) -> CheckoutRequest | str:
        """Return the URL of the open attempt, or the request for a new one."""
        async with self.store.begin() as uow:
            purchase = await uow.purchases.by_link(link)
            offer = await uow.offers.get(purchase.offer) if purchase else None
            if purchase is None or offer is None:
                raise UnknownLink
            if purchase.has_access:
                return self.urls.personal(offer.id, link)
            purchase.require_payable()
            if await uow.blocks.has(purchase.buyer):
                raise NotPermitted(purchase.buyer, Level.BUYER)
            price, now = offer.require_on_sale(), self.clock.now()
            await uow.visits.note(
                AccessLogEntry(
                    kind=AccessKind.CHECKOUT, offer=offer.id, purchase=purchase.id, at=now
                )
            )
            usable = purchase.usable_attempt(price, now)
            if usable is not None:
                return usable.url or usable.request
            await self._require_few_open(uow, purchase.buyer, now)
            request = CheckoutRequest(
                purchase=purchase.id,
                attempt=len(purchase.attempts) + 1,
                price=price,
                title=title,
                expires_at=(now + CHECKOUT_LIFETIME).replace(microsecond=0),
                success_url=self.urls.success,
                cancel_url=self.urls.personal(offer.id, link),
                terms=self.rules.terms,
                tax=self.rules.tax,
                invoice=self.rules.invoice,
                managed=self.rules.managed,
                **await self._connected_account(uow, offer.seller, price),
            )
            mark = uow.checkout_marks.seal(request, offer.id, purchase.buyer)
            request = replace(request, mark=mark)
            await uow.purchases.save(purchase.with_attempt(request))
            for older in purchase.attempts:
                if older.state is CheckoutStatus.OPEN and older.session:
                    await uow.jobs.add(ExpireCheckout(older.session), queueing_lock=True)
            return request

    async def _require_few_open(self, uow: UnitOfWork, buyer: UserId, now: datetime) -> None:
        if await uow.usage.checkouts_of(buyer, now) >= self.rules.open_at_once:
            raise UserError(
                gettext_lazy(
                    "As many payments of yours are under way as can be at a time. Finish one of them, or come"
                    " back here in an hour: by then they have lapsed. Nothing has been charged for this one."
                )
            )

    async def _connected_account(
        self, uow: UnitOfWork, seller: UserId, price: Money
    ) -> dict[str, Any]:
        """Return the seller's account and the operator's fee, where sellers have connected accounts."""
        if self.rules.commission is None:
            return {}
        own = await uow.seller_accounts.of(seller)
        if own is None or not own.ready:
            raise _no_payee()
        fee_minor = self.rules.commission.amount_for(price.minor)
        commission = Money(fee_minor, price.currency) if fee_minor else None
        return {"account": own.account, "commission": commission}

    async def _require_reachable(self, buyer: UserId) -> None:
        room = await self.direct_room(buyer)
        if not await self.state.is_member(room.id, buyer):
            raise UserError(
                gettext_lazy(
                    "Before you pay, please accept my invitation to our direct chat: that is where I send"
                    " what you buy. Then come back to this page. Nothing has been charged."
                )
            )


def _no_payee() -> UserError:
    return UserError(
        gettext_lazy(
            "The seller can't be paid at the moment, so this can't be bought. Nothing has been charged."
        )
    )


def _refusal(objection: PaymentObjection, purchase: Purchase, offer: Offer) -> UserError:
    """Return the objection as an error for the buyer."""
    if objection is PaymentObjection.FORGOTTEN:
        return UnknownLink()
    if objection is PaymentObjection.BLOCKED:
        return NotPermitted(purchase.buyer, Level.BUYER)
    try:
        purchase.require_payable()
        offer.require_on_sale()
    except UserError as refusal:
        return refusal
    return UserError(
        gettext_lazy(
            "The price has just changed. Please open your link from the chat again: it shows the new one."
            " Nothing has been charged."
        )
    )
