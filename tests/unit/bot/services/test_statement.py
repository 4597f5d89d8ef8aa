"""Movements of money as tables."""

import csv
import io
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.money.money import Money
from bot.domain.purchases.ledger import EntryType, LedgerEntry
from bot.errors import UserError
from bot.ids import OfferId, PurchaseId, UserId
from bot.services.reporting.statement import Period, StatementRow, as_csv, balances


@pytest.mark.parametrize(
    ("typed", "since", "until"),
    [
        ("2026", datetime(2026, 1, 1, tzinfo=UTC), datetime(2027, 1, 1, tzinfo=UTC)),
        ("2026-12", datetime(2026, 12, 1, tzinfo=UTC), datetime(2027, 1, 1, tzinfo=UTC)),
        ("2028-2", datetime(2028, 2, 1, tzinfo=UTC), datetime(2028, 3, 1, tzinfo=UTC)),
        ("2028-02-29", datetime(2028, 2, 29, tzinfo=UTC), datetime(2028, 3, 1, tzinfo=UTC)),
        ("", None, None),
    ],
)
def test_a_time_is_a_year_a_month_or_a_day(
    typed: str, since: datetime | None, until: datetime | None
) -> None:
    assert Period.parsed(typed) == Period(since, until)


@pytest.mark.parametrize("typed", ["2026-13", "2027-02-29", "x", "1-2-3-4", "0", "99999", "9999"])
def test_anything_else_is_asked_for_again(typed: str) -> None:
    with pytest.raises(UserError, match="2026-11"):
        Period.parsed(typed)


def row(**changes: str) -> StatementRow:
    names = "date movement sale offer seller buyer currency amount tax reference".split()
    return StatementRow(**{name: changes.get(name, "") for name in names})


@pytest.mark.parametrize("formula", ["=1+1", "+1", "@SUM(A1)", "-2+3", "\tx", "-"])
def test_no_spreadsheet_runs_what_people_are_called(formula: str) -> None:
    (read,) = csv.DictReader(io.StringIO(as_csv([row(buyer=formula)]).decode("utf-8-sig")))
    assert read["buyer"] == f"'{formula}"


@pytest.mark.parametrize("amount", ["-5.00", "5.00", "0.50", "-500"])
def test_amounts_stay_numbers(amount: str) -> None:
    (read,) = csv.DictReader(io.StringIO(as_csv([row(amount=amount)]).decode("utf-8-sig")))
    assert read["amount"] == amount


@given(st.lists(st.tuples(st.integers(-(10**9), 10**9), st.sampled_from(["usd", "eur", "jpy"]))))
def test_balances_are_sums_by_currency(amounts: list[tuple[int, str]]) -> None:
    entries = [
        LedgerEntry(
            entry_type=EntryType.PAID,
            reference=str(number),
            purchase=PurchaseId("p1"),
            offer=OfferId("o1"),
            seller=UserId("@sally:test"),
            amount=Money(minor, currency),
            at=datetime(2026, 11, 23, tzinfo=UTC),
        )
        for number, (minor, currency) in enumerate(amounts)
    ]
    for currency, balance in balances(entries).items():
        assert balance.minor == sum(minor for minor, each in amounts if each == currency)
