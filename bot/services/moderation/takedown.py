"""Taking an offer down: off sale, out of sight, delivered to nobody any more. And putting it back."""

from dataclasses import dataclass

from bot.domain.offers.offer import Offer, OfferState
from bot.domain.people.abuse_report import Outcome
from bot.domain.people.audit_log import AuditEntry
from bot.domain.purchases.purchase import Purchase
from bot.i18n import concat, gettext_lazy
from bot.ids import OfferId, code_of
from bot.jobs.moderation_jobs import NotifyUser
from bot.jobs.offer_jobs import RefreshPlaceholders
from bot.jobs.payment_jobs import ExpireOfferCheckouts
from bot.ports import Store, UnitOfWork
from bot.services.delivery.refund_undelivered import refund_undelivered
from bot.services.moderation.report_target import published
from bot.services.moderation.submit_report import decide


@dataclass(frozen=True, slots=True, kw_only=True)
class TakenDown:
    """What came of it."""

    code: str
    buyers: int
    """So many had it."""
    refunded: int
    """So many of them get their money back."""


@dataclass(frozen=True, slots=True)
class TakeDown:
    """Doing it once more changes nothing, but may send money back that was not sent back then."""

    store: Store
    contact: str
    """Whom to ask, in words; empty for nobody named."""

    async def __call__(self, offer_id: OfferId, act: AuditEntry, *, refund: bool) -> TakenDown:
        """Who paid and has nothing yet gets the money back in any case. Raises UserError."""
        async with self.store.begin() as uow:
            offer = await published(uow, offer_id)
            if offer.state is not OfferState.TAKEN_DOWN:
                await uow.offers.save(offer.taken_down())
            await uow.jobs.add(RefreshPlaceholders(offer_id), queueing_lock=True)
            await uow.jobs.add(ExpireOfferCheckouts(offer_id), queueing_lock=True)
            await uow.acts.add(act)
            for report in await uow.reports.undecided(offer_id):
                await decide(uow, report, Outcome.UPHELD, act)
            owners = [each for each in await uow.purchases.of(offer_id) if each.has_access]
            back = [
                each for each in owners if each.effective_payment and (refund or not _has_it(each))
            ]
            for purchase in owners:
                await self._part_with(uow, purchase, act, send_back=purchase in back)
            words = self._to_seller(offer, act.reason, all_back=refund)
            await uow.jobs.add(
                NotifyUser(offer.seller, act.idempotency_key, words), queueing_lock=True
            )
        return TakenDown(code=code_of(offer_id), buyers=len(owners), refunded=len(back))

    async def restore(self, offer_id: OfferId, act: AuditEntry) -> None:
        """Allowed again. Money that was sent back stays with the buyers. Raises UserError."""
        async with self.store.begin() as uow:
            offer = await published(uow, offer_id)
            if offer.state is OfferState.TAKEN_DOWN:
                await uow.offers.save(offer.restored())
            await uow.jobs.add(RefreshPlaceholders(offer_id), queueing_lock=True)
            await uow.acts.add(act)
            words = gettext_lazy(
                "Your offer {code} is allowed again. The people who run this have looked at it once more,"
                " and say: {reasons}",
                code=code_of(offer_id),
                reasons=act.reason,
            )
            await uow.jobs.add(
                NotifyUser(offer.seller, act.idempotency_key, words), queueing_lock=True
            )

    async def _part_with(
        self, uow: UnitOfWork, purchase: Purchase, act: AuditEntry, *, send_back: bool
    ) -> None:
        if send_back and purchase.effective_payment:
            await uow.jobs.add(
                refund_undelivered(purchase, purchase.effective_payment), queueing_lock=True
            )
        then = (
            [gettext_lazy("I have asked Stripe to send your money back.")]
            if send_back
            else [gettext_lazy("What you have of it stays with you."), *self._questions()]
        )
        words = gettext_lazy(
            "The people who run this have taken down what you bought as {code}, so I can't send it to"
            " you any more. {then}",
            code=code_of(purchase.offer),
            then=concat(then),
        )
        await uow.jobs.add(
            NotifyUser(purchase.buyer, act.idempotency_key, words), queueing_lock=True
        )

    def _to_seller(self, offer: Offer, why: str, *, all_back: bool) -> str:
        money = (
            gettext_lazy("All who bought it get their money back.")
            if all_back
            else gettext_lazy("What was sold stays sold.")
        )
        happened = gettext_lazy(
            "The people who run this have taken down your offer {code}. Their reason: {why}\nIt is off sale, and I"
            " send it to nobody any more. {money} If you think that this is a mistake, tell them so.",
            code=code_of(offer.id),
            why=why,
            money=money,
        )
        return concat([happened, *self._questions()])

    def _questions(self) -> list[str]:
        """Whom to ask."""
        return (
            [gettext_lazy("For questions: {contact}", contact=self.contact)] if self.contact else []
        )


def _has_it(purchase: Purchase) -> bool:
    return any(each.done_at for each in purchase.deliveries)
