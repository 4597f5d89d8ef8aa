"""A seller's offers, from draft to withdrawn, as the studio lists them."""

from dataclasses import dataclass, field

from bot.domain.offers.attachment import Attachment
from bot.domain.offers.content_summary import summary_line
from bot.domain.offers.offer import Offer, OfferState
from bot.domain.offers.offer_stats import OfferStats
from bot.i18n import gettext_lazy
from bot.ids import OfferId, RoomId, UserId, code_of
from bot.ports import RoomState, Store
from bot.views.offer_titles import titles_of

_A_PAGE = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class OfferRow:
    """One offer, as its seller sees it."""

    offer: OfferId
    code: str
    state: OfferState
    text: str = field(repr=False)
    price: str | None
    contents: str
    teaser: bytes | None = field(repr=False)
    """A PNG of at most 16 pixels on its long side."""
    rooms: tuple[str, ...] = field(repr=False)
    """What those are called that it stands in, or is meant for."""
    planned: str | None
    """When it goes on sale by itself, in words."""
    figures: OfferStats | None
    """None for what was never published."""


@dataclass(frozen=True, slots=True)
class OfferList:
    """Some offers of a seller, the newest first."""

    lines: tuple[OfferRow, ...]
    page: int
    """From 1."""
    pages: int
    no_payee: bool = False
    """The seller has an account of their own, and the processor takes no money for it."""


@dataclass(frozen=True, slots=True)
class OfferDetails:
    """All of one offer."""

    line: OfferRow
    attachments: tuple[Attachment, ...] = field(repr=False)


@dataclass(frozen=True, slots=True)
class SellerOffersView:
    """Sellers see their own offers there, and nobody else's."""

    store: Store
    state: RoomState
    currency: str
    """Taken where a seller names none."""
    by_connect: bool = False
    """Sellers have accounts of their own at the processor."""

    async def offers(self, seller: UserId, page: int = 1) -> OfferList:
        """The first page for a number that is none."""
        async with self.store.begin() as uow:
            ids = await uow.offers.of_seller(seller)
            pages = max(1, -(-len(ids) // _A_PAGE))
            page = page if 1 <= page <= pages else 1
            shown = ids[(page - 1) * _A_PAGE : page * _A_PAGE]
            offers = [offer for id_ in shown if (offer := await uow.offers.get(id_))]
            figures = {each.offer: each for each in await uow.purchases.figures(seller)}
            own = await uow.seller_accounts.of(seller) if self.by_connect else None
        rooms = (room for offer in offers for room in _rooms(offer))
        titles = await titles_of(self.state, rooms)
        lines = tuple(_line(offer, titles, figures.get(offer.id)) for offer in offers)
        return OfferList(lines, page, pages, own is not None and not own.ready)

    async def offer(self, seller: UserId, offer_id: OfferId) -> OfferDetails | None:
        """None for what is not theirs, or not there."""
        async with self.store.begin() as uow:
            offer = await uow.offers.get(offer_id)
            if offer is None or offer.seller != seller or offer.state is OfferState.DISCARDED:
                return None
            figures = {each.offer: each for each in await uow.purchases.figures(seller)}
        titles = await titles_of(self.state, _rooms(offer))
        return OfferDetails(_line(offer, titles, figures.get(offer_id)), offer.attachments)


def _rooms(offer: Offer) -> tuple[RoomId, ...]:
    return offer.schedule.rooms if offer.schedule else tuple(each.room for each in offer.listings)


def _line(offer: Offer, titles: dict[RoomId, str], figures: OfferStats | None) -> OfferRow:
    return OfferRow(
        offer=offer.id,
        code=code_of(offer.id),
        state=offer.state,
        text=offer.text,
        price=str(offer.price) if offer.price else None,
        contents=summary_line(offer.paid) if offer.paid else gettext_lazy("nothing yet"),
        teaser=next((each.teaser for each in offer.paid if each.teaser), None),
        rooms=tuple(titles[room] for room in _rooms(offer)),
        planned=offer.schedule.display if offer.schedule else None,
        figures=figures,
    )
