from contextlib import suppress
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.money import BadPrice, Money
from bot.price_tag import PriceTag, parse_price_tag


def tag(minor: int, currency: str = "usd", text: str = "") -> PriceTag:
    return PriceTag(Money(minor, currency), text)


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("5", tag(500)),
        ("5.00", tag(500)),
        ("5,00", tag(500)),
        ("$5", tag(500)),
        ("5 USD", tag(500)),
        ("usd 5", tag(500)),
        ("USD5", tag(500)),
        ("5usd", tag(500)),
        ("€3.50", tag(350, "eur")),
        ("3,50 €", tag(350, "eur")),
        ("¥500", tag(500, "jpy")),
        ("US$ 5", tag(500)),
        ("1,250.00", tag(125000)),
        ("1.250,00 EUR", tag(125000, "eur")),
        ("1.250 KWD", tag(1250, "kwd")),
        ("5 USD Sunset over the harbour", tag(500, text="Sunset over the harbour")),
        ("$5 two\nlines", tag(500, text="two\nlines")),
        ("5,00 EUR, only today", tag(500, "eur", "only today")),
        ("5 for you", tag(500, text="for you")),
        ("5 all of them", tag(500, text="all of them")),
        ("5 ALL to Tirana", tag(500, "all", "to Tirana")),
    ],
)
def test_what_people_type_is_understood(typed: str, meant: PriceTag) -> None:
    assert parse_price_tag(typed, "usd") == meant


def test_the_default_currency_comes_from_the_settings() -> None:
    assert parse_price_tag("5", "eur") == tag(500, "eur")


@pytest.mark.parametrize("typed", ["", "hello", "the 5th", "12:30 at the pier", "5x5", "price 5"])
def test_words_without_a_price_are_no_price_tag(typed: str) -> None:
    assert parse_price_tag(typed, "usd") is None


@pytest.mark.parametrize(
    ("typed", "says"),
    [
        ("0", "more than nothing"),
        ("-3", "more than nothing"),
        ("0.10", "smallest price"),
        ("5 XYZ", "don't know the currency"),
        ("1.250 USD", "in thousands"),
        ("1,2,3", "can't read"),
    ],
)
def test_a_price_that_cannot_be_is_refused_in_words(typed: str, says: str) -> None:
    with pytest.raises(BadPrice, match=says):
        parse_price_tag(typed, "usd")


@given(st.text(max_size=200))
def test_no_text_whatever_breaks_the_parser(typed: str) -> None:
    with suppress(BadPrice):
        found = parse_price_tag(typed, "usd")
        assert found is None or found.price.minor > 0


@given(
    cents=st.integers(50, 99_999_999),
    written=st.sampled_from(["{} USD", "${}", "usd {}", "{}", "{}$"]),
)
def test_every_price_in_dollars_is_read_back(cents: int, written: str) -> None:
    typed = written.format(Decimal(cents).scaleb(-2))
    assert parse_price_tag(typed, "usd") == tag(cents)
