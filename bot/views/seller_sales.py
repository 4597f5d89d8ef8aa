"""A seller's sales: who paid what and when, what became of the money, and what is earned."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from enum import StrEnum

from bot.domain.money.money import Money
from bot.domain.money.payment import Payment
from bot.domain.offers.offer_stats import FunnelDay
from bot.domain.purchases.ledger import EntryType, LedgerEntry
from bot.domain.purchases.purchase import Purchase
from bot.errors import UserError
from bot.ids import OfferId, PurchaseId, SaleCode, UserId, code_of, sale_code_of
from bot.ports import Bar, Clock, Store, UnitOfWork
from bot.services.payments.plan_refund import refundable_payment
from bot.services.reporting.funnel import Funnel, funnels_of
from bot.services.reporting.statement import Period, Statement, as_csv, balances
from bot.services.reporting.weekly_sales import weeks_of

_A_PAGE = 50
_CHARTED = timedelta(weeks=13)


class SaleState(StrEnum):
    """Where the money is."""

    PAID = "paid"
    PART_REFUNDED = "part refunded"
    REFUNDED = "refunded"
    DISPUTED = "disputed"
    """The buyer's bank has it, or has taken it for good."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SaleFilter:
    period: Period = field(default_factory=Period)
    offer: OfferId | None = None
    state: SaleState | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class SaleRow:
    sale: SaleCode
    code: str
    buyer: UserId
    paid_at: datetime
    amount: str
    state: SaleState
    delivered: bool
    refundable: str | None
    """What may still be sent back, or None."""


@dataclass(frozen=True, slots=True)
class Earnings:
    """In one currency, after what the processor keeps and what went back."""

    total: str
    weeks: tuple[Bar, ...]
    funnel: Funnel | None
    """Of the last twelve weeks; None where nobody came."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SalesPage:
    lines: tuple[SaleRow, ...]
    """The newest first."""
    found: int
    page: int
    """From 1."""
    pages: int
    earnings: tuple[Earnings, ...]
    """Of all time, whatever is looked for."""


@dataclass(frozen=True, slots=True)
class _Sale:
    purchase: PurchaseId
    offer: OfferId
    paid_at: datetime
    state: SaleState
    payments: int


@dataclass(frozen=True, slots=True)
class SellerSalesView:
    store: Store
    statement: Statement
    clock: Clock

    async def __call__(self, seller: UserId, wanted: SaleFilter, page: int = 1) -> SalesPage:
        """The first page for a number that is none."""
        async with self.store.begin() as uow:
            entries = await uow.ledger.of(seller)
            passages = await uow.purchases.passages(seller, self.clock.now() - _CHARTED)
            wanted = replace(wanted, period=wanted.period.within(self.statement.zone))
            sales = [await _as_it_is_now(uow, sale) for sale in _sales(entries)]
            found = [sale for sale in sales if _fits(sale, wanted)]
            pages = max(1, -(-len(found) // _A_PAGE))
            page = page if 1 <= page <= pages else 1
            shown = found[(page - 1) * _A_PAGE : page * _A_PAGE]
            lines = [line for sale in shown if (line := await _line(uow, sale))]
        now = self.clock.now().astimezone(self.statement.zone)
        return SalesPage(
            lines=tuple(lines),
            found=len(found),
            page=page,
            pages=pages,
            earnings=tuple(_earnings(entries, passages, now)),
        )

    async def table(self, seller: UserId, period: Period) -> bytes:
        """Every movement of money in that time, as CSV."""
        return as_csv(await self.statement(seller, period))


def _earnings(
    entries: Sequence[LedgerEntry], passages: Iterable[FunnelDay], now: datetime
) -> Iterator[Earnings]:
    totals, funnels = balances(entries), funnels_of(passages, now)
    for currency in dict.fromkeys([*totals, *funnels]):
        total = totals.get(currency, Money(0, currency))
        weeks = weeks_of(entries, currency, now)
        yield Earnings(str(total), tuple(weeks), funnels.get(currency))


def _sales(entries: Iterable[LedgerEntry]) -> list[_Sale]:
    """The newest first."""
    by_purchase: defaultdict[PurchaseId, list[LedgerEntry]] = defaultdict(list)
    for entry in entries:
        by_purchase[entry.purchase].append(entry)
    sales = [
        _Sale(purchase, paid[-1].offer, paid[-1].at, _state(moved), len(paid))
        for purchase, moved in by_purchase.items()
        if (paid := [each for each in moved if each.entry_type is EntryType.PAID])
    ]
    return sorted(sales, key=lambda sale: sale.paid_at, reverse=True)


async def _as_it_is_now(uow: UnitOfWork, sale: _Sale) -> _Sale:
    """With the state of the payment that counts, if there are several: sums over all of them tell nothing."""
    purchase = await uow.purchases.get(sale.purchase) if sale.payments > 1 else None
    payment = _counting(purchase) if purchase else None
    if payment is None:
        return sale
    return replace(sale, paid_at=payment.paid_at, state=_state_of(payment))


def _counting(purchase: Purchase) -> Payment | None:
    """The payment that is kept; the last one, if all were sent back because they were not wanted."""
    return purchase.effective_payment or next(iter(purchase.payments[-1:]), None)


def _state_of(payment: Payment) -> SaleState:
    if payment.has_open_dispute or payment.lost.minor:
        return SaleState.DISPUTED
    if payment.is_reversed:
        return SaleState.REFUNDED
    return SaleState.PART_REFUNDED if payment.refunded.minor else SaleState.PAID


def _state(moved: Iterable[LedgerEntry]) -> SaleState:
    sums: defaultdict[EntryType, int] = defaultdict(int)
    for entry in moved:
        sums[entry.entry_type] += entry.amount.minor
    if sums[EntryType.DISPUTED] + sums[EntryType.DISPUTE_WON] < 0:
        return SaleState.DISPUTED
    back = sums[EntryType.REFUNDED] + sums[EntryType.REFUND_FAILED]
    if back >= 0:
        return SaleState.PAID
    return SaleState.PART_REFUNDED if sums[EntryType.PAID] + back > 0 else SaleState.REFUNDED


def _fits(sale: _Sale, wanted: SaleFilter) -> bool:
    period = wanted.period
    return (
        (period.since is None or sale.paid_at >= period.since)
        and (period.until is None or sale.paid_at < period.until)
        and wanted.offer in {None, sale.offer}
        and wanted.state in {None, sale.state}
    )


async def _line(uow: UnitOfWork, sale: _Sale) -> SaleRow | None:
    purchase = await uow.purchases.get(sale.purchase)
    payment = _counting(purchase) if purchase else None
    if purchase is None or payment is None:
        return None
    return SaleRow(
        sale=sale_code_of(purchase.id),
        code=code_of(purchase.offer),
        buyer=purchase.buyer,
        paid_at=sale.paid_at,
        amount=str(payment.amount),
        state=sale.state,
        delivered=purchase.delivered,
        refundable=_refundable(purchase),
    )


def _refundable(purchase: Purchase) -> str | None:
    try:
        return str(refundable_payment(purchase).refundable)
    except UserError:
        return None
