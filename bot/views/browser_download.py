"""Opening what was bought in the buyer's browser: what the page shows, the keys, the ciphertexts."""

from collections.abc import AsyncIterator
from dataclasses import dataclass

from bot.domain.offers.attachment import Sealed
from bot.domain.offers.offer import Offer, OfferState
from bot.domain.people.access_log import Visit, Visited
from bot.domain.purchases.delivery_blockers import why_it_waits
from bot.domain.purchases.download_session import Claim
from bot.domain.purchases.purchase import Purchase
from bot.errors import Unauthenticated
from bot.i18n import spoken
from bot.ids import LinkToken, OfferId, claim_id
from bot.ports import BlobStore, Clock, KeyVault, Store, UnitOfWork
from bot.views.offer_page import Look
from bot.views.page_models import ClaimedFile, ClaimPage

_ON_ITS_WAY = spoken("Your files are on their way to your chat.")


@dataclass(frozen=True, slots=True)
class OpenInBrowser:
    """The link shows; only the cookie of a proven claim opens."""

    store: Store
    vault: KeyVault
    blobs: BlobStore
    clock: Clock
    look: Look

    async def page(
        self, offer_id: OfferId, link: LinkToken, secret: str | None
    ) -> ClaimPage | None:
        """None for a link that is not ours."""
        personal = await self.look.at_personal(offer_id, link)
        if personal is None:
            return None
        async with self.store.begin() as uow:
            purchase = await uow.purchases.by_link(link)
            claim = await _claim(uow, purchase, secret)
        now = self.clock.now()
        return ClaimPage(
            page=personal.page,
            buyer=personal.buyer,
            owned=personal.owned,
            stuck=_stuck(purchase),
            code=claim.code if claim and claim.can_be_proven(now) else None,
            proven=claim is not None and claim.opens(now),
        )

    async def files(self, link: LinkToken, secret: str) -> tuple[ClaimedFile, ...]:
        """With the keys. Raises Unauthenticated unless the browser is proven to be the buyer's."""
        async with self.store.begin() as uow:
            purchase, offer = await self._opened(uow, link, secret)
            at = self.clock.now()
            await uow.visits.note(
                Visit(what=Visited.KEYS, offer=offer.id, purchase=purchase.id, at=at)
            )
        return tuple(
            [
                ClaimedFile(
                    number=number,
                    name=attachment.name,
                    mimetype=attachment.info.mimetype,
                    size=attachment.sealed.size,
                    key=await self.vault.unwrap(
                        attachment.sealed.key, attachment.sealed.context(offer.id)
                    ),
                    sha256=attachment.sealed.sha256,
                )
                for number, attachment in enumerate(offer.paid)
                if attachment.sealed
            ]
        )

    async def ciphertext(
        self, link: LinkToken, secret: str, number: int
    ) -> tuple[int, AsyncIterator[bytes]]:
        """Its size in bytes, and its chunks. Raises Unauthenticated like `files`."""
        async with self.store.begin() as uow:
            _, offer = await self._opened(uow, link, secret)
        sealed: Sealed | None = None
        if number < len(offer.paid):
            sealed = offer.paid[number].sealed
        if sealed is None:
            raise Unauthenticated("there is no such file")
        return sealed.size, self.blobs.read(sealed.blob)

    async def _opened(
        self, uow: UnitOfWork, link: LinkToken, secret: str
    ) -> tuple[Purchase, Offer]:
        purchase = await uow.purchases.by_link(link)
        claim = await _claim(uow, purchase, secret)
        offer = await uow.offers.get(purchase.offer) if purchase else None
        if (
            purchase is None
            or offer is None
            or claim is None
            or not claim.opens(self.clock.now())
            or not purchase.owned
            or offer.state is OfferState.TAKEN_DOWN
        ):
            raise Unauthenticated("not proven to be the buyer's browser")
        return purchase, offer


async def _claim(uow: UnitOfWork, purchase: Purchase | None, secret: str | None) -> Claim | None:
    """The browser's, if it is for this purchase."""
    if purchase is None or not secret:
        return None
    claim = await uow.claims.get(claim_id(secret))
    return claim if claim and claim.purchase == purchase.id else None


def _stuck(purchase: Purchase | None) -> str | None:
    if purchase is None or not purchase.owned or purchase.delivered:
        return None
    return why_it_waits(purchase) or _ON_ITS_WAY
