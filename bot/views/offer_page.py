"""What the web pages show. Looking leads to nothing: chats and scanners fetch links by themselves."""

from dataclasses import dataclass

from bot.domain.money.payment_event import Trigger
from bot.domain.offers.content_summary import summarize
from bot.domain.offers.offer import NotOnSale, Offer, OfferState
from bot.domain.people.access_log import AccessKind, AccessLogEntry
from bot.domain.purchases.delivery_blockers import WAITS_FOR_BUYER, why_it_waits
from bot.domain.purchases.purchase import Purchase
from bot.errors import UserError
from bot.ids import CheckoutSessionId, LinkToken, OfferId, code_of
from bot.jobs.payment_jobs import Settle
from bot.ports import Clock, Pictures, RoomState, Store, UnitOfWork
from bot.services.checkout.owned_elsewhere import owned_elsewhere
from bot.services.payments.settle_payment import SettleCheckout
from bot.views.free_previews import FreePreviews
from bot.views.page_models import AfterPayment, BoughtFile, OfferPage, PersonalPage

_PUBLIC = {OfferState.OPEN, OfferState.WITHDRAWN}


@dataclass(frozen=True, slots=True)
class OfferPageView:
    store: Store
    state: RoomState
    pictures: Pictures
    free: FreePreviews
    settle: SettleCheckout
    clock: Clock

    async def offer(self, offer_id: OfferId) -> OfferPage | None:
        """What everybody may see; None for what was never published. Raises NotOnSale for what was taken down."""
        async with self.store.begin() as uow:
            offer = await uow.offers.get(offer_id)
            if offer is None:
                return None
            offer.require_not_taken_down()
            if offer.state not in _PUBLIC:
                return None
            await self._note(uow, AccessKind.OFFER_PAGE, offer, None)
        return await self._page(offer)

    async def card(self, offer_id: OfferId) -> bytes | None:
        """The teaser as a PNG in a good size, for chats that show what a link leads to."""
        async with self.store.begin() as uow:
            offer = await uow.offers.get(offer_id)
        teaser = _teaser(offer) if offer and offer.state in _PUBLIC else None
        return (await self.pictures.enlarge(teaser))[0] if teaser else None

    async def purchase(self, offer_id: OfferId, link: LinkToken) -> PersonalPage | None:
        """What one buyer sees; None for a link that is not ours. Raises NotOnSale for what was taken down."""
        async with self.store.begin() as uow:
            purchase = await uow.purchases.by_link(link)
            offer = await uow.offers.get(offer_id)
            if purchase is None or offer is None or purchase.offer != offer_id:
                return None
            offer.require_not_taken_down()
            room = await uow.direct_rooms.of(purchase.buyer)
            twins = () if purchase.has_access else await owned_elsewhere(uow, offer, purchase.buyer)
            await self._note(uow, AccessKind.PERSONAL_PAGE, offer, purchase)
        return PersonalPage(
            page=await self._page(offer),
            buyer=purchase.buyer,
            owned=purchase.has_access,
            already=len(twins),
            pending=_pending(purchase),
            direct_room=room,
            goods=_goods(offer) if purchase.has_access else (),
            rounds=len(purchase.deliveries),
            delivered=purchase.delivered,
            stuck=why_it_waits(purchase),
            on_the_web=purchase.delivered_on_page,
        )

    async def after_payment(self, session: CheckoutSessionId) -> AfterPayment | None:
        """How a checkout of ours stands, settled on the spot; None if it is not ours."""
        async with self.store.begin() as uow:
            known = await uow.purchases.by_session(session)
        if known is None:
            return None
        await self.settle(Settle(session, Trigger.RETURN_PAGE))
        async with self.store.begin() as uow:
            offer = await uow.offers.get(known.offer)
            if offer is not None:
                await self._note(uow, AccessKind.SUCCESS_PAGE, offer, known)
        return await self.payment_status(session)

    async def payment_status(self, session: CheckoutSessionId) -> AfterPayment | None:
        """The same as far as we know it, without asking anybody."""
        async with self.store.begin() as uow:
            purchase = await uow.purchases.by_session(session)
            room = await uow.direct_rooms.of(purchase.buyer) if purchase else None
        if purchase is None:
            return None
        return AfterPayment(
            purchase=purchase.id,
            paid=purchase.has_access,
            delivered=purchase.has_access and purchase.delivered,
            processing=purchase.processing,
            stuck=why_it_waits(purchase),
            waits_for_buyer=purchase.blocker in WAITS_FOR_BUYER,
            on_the_web=purchase.delivered_on_page,
            direct_room=room,
        )

    async def _note(
        self, uow: UnitOfWork, what: AccessKind, offer: Offer, purchase: Purchase | None
    ) -> None:
        id_ = purchase.id if purchase else None
        visit = AccessLogEntry(kind=what, offer=offer.id, purchase=id_, at=self.clock.now())
        await uow.visits.note(visit)

    async def _page(self, offer: Offer) -> OfferPage:
        try:
            offer.require_on_sale()
            ended = None
        except NotOnSale as reason:
            ended = str(reason)
        return OfferPage(
            offer=offer.id,
            code=code_of(offer.id),
            text=offer.text,
            price=str(offer.price),
            contents=summarize(offer.paid),
            free=len(offer.free),
            previews=await self.free.of(offer),
            seller=offer.seller,
            seller_name=await self.state.name_of(offer.seller),
            teaser=_teaser(offer),
            ended=ended,
        )


def _goods(offer: Offer) -> tuple[BoughtFile, ...]:
    return tuple(BoughtFile(each.kind, each.size, each.info.duration_ms) for each in offer.paid)


def _teaser(offer: Offer) -> bytes | None:
    return next((a.teaser for a in offer.paid if a.teaser), None)


def _pending(purchase: Purchase) -> str | None:
    try:
        purchase.require_payable()
    except UserError as reason:
        return str(reason)
    return None
