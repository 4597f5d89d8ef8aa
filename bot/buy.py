"""Buying: from somebody's wish, shown over Matrix, to their personal link, and on to a checkout."""

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.contents import contents
from bot.direct import DirectRoom
from bot.errors import Refusal
from bot.ids import EventId, LinkToken, OfferId, UserId, purchase_id, tx_id
from bot.jobs import Deliver, Settle, ShowGoods
from bot.messages import PersonalLink
from bot.offer import Offer
from bot.permissions import Level, Permissions
from bot.ports import Clock, PaymentProcessor, Rooms, RoomState, Store, UnitOfWork
from bot.purchase import AttemptState, CheckoutRequest, Purchase
from bot.showing import Links

CHECKOUT_LASTS = timedelta(minutes=45)
"""Stripe's shortest is 30 minutes; the rest is time to repeat a request whose answer was lost."""


class UnknownOffer(Refusal):
    """No such code."""

    def __init__(self) -> None:
        super().__init__(
            "I know no offer with that code. Please check it: it looks like K7QM2-XPA4E."
        )


@dataclass(frozen=True, slots=True)
class SendPersonalLink:
    """Somebody asked to buy, and Matrix vouches for who it is: the link goes to them alone.

    The direct room comes before the money, for what is paid must have a place to go.
    """

    store: Store
    rooms: Rooms
    state: RoomState
    direct_room: DirectRoom
    permissions: Permissions
    clock: Clock
    links: Links

    async def __call__(self, offer_id: OfferId, buyer: UserId, cause: EventId) -> None:
        """Those who own it get it once more; sellers see their own. Raises Refusal."""
        self.permissions.require(buyer, Level.BUYER)
        async with self.store.begin() as uow:
            offer = await uow.offers.get(offer_id)
            if offer is None:
                raise UnknownOffer
            purchase = await uow.purchases.get(purchase_id(offer_id, buyer))
        owned = purchase is not None and purchase.payment is not None
        if not owned and buyer != offer.seller:
            offer.require_on_sale()
        room = await self.direct_room(buyer)
        async with self.store.begin() as uow:
            if buyer == offer.seller:
                await uow.jobs.add(ShowGoods(offer_id, room, cause), once=True)
                return
            purchase = await self._purchase(uow, offer, buyer)
            if purchase.payment is not None:
                if await uow.inbox.accept("again", cause):
                    await deliver_again(uow, purchase, self.clock.now())
                return
        await self.rooms.send(
            room,
            PersonalLink(
                buyer=buyer,
                text=offer.text,
                price=str(offer.price),
                contents=contents(offer.paid),
                seller_name=await self.state.name_of(offer.seller),
                link=self.links.personal(offer_id, purchase.link),
            ),
            tx_id("link", cause),
        )

    async def _purchase(self, uow: UnitOfWork, offer: Offer, buyer: UserId) -> Purchase:
        id_ = purchase_id(offer.id, buyer)
        known = await uow.purchases.get(id_)
        if known is not None:
            return known
        purchase = Purchase(
            id=id_,
            offer=offer.id,
            buyer=buyer,
            link=LinkToken(secrets.token_urlsafe(18)),
            created_at=self.clock.now(),
        )
        await uow.purchases.save(purchase)
        return purchase


async def deliver_again(uow: UnitOfWork, purchase: Purchase, now: datetime) -> None:
    """One more round of what is paid for."""
    again = purchase.delivering(now)
    await uow.purchases.save(again)
    await uow.jobs.add(Deliver(again.id, len(again.deliveries)))


class UnknownLink(Refusal):
    """A personal link that is not ours."""

    def __init__(self) -> None:
        super().__init__(
            "This link does not work. React with 🔓 to the message in the room, and you get a new one."
        )


@dataclass(frozen=True, slots=True)
class StartCheckout:
    """The button on the personal page: one purchase, one open attempt, one checkout."""

    store: Store
    state: RoomState
    direct_room: DirectRoom
    processor: PaymentProcessor
    clock: Clock
    links: Links

    async def __call__(self, link: LinkToken) -> str:
        """Where to send the buyer's browser. Raises Refusal."""
        async with self.store.begin() as uow:
            purchase = await uow.purchases.by_link(link)
            offer = await uow.offers.get(purchase.offer) if purchase else None
        if purchase is None or offer is None:
            raise UnknownLink
        if purchase.payment is not None:
            return self.links.personal(purchase.offer, link)
        offer.require_on_sale()
        await self._require_reachable(purchase.buyer)
        title = f"Paid message from {await self.state.name_of(offer.seller)}"
        request = await self._attempt(link, title)
        if isinstance(request, str):
            return request
        checkout = await self.processor.create_checkout(request)
        url = checkout.url or self.links.personal(purchase.offer, link)
        async with self.store.begin() as uow:
            latest = await uow.purchases.get(request.purchase)
            if latest and latest.attempts[request.attempt - 1].state is AttemptState.CREATING:
                await uow.purchases.save(
                    latest.attempt_opened(request.attempt, checkout.session, url)
                )
                ended = request.expires_at + timedelta(minutes=1)
                await uow.jobs.add(Settle(checkout.session), at=ended, once=True)
        return url

    async def _attempt(self, link: LinkToken, title: str) -> CheckoutRequest | str:
        """The attempt under way, as a request to be made or as the address it already has."""
        async with self.store.begin() as uow:
            purchase = await uow.purchases.by_link(link)
            offer = await uow.offers.get(purchase.offer) if purchase else None
            if purchase is None or offer is None:
                raise UnknownLink
            price, now = offer.require_on_sale(), self.clock.now()
            usable = purchase.usable_attempt(price, now)
            if usable is not None:
                return usable.url or usable.request
            request = CheckoutRequest(
                purchase=purchase.id,
                attempt=len(purchase.attempts) + 1,
                price=price,
                title=title,
                expires_at=(now + CHECKOUT_LASTS).replace(microsecond=0),
                success_url=self.links.success,
                cancel_url=self.links.personal(offer.id, link),
            )
            await uow.purchases.save(purchase.attempting(request))
            return request

    async def _require_reachable(self, buyer: UserId) -> None:
        room = await self.direct_room(buyer)
        if not await self.state.is_member(room, buyer):
            raise Refusal(
                "Before you pay, please accept my invitation to our direct chat: that is where I send"
                " what you buy. Then come back to this page. Nothing has been charged."
            )
