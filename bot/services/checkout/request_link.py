"""Purchase link by Matrix ID typed on an offer's page: the bot sends it if the user is in a room of the offer."""

from dataclasses import dataclass
from typing import Self

from bot.domain.matrix.private_room import ProvedRoom
from bot.domain.offers.offer import Offer
from bot.domain.people.permissions import Level
from bot.domain.purchases.purchase import Purchase
from bot.errors import UserError
from bot.i18n import gettext_lazy
from bot.ids import OfferId, TxId, UserId, tx_id
from bot.jobs.payment_jobs import SendRequestedLink
from bot.messages import Line
from bot.ports import Clock, Rooms, RoomState, Store
from bot.services.auth.authorization import Authorizer
from bot.services.checkout.purchase_link import PurchaseLinks
from bot.services.checkout.send_purchase_link import UnknownOffer
from bot.services.messaging.direct_room import DirectRoom
from bot.services.rate_limiter import RateDecision, RateLimiter

_REQUESTS_PER_MINUTE_AND_ADDRESS = 6
_REQUESTS_PER_MINUTE_AND_USER = 3


class TooOften(UserError):
    """The visitor's IP address exceeded the rate limit."""

    def __init__(self) -> None:
        super().__init__(
            gettext_lazy(
                "That was asked very often from where you are. Please wait a minute, or react with 🔓 to the"
                " message in the room."
            )
        )


@dataclass(frozen=True, slots=True)
class RequestLink:
    """Enqueue the job without reading anything about the user, so that the response reveals nothing about them."""

    store: Store
    clock: Clock
    visitors: RateLimiter
    people: RateLimiter

    @classmethod
    def at(cls, store: Store, clock: Clock) -> Self:
        return cls(
            store,
            clock,
            RateLimiter(_REQUESTS_PER_MINUTE_AND_ADDRESS, clock),
            RateLimiter(_REQUESTS_PER_MINUTE_AND_USER, clock),
        )

    async def __call__(self, offer_id: OfferId, who: UserId, visitor: str | None) -> None:
        """`visitor`: the IP address of the request, if known.

        Raises TooOften, and UserError if the offer is not on sale. Above the limit per user nothing happens, silently.
        """
        if visitor is not None and self.visitors(visitor) is not RateDecision.ALLOWED:
            raise TooOften
        if self.people(who) is not RateDecision.ALLOWED:
            return
        async with self.store.begin() as uow:
            offer = await uow.offers.get(offer_id)
            if offer is None:
                raise UnknownOffer
            offer.require_on_sale()
            hour = f"{self.clock.now():%Y-%m-%dT%H}"
            await uow.jobs.add(SendRequestedLink(offer_id, who, hour), queueing_lock=True)


@dataclass(frozen=True, slots=True)
class AnswerLinkRequest:
    """Send the link to the direct room, at most once an hour, because the requester did not prove the Matrix ID."""

    store: Store
    rooms: Rooms
    state: RoomState
    direct_room: DirectRoom
    authorizer: Authorizer
    purchase_links: PurchaseLinks

    async def __call__(self, job: SendRequestedLink) -> None:
        """Raises UserError if the offer is not on sale any more, or the user rejects invitations."""
        async with self.store.begin() as uow:
            offer = await uow.offers.get(job.offer)
        if offer is None or not await self.authorizer.allows(job.who, Level.BUYER):
            return
        offer.require_on_sale()
        if not await self._is_in_a_room_of(offer, job.who):
            return
        room = await self.direct_room(job.who)
        tx = tx_id("asked on the page", job.offer, job.who, job.hour)
        if job.who == offer.seller:
            await self.rooms.confide(
                room, Line(gettext_lazy("This offer is your own: you have its files.")), tx
            )
            return
        async with self.store.begin() as uow:
            purchase = await self.purchase_links.purchase(uow, offer, job.who)
        await self._send(room, offer, purchase, tx)

    async def _is_in_a_room_of(self, offer: Offer, who: UserId) -> bool:
        for listing in offer.listings:
            if listing.placeholder and await self.state.is_member(listing.room, who):
                return True
        return False

    async def _send(self, room: ProvedRoom, offer: Offer, purchase: Purchase, tx: TxId) -> None:
        if purchase.has_access:
            page = self.purchase_links.urls.personal(offer.id, purchase.pay_token)
            message = gettext_lazy(
                "You have bought this already. Your own page sends it to you again: {page}",
                page=page,
            )
            await self.rooms.confide(room, Line(message), tx)
            return
        try:
            purchase.require_payable()
        except UserError as refusal:
            await self.rooms.confide(room, Line(refusal.words), tx)
            return
        await self.purchase_links.show(room, offer, purchase, tx, typed=True)
