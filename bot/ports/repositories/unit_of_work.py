"""What is written down, in units of work that happen whole or not at all."""

from contextlib import AbstractAsyncContextManager
from typing import Protocol

from bot.ports.repositories.inbox_and_jobs import Handovers, Inbox, Jobs
from bot.ports.repositories.moderation_repositories import AdminActs, Blocks, Reports
from bot.ports.repositories.offer_repositories import Offers, Storefronts
from bot.ports.repositories.operations_repositories import Operations
from bot.ports.repositories.person_repositories import People
from bot.ports.repositories.posting_repositories import Postings
from bot.ports.repositories.purchase_repositories import (
    CheckoutMarks,
    Ledger,
    Purchases,
    SellerAccounts,
    Usage,
)
from bot.ports.repositories.retention_repositories import Leftovers
from bot.ports.repositories.room_repositories import DirectRooms, MediaCopies
from bot.ports.repositories.sale_room_repositories import SaleRooms
from bot.ports.repositories.session_repositories import (
    Claims,
    SignInLinks,
    SignIns,
    Visits,
    Widgets,
)
from bot.ports.repositories.upload_repositories import Uploads


class UnitOfWork(Protocol):
    """One atomic change: committed when its block ends, forgotten when it raises."""

    @property
    def offers(self) -> Offers: ...
    @property
    def uploads(self) -> Uploads: ...
    @property
    def postings(self) -> Postings: ...
    @property
    def sale_rooms(self) -> SaleRooms: ...
    @property
    def storefronts(self) -> Storefronts: ...
    @property
    def purchases(self) -> Purchases: ...
    @property
    def usage(self) -> Usage: ...
    @property
    def acts(self) -> AdminActs: ...
    @property
    def blocks(self) -> Blocks: ...
    @property
    def reports(self) -> Reports: ...
    @property
    def checkout_marks(self) -> CheckoutMarks: ...
    @property
    def ledger(self) -> Ledger: ...
    @property
    def visits(self) -> Visits: ...
    @property
    def claims(self) -> Claims: ...
    @property
    def sign_in_links(self) -> SignInLinks: ...
    @property
    def sign_ins(self) -> SignIns: ...
    @property
    def widgets(self) -> Widgets: ...
    @property
    def seller_accounts(self) -> SellerAccounts: ...
    @property
    def handovers(self) -> Handovers: ...
    @property
    def jobs(self) -> Jobs: ...
    @property
    def inbox(self) -> Inbox: ...
    @property
    def direct_rooms(self) -> DirectRooms: ...
    @property
    def people(self) -> People: ...
    @property
    def media_copies(self) -> MediaCopies: ...
    @property
    def operations(self) -> Operations: ...
    @property
    def leftovers(self) -> Leftovers: ...


class Store(Protocol):
    def begin(self) -> AbstractAsyncContextManager[UnitOfWork]: ...
