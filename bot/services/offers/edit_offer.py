"""Change the price or text of an offer that is on sale, or withdraw it."""

from collections.abc import Callable
from dataclasses import dataclass

from bot.domain.money.money import Money
from bot.domain.offers.offer import KEY_GRACE_PERIOD, Offer, OfferState
from bot.domain.people.audit_log import AuditAction, AuditEntry
from bot.domain.people.permissions import Level
from bot.errors import UserError
from bot.i18n import gettext_lazy
from bot.ids import OfferId, UserId, code_of
from bot.jobs.offer_jobs import DestroyKeys, RefreshPlaceholders
from bot.jobs.payment_jobs import ExpireOfferCheckouts
from bot.ports import Clock, Store
from bot.services.auth.authorization import Authorizer
from bot.services.drafts.offer_text import fitting_text


@dataclass(frozen=True, slots=True)
class EditOffer:
    """Each change expires the offer's outdated checkouts; a payment made before that still counts."""

    store: Store
    authorizer: Authorizer
    clock: Clock

    async def reprice(self, offer: OfferId, price: Money, who: UserId) -> Offer:
        """Raises UserError."""
        return await self._change(offer, who, lambda latest: latest.with_new_price(price))

    async def reword(self, offer: OfferId, text: str, who: UserId) -> Offer:
        """Raises UserError."""
        words = fitting_text(text)
        return await self._change(offer, who, lambda latest: latest.with_new_text(words))

    async def withdraw(self, offer: OfferId, who: UserId) -> Offer:
        """Withdraw the offer. Its keys are destroyed after a grace period if it has no buyers. Raises UserError."""

        def change(latest: Offer) -> Offer:
            latest.require_on_sale()
            return latest.withdrawn()

        return await self._change(offer, who, change)

    async def _change(self, id_: OfferId, who: UserId, change: Callable[[Offer], Offer]) -> Offer:
        admin = await self.authorizer.allows(who, Level.ADMIN)
        async with self.store.begin() as uow:
            offer = await uow.offers.get(id_)
            theirs = offer is not None and offer.seller == who
            if offer is None or not (theirs or admin):
                raise UserError(
                    gettext_lazy(
                        "You have no offer with that code. It stands below each offer of yours."
                    )
                )
            changed = change(offer)
            if changed != offer:
                await uow.offers.save(changed)
                if not theirs:
                    await uow.acts.add(_audit_entry(who, changed, self.clock))
                await uow.jobs.add(RefreshPlaceholders(id_), queueing_lock=True)
                await uow.jobs.add(ExpireOfferCheckouts(id_), queueing_lock=True)
                if changed.state is OfferState.WITHDRAWN:
                    await uow.jobs.add(DestroyKeys(id_), at=self.clock.now() + KEY_GRACE_PERIOD)
            return changed


def _audit_entry(admin: UserId, changed: Offer, clock: Clock) -> AuditEntry:
    withdrawn = changed.state is OfferState.WITHDRAWN
    return AuditEntry(
        idempotency_key=f"{changed.id} {changed.version}",
        actor=admin,
        action=AuditAction.WITHDRAW if withdrawn else AuditAction.REPRICE,
        target=code_of(changed.id),
        reason="" if withdrawn else str(changed.price),
        at=clock.now(),
    )
