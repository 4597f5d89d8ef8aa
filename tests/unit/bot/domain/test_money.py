from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.money.currencies import CURRENCIES
from bot.domain.money.money import InvalidPrice, Money


@pytest.mark.parametrize(
    ("amount", "code", "minor", "words"),
    [
        ("5", "usd", 500, "5.00 USD"),
        ("5.00", "EUR", 500, "5.00 EUR"),
        ("500", "jpy", 500, "500 JPY"),
        ("5", "isk", 500, "5 ISK"),
        ("3700", "ugx", 370000, "3700 UGX"),
        ("1.250", "kwd", 1250, "1.250 KWD"),
        ("0.50", "usd", 50, "0.50 USD"),
        ("999999.99", "usd", 99999999, "999999.99 USD"),
    ],
)
def test_a_price_is_counted_as_stripe_counts_it(
    amount: str, code: str, minor: int, words: str
) -> None:
    money = Money.parse_price(Decimal(amount), code)
    assert (money.minor, money.currency, str(money)) == (minor, code.lower(), words)


@pytest.mark.parametrize(
    ("amount", "code", "says"),
    [
        ("0", "usd", "more than nothing"),
        ("-1", "usd", "more than nothing"),
        ("0.49", "usd", "smallest price is 0.50 USD"),
        ("0.29", "gbp", "smallest price is 0.30 GBP"),
        ("49", "jpy", "smallest price is 50 JPY"),
        ("1000000", "usd", "largest 999999.99 USD"),
        ("100000000", "jpy", "largest 99999999 JPY"),
        ("1.005", "usd", "2 decimals at most"),
        ("1.5", "jpy", "no decimals"),
        ("1.5", "isk", "no decimals"),
        ("1.255", "kwd", "two decimals at most"),
        ("5", "xyz", "don't know the currency"),
        ("9" * 60, "usd", "largest"),
    ],
)
def test_a_price_that_stripe_would_refuse_is_refused_with_the_limit(
    amount: str, code: str, says: str
) -> None:
    with pytest.raises(InvalidPrice, match=says):
        Money.parse_price(Decimal(amount), code)


@given(currency=st.sampled_from(sorted(CURRENCIES)), data=st.data())
def test_every_chargeable_amount_survives_being_written_and_read(
    currency: str, data: st.DataObject
) -> None:
    rule = CURRENCIES[currency]
    steps = data.draw(st.integers(-(-rule.minimum // rule.step), rule.maximum // rule.step))
    money = Money(steps * rule.step, currency)
    amount, _, code = str(money).partition(" ")
    assert Money.parse_price(Decimal(amount), code) == money


def test_the_table_knows_the_special_currencies() -> None:
    exponents = {code: CURRENCIES[code].exponent for code in ("jpy", "krw", "isk", "ugx", "kwd")}
    assert exponents == {"jpy": 0, "krw": 0, "isk": 2, "ugx": 2, "kwd": 3}
    assert CURRENCIES["isk"].decimals == CURRENCIES["ugx"].decimals == 0
    assert len(CURRENCIES) > 130


@pytest.mark.parametrize(
    ("largest", "code"),
    [
        ("9999999999.99", "idr"),
        ("999999.99", "usd"),
        ("99999999", "jpy"),
        ("99999.99", "kwd"),
        ("999999", "isk"),
    ],
)
def test_the_largest_price_is_as_stripe_has_it(largest: str, code: str) -> None:
    """https://docs.stripe.com/currencies#minimum-and-maximum-charge-amounts"""
    most = Money.parse_price(Decimal(largest), code)
    assert most.minor == CURRENCIES[code].maximum
    with pytest.raises(InvalidPrice, match="more than can be charged"):
        Money.parse_price(Decimal(largest) + 1, code)
