"""Asking on the offer's page: whoever types a Matrix ID there is written to, if they are known in its rooms."""

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

_BY_ONE_VISITOR = 6
_FOR_ONE_PERSON = 3
"""In a minute."""


class TooOften(UserError):
    """A visitor who has many people written to."""

    def __init__(self) -> None:
        super().__init__(
            gettext_lazy(
                "That was asked very often from where you are. Please wait a minute, or react with 🔓 to the"
                " message in the room."
            )
        )


@dataclass(frozen=True, slots=True)
class RequestLink:
    """Nothing of the person is looked at here, so that nothing about them can be told from the answer."""

    store: Store
    clock: Clock
    visitors: RateLimiter
    people: RateLimiter

    @classmethod
    def at(cls, store: Store, clock: Clock) -> Self:
        return cls(
            store, clock, RateLimiter(_BY_ONE_VISITOR, clock), RateLimiter(_FOR_ONE_PERSON, clock)
        )

    async def __call__(self, offer_id: OfferId, who: UserId, visitor: str | None) -> None:
        """`visitor`: the address that it is asked from, if it is known.

        Raises TooOften, and Refusal for what is not on sale. For one person that much was asked for,
        nothing happens, and nobody is told.
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
    """Whoever typed the ID proved nothing: they set nothing off but a message, once an hour at most."""

    store: Store
    rooms: Rooms
    state: RoomState
    direct_room: DirectRoom
    authorizer: Authorizer
    purchase_links: PurchaseLinks

    async def __call__(self, job: SendRequestedLink) -> None:
        """Raises UserError when it is not on sale any more, or the person takes no invitations."""
        async with self.store.begin() as uow:
            offer = await uow.offers.get(job.offer)
        if offer is None or not await self.authorizer.allows(job.who, Level.BUYER):
            return
        offer.require_on_sale()
        if not await self._known_in(offer, job.who):
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
        await self._write(room, offer, purchase, tx)

    async def _known_in(self, offer: Offer, who: UserId) -> bool:
        for listing in offer.listings:
            if listing.placeholder and await self.state.is_member(listing.room, who):
                return True
        return False

    async def _write(self, room: ProvedRoom, offer: Offer, purchase: Purchase, tx: TxId) -> None:
        if purchase.has_access:
            page = self.purchase_links.urls.personal(offer.id, purchase.pay_token)
            words = gettext_lazy(
                "You have bought this already. Your own page sends it to you again: {page}",
                page=page,
            )
            await self.rooms.confide(room, Line(words), tx)
            return
        try:
            purchase.require_payable()
        except UserError as refusal:
            await self.rooms.confide(room, Line(refusal.words), tx)
            return
        await self.purchase_links.show(room, offer, purchase, tx, typed=True)
