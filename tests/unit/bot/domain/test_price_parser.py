from contextlib import suppress
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.money.money import InvalidPrice, Money
from bot.domain.money.price_parser import ParsedPrice, parse_amount, parse_price_and_text


def tag(minor: int, currency: str = "usd", text: str = "") -> ParsedPrice:
    return ParsedPrice(Money(minor, currency), text)


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
        ("5 000 KRW", tag(5000, "krw")),
        ("1 500,50 €", tag(150050, "eur")),
        ("1\u00a0500,50\u00a0€", tag(150050, "eur")),
        ("1\u202f500.50 EUR", tag(150050, "eur")),
        ("1 000 EUR Sunset", tag(100000, "eur", "Sunset")),
        ("1 000 000 KRW", tag(1000000, "krw")),
        ("€1 000", tag(100000, "eur")),
        ("EUR 1 000 for all", tag(100000, "eur", "for all")),
        ("1'000 CHF", tag(100000, "chf")),
        ("1\u2019000.50 CHF", tag(100050, "chf")),
        ("CHF 1'000.-", tag(100000, "chf")),
        ("5.- CHF", tag(500, "chf")),
        ("5.\u2013 Fr. Sunset", tag(500, "chf", "Sunset")),
        ("5,-- €", tag(500, "eur")),
        ("5,- EUR", tag(500, "eur")),
        ("$5 CAD", tag(500, "cad")),
        ("$5 USD Sunset", tag(500, "usd", "Sunset")),
        ("C$5", tag(500, "cad")),
        ("5 A$", tag(500, "aud")),
        ("¥500 CNY", tag(50000, "cny")),
        ("5 euros", tag(500, "eur")),
        ("5 Euro, only today", tag(500, "eur", "only today")),
        ("5 dollars", tag(500, "usd")),
        ("5 pounds", tag(500, "gbp")),
        ("500 yen Sunset", tag(500, "jpy", "Sunset")),
        ("20 zł", tag(2000, "pln")),
        ("100 Kč", tag(10000, "czk")),
        ("1,000,000 KRW", tag(1000000, "krw")),
        ("1,250 JPY", tag(1250, "jpy")),
        ("50000000 IDR", tag(5000000000, "idr")),
        ("5 stars for this", tag(500, text="stars for this")),
        ("5 Sunset, 3 photos", tag(500, text="Sunset, 3 photos")),
    ],
)
def test_what_people_type_is_understood(typed: str, meant: ParsedPrice) -> None:
    assert parse_price_and_text(typed, "usd") == meant


@pytest.mark.parametrize(
    ("typed", "currency", "meant"),
    [
        ("50 kr", "sek", tag(5000, "sek")),
        ("kr 50", "nok", tag(5000, "nok")),
        ("Kr. 1 500,50 Fjord", "nok", tag(150050, "nok", "Fjord")),
        ("kr49", "dkk", tag(4900, "dkk")),
        ("Rs. 500", "usd", tag(50000, "inr")),
        ("Kč 50", "usd", tag(5000, "czk")),
        ("zł 20", "eur", tag(2000, "pln")),
        ("50 kroner", "nok", tag(5000, "nok")),
        ("$5", "cad", tag(500, "cad")),
        ("5 dollars", "aud", tag(500, "aud")),
        ("$5", "eur", tag(500, "usd")),
        ("US$5", "cad", tag(500, "usd")),
        ("¥500", "cny", tag(50000, "cny")),
        ("50 pesos", "mxn", tag(5000, "mxn")),
        ("5 francs", "xof", tag(5, "xof")),
    ],
)
def test_what_several_currencies_are_called_is_the_one_of_the_settings(
    typed: str, currency: str, meant: ParsedPrice
) -> None:
    assert parse_price_and_text(typed, currency) == meant


def test_the_default_currency_comes_from_the_settings() -> None:
    assert parse_price_and_text("5", "eur") == tag(500, "eur")


@pytest.mark.parametrize("typed", ["", "hello", "the 5th", "12:30 at the pier", "5x5", "price 5"])
def test_words_without_a_price_are_no_price_tag(typed: str) -> None:
    assert parse_price_and_text(typed, "usd") is None


@pytest.mark.parametrize(
    ("typed", "says"),
    [
        ("0", "more than nothing"),
        ("-3", "more than nothing"),
        ("0.10", "smallest price"),
        ("5 XYZ", "don't know the currency"),
        ("1.250 USD", "in thousands"),
        ("1,2,3", "can't read"),
        ("1,00,000 INR", "can't read"),
        ("12,34.56", "can't read"),
        ("50 kr", "50 SEK, 50 NOK, 50 DKK, 50 ISK, 50 CZK"),
        ("kr 49,50 a sunset", "49,50 SEK, 49,50 NOK"),
        ("kr. 50", "50 SEK"),
        ("kr50", "50 SEK"),
        ("1 500 kronor", "1 500 SEK"),
        ("5 pesos", "three letters"),
        ("€5 USD", "Two currencies"),
        ("5 000", "not sure"),
        ("1 500 photos", "not sure"),
        ("5 3 photos", "not sure"),
        ("5 - 10 USD", "not sure"),
        ("5 or 10 USD", "not sure"),
        ("5 photos for 10 USD", "not sure"),
        ("5 photos for $10", "not sure"),
        ("50 cents", "not sure"),
        ("5 USD 50 cents", "not sure"),
        ("12 34 EUR", "not sure"),
        ("1 50 EUR", "not sure"),
    ],
)
def test_a_price_that_cannot_be_is_refused_in_words(typed: str, says: str) -> None:
    with pytest.raises(InvalidPrice, match=says):
        parse_price_and_text(typed, "usd")


@given(st.text(max_size=200))
def test_no_text_whatever_breaks_the_parser(typed: str) -> None:
    with suppress(InvalidPrice):
        found = parse_price_and_text(typed, "usd")
        assert found is None or found.price.minor > 0


@given(
    cents=st.integers(50, 99_999_999),
    written=st.sampled_from(["{} USD", "${}", "usd {}", "{}", "{}$"]),
)
def test_every_price_in_dollars_is_read_back(cents: int, written: str) -> None:
    typed = written.format(Decimal(cents).scaleb(-2))
    assert parse_price_and_text(typed, "usd") == tag(cents)


@given(
    amount=st.integers(1, 999_999),
    cents=st.integers(0, 99),
    space=st.sampled_from([" ", "\u00a0", "\u202f", "\u2009", "'", "\u2019"]),
    mark=st.sampled_from([",", "."]),
    written=st.sampled_from(["{} EUR", "{} €", "€{}", "EUR {}", "{} euros", "{}€ Sunset"]),
)
def test_no_grouping_makes_another_amount(
    amount: int, cents: int, space: str, mark: str, written: str
) -> None:
    typed = written.format(f"{amount:,}".replace(",", space) + f"{mark}{cents:02}")
    found = parse_price_and_text(typed, "usd")
    assert found is not None
    assert found.price == Money(amount * 100 + cents, "eur")


@pytest.mark.parametrize(
    ("typed", "minor", "reason"),
    [
        ("2 USD", 200, ""),
        ("$2.50 one was blurred", 250, "one was blurred"),
        ("2 dollars, sorry", 200, "sorry"),
    ],
)
def test_an_amount_to_go_back_stands_with_its_currency(typed: str, minor: int, reason: str) -> None:
    assert parse_amount(typed, "usd") == tag(minor, text=reason)


@pytest.mark.parametrize("typed", ["2 of 5 are blurred", "2", "2.50", "5 photos missing"])
def test_a_number_alone_is_no_amount_to_go_back(typed: str) -> None:
    with pytest.raises(InvalidPrice, match="how much goes back"):
        parse_amount(typed, "usd")
    assert parse_amount(f"because {typed}", "usd") is None
