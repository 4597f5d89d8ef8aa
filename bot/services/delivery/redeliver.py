"""Deliver a purchase again, e.g. to a new device."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.domain.offers.offer import OfferState
from bot.domain.purchases.purchase import Access, Purchase
from bot.errors import UserError
from bot.i18n import gettext_lazy
from bot.ids import LinkToken, OfferId, PurchaseId, UserId, purchase_id
from bot.jobs.delivery_jobs import Deliver, delivery_lock
from bot.ports import Clock, Store, UnitOfWork

_MIN_INTERVAL = timedelta(minutes=1)

_WITHHELD = {
    Access.SUSPENDED: gettext_lazy(
        "Your bank is looking into your payment for this. Until it has decided, I can't send the"
        " files again."
    ),
    Access.REVOKED: gettext_lazy(
        "Your payment for this was refunded, so I can't send the files again. React with 🔓 to the"
        " offer to buy it once more."
    ),
}


class NotBought(UserError):
    """The purchase was never paid or given."""

    def __init__(self) -> None:
        super().__init__(gettext_lazy("You have not bought this, so there is nothing to send."))


class Withheld(UserError):
    """It was paid, but refunded, disputed, taken down, or its files were deleted."""


@dataclass(frozen=True, slots=True)
class Redeliver:
    store: Store
    clock: Clock

    async def __call__(self, id_: PurchaseId, cause: str) -> bool:
        """Deliver again, once per `cause`; make a pending delivery due now. Raises NotBought and Withheld.

        Return whether this began a delivery; False if the previous one is still pending.
        """
        async with self.store.begin() as uow:
            purchase = await _require_owned(uow, await uow.purchases.get(id_))
            if not await uow.inbox.accept("again", cause):
                return True
            await deliver_again(uow, purchase, self.clock.now())
            return not purchase.deliveries or purchase.delivered

    async def by_form(self, buyer: UserId, offer: OfferId, form: str) -> None:
        """Deliver again for the button in the library. `form` is the id of the form: sent twice, it is one delivery.

        Raises NotBought and Withheld.
        """
        id_ = purchase_id(offer, buyer)
        await self(id_, f"form:{id_}:{form}")

    async def by_link(self, link: LinkToken, round_: int) -> None:
        """Deliver again for the button on the personal page; `round_`: number of deliveries that the page showed.

        Repeated presses send nothing before the last delivery is complete, nor twice in a minute, because anyone with
        the link can press it. Raises NotBought and Withheld.
        """
        async with self.store.begin() as uow:
            purchase = await _require_owned(uow, await uow.purchases.by_link(link))
            now = self.clock.now()
            last = purchase.deliveries[-1] if purchase.deliveries else None
            if (
                last is not None
                and purchase.delivered
                and last.number == round_
                and now - last.requested_at >= _MIN_INTERVAL
            ):
                await deliver_again(uow, purchase, now)


async def _require_owned(uow: UnitOfWork, purchase: Purchase | None) -> Purchase:
    if purchase is None or purchase.access is Access.NONE:
        raise NotBought
    offer = await uow.offers.get(purchase.offer)
    if offer is not None and offer.state is OfferState.TAKEN_DOWN:
        raise Withheld(
            gettext_lazy(
                "This was taken down by the people who run this, so I can't send it again."
            )
        )
    if purchase.has_access and offer is not None and offer.files_deleted:
        raise Withheld(
            gettext_lazy(
                "Its files are deleted here by now: it was off sale, and nobody had asked for them for a long"
                " time. What is in your app stays yours."
            )
        )
    if not purchase.has_access:
        raise Withheld(_WITHHELD[purchase.access])
    return purchase


async def deliver_again(uow: UnitOfWork, purchase: Purchase, now: datetime) -> None:
    """Add a delivery, or make the pending one due now."""
    if purchase.deliveries and not purchase.delivered:
        await uow.jobs.wake(delivery_lock(purchase.buyer))
    else:
        purchase = purchase.with_delivery(now)
        await uow.purchases.save(purchase)
    await uow.jobs.add(
        Deliver(purchase.id, len(purchase.deliveries), purchase.buyer), queueing_lock=True
    )
