"""The pages of people who are signed in, with nothing behind them."""

from typing import Any, NoReturn

from appservice.web.buyers.library_pages import LibraryUseCases
from appservice.web.members.own_data_pages import OwnDataUseCases
from appservice.web.sellers.draft_editor import DraftEditorUseCases
from appservice.web.sellers.sales_pages import SalesUseCases
from appservice.web.sellers.storefront_editor import StorefrontEditorUseCases
from appservice.web.sellers.studio_pages import StudioUseCases
from appservice.web.sellers.tus import UploadUseCases
from bot.domain.money.fees import Fees
from bot.errors import UserError
from bot.ids import OfferId, UserId
from bot.services.reporting.statement import Period
from bot.views.library_view import LibraryContents, ReceiptDetails
from bot.views.seller_offers import OfferList
from bot.views.seller_sales import SaleFilter, SalesPage
from bot.views.storefront_view import StorefrontDetails


async def _no_upload(*_: object, **__: object) -> NoReturn:
    raise UserError("Nothing is uploaded here.")


async def _no_offers(seller: UserId, page: int) -> OfferList:
    return OfferList((), 1, 1)


async def _empty_shelf(buyer: UserId) -> LibraryContents:
    return LibraryContents((), None)


async def _no_receipts(buyer: UserId, offer: OfferId) -> tuple[ReceiptDetails, ...]:
    return ()


async def _no_sales(seller: UserId, wanted: SaleFilter, page: int) -> SalesPage:
    return SalesPage(lines=(), found=0, page=1, pages=1, earnings=())


async def _no_storefront(seller: UserId) -> StorefrontDetails:
    return StorefrontDetails(None, ())


async def _no_table(seller: UserId, period: Period) -> bytes:
    return b""


async def _nothing_begins(*_: object) -> Any:
    raise UserError("nothing is sold in this shop")


async def _no_offer(*_: object) -> None:
    return None


STUDIO = StudioUseCases(
    currency="usd",
    offers=_no_offers,
    offer=_no_offer,
    reprice=_no_offer,
    reword=_no_offer,
    withdraw=_no_offer,
    publish=_no_offer,
    give=_no_offer,
)
STUDIO_PAGE = StorefrontEditorUseCases(sheet=_no_storefront, name=_no_offer, choose=_no_offer)
LIBRARY = LibraryUseCases(
    shelf=_empty_shelf,
    again=_no_offer,
    receipts=_no_receipts,
    withdrawal=_nothing_begins,
    withdraw=_no_offer,
    ask_seller=_no_offer,
)
OWN_DATA = OwnDataUseCases(
    take=_nothing_begins, ask_to_be_forgotten=_no_offer, be_forgotten=_no_offer
)
SALES = SalesUseCases(sales=_no_sales, table=_no_table, refund=_no_offer)
COMPOSER = DraftEditorUseCases(
    currency="usd",
    left_of=Fees().net_of,
    sheet=_no_offer,
    thumbnail=_no_offer,
    begin=_nothing_begins,
    upload=_no_offer,
    word=_no_offer,
    change=_no_offer,
    discard=_no_offer,
    publish=_no_offer,
    plan=_no_offer,
    call_off=_no_offer,
)
UPLOADS = UploadUseCases(
    largest=0,
    begin=_no_upload,
    look=_no_upload,
    take=_no_upload,
    key=_no_upload,
    take_sealed=_no_upload,
    illustrate=_no_upload,
    stop=_no_upload,
)
