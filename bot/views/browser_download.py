"""Opening what was bought in the buyer's browser: what the page shows, the keys, the ciphertexts."""

from collections.abc import AsyncIterator
from dataclasses import dataclass

from bot.domain.offers.attachment import EncryptedBlob
from bot.domain.offers.offer import Offer, OfferState
from bot.domain.people.access_log import AccessKind, AccessLogEntry
from bot.domain.purchases.delivery_blockers import why_it_waits
from bot.domain.purchases.download_session import DownloadSession
from bot.domain.purchases.purchase import Purchase
from bot.errors import AuthenticationError
from bot.i18n import gettext_lazy
from bot.ids import LinkToken, OfferId, claim_id
from bot.ports import BlobStore, Clock, KeyVault, Store, UnitOfWork
from bot.views.offer_page import OfferPageView
from bot.views.page_models import ClaimedFile, ClaimPage

_ON_ITS_WAY = gettext_lazy("Your files are on their way to your chat.")


@dataclass(frozen=True, slots=True)
class BrowserDownload:
    """The link shows; only the cookie of a proven claim opens."""

    store: Store
    vault: KeyVault
    blobs: BlobStore
    clock: Clock
    offer_page_view: OfferPageView

    async def page(
        self, offer_id: OfferId, link: LinkToken, secret: str | None
    ) -> ClaimPage | None:
        """None for a link that is not ours."""
        personal = await self.offer_page_view.purchase(offer_id, link)
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
            code=claim.user_code if claim and claim.can_be_verified(now) else None,
            proven=claim is not None and claim.is_valid(now),
        )

    async def files(self, link: LinkToken, secret: str) -> tuple[ClaimedFile, ...]:
        """With the keys. Raises AuthenticationError unless the browser is proven to be the buyer's."""
        async with self.store.begin() as uow:
            purchase, offer = await self._opened(uow, link, secret)
            at = self.clock.now()
            await uow.visits.note(
                AccessLogEntry(kind=AccessKind.KEYS, offer=offer.id, purchase=purchase.id, at=at)
            )
        return tuple(
            [
                ClaimedFile(
                    number=number,
                    name=attachment.name,
                    mimetype=attachment.info.mimetype,
                    size=attachment.encrypted.size,
                    key=await self.vault.unwrap(
                        attachment.encrypted.key, attachment.encrypted.context(offer.id)
                    ),
                    sha256=attachment.encrypted.sha256,
                )
                for number, attachment in enumerate(offer.paid)
                if attachment.encrypted
            ]
        )

    async def ciphertext(
        self, link: LinkToken, secret: str, number: int
    ) -> tuple[int, AsyncIterator[bytes]]:
        """Its size in bytes, and its chunks. Raises AuthenticationError like `files`."""
        async with self.store.begin() as uow:
            _, offer = await self._opened(uow, link, secret)
        sealed: EncryptedBlob | None = None
        if number < len(offer.paid):
            sealed = offer.paid[number].encrypted
        if sealed is None:
            raise AuthenticationError("there is no such file")
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
            or not claim.is_valid(self.clock.now())
            or not purchase.has_access
            or offer.state is OfferState.TAKEN_DOWN
        ):
            raise AuthenticationError("not proven to be the buyer's browser")
        return purchase, offer


async def _claim(
    uow: UnitOfWork, purchase: Purchase | None, secret: str | None
) -> DownloadSession | None:
    """The browser's, if it is for this purchase."""
    if purchase is None or not secret:
        return None
    claim = await uow.claims.get(claim_id(secret))
    return claim if claim and claim.purchase == purchase.id else None


def _stuck(purchase: Purchase | None) -> str | None:
    if purchase is None or not purchase.has_access or purchase.delivered:
        return None
    return why_it_waits(purchase) or _ON_ITS_WAY
