"""From what a seller types to a price and the words that go with it.

`5`, `5.00`, `5,00`, `$5`, `5 USD`, `usd 5`, `€3.50`, `¥500`, each perhaps followed by the text.
"""

import re
from dataclasses import dataclass
from decimal import Decimal

from bot.currencies import CURRENCIES
from bot.money import BadPrice, Money
from bot.words import spoken

_SYMBOLS = {
    "$": "usd", "€": "eur", "£": "gbp", "¥": "jpy", "₹": "inr", "₩": "krw", "₫": "vnd", "₱": "php",
    "₴": "uah", "₺": "try", "₽": "rub", "₪": "ils", "฿": "thb", "₦": "ngn", "₡": "crc", "₲": "pyg",
    "US$": "usd", "A$": "aud", "C$": "cad", "NZ$": "nzd", "HK$": "hkd", "S$": "sgd", "R$": "brl",
}  # fmt: skip

# Codes that are English words too: in small letters before more words they are taken as words.
_ALSO_WORDS = frozenset("all bam bob cop cup gel lak mad mop pen sos std top try".split())

_SIGN = "|".join(re.escape(s) for s in sorted(_SYMBOLS, key=len, reverse=True))
_NUMBER = r"[+-]?\d+(?:[.,]\d+)*"
_TAG = re.compile(
    rf"""\s*(?:
        (?P<before>{_SIGN}|(?P<code_before>[A-Za-z]{{3}})(?=\s|\d))\s*(?P<amount_after>{_NUMBER})
      | (?P<amount>{_NUMBER})(?:\s*(?P<sign_after>{_SIGN})|\s*(?P<code_after>[A-Za-z]{{3}})(?![A-Za-z]))?
    )(?=[,;:.!]?(?:\s|$))[,;:.!]?\s*(?P<text>.*)""",
    re.VERBOSE | re.DOTALL,
)


@dataclass(frozen=True, slots=True)
class PriceTag:
    """A price, and the text that stands beside it for all to read."""

    price: Money
    text: str


def parse_price_tag(typed: str, default_currency: str) -> PriceTag | None:
    """The price tag at the start of `typed`, or None where no number stands there.

    A word of three letters after a bare number is a currency only if Stripe knows it; otherwise it
    begins the text ("5 for you"), unless it is written in capitals like a currency.
    Raises BadPrice when a price is there but cannot be charged.
    """
    read = _read(typed, default_currency)
    if read is None:
        return None
    amount, currency, text = read
    return PriceTag(Money.price(amount, currency), text)


def typed_price(typed: str, default_currency: str) -> Money:
    """A price and nothing else. Raises BadPrice."""
    tag = parse_price_tag(typed, default_currency)
    if tag is None or tag.text:
        raise BadPrice(
            spoken(
                "Which price? Write it like this: 5 {currency}",
                currency=default_currency.upper(),
            )
        )
    return tag.price


def parse_amount(typed: str, currency: str) -> PriceTag | None:
    """The same for money that was paid already: no limits, but no other currency than that one."""
    read = _read(typed, currency)
    if read is None:
        return None
    amount, code, text = read
    if code.lower() != currency:
        raise BadPrice(
            spoken(
                "It was paid in {currency}, so please name an amount in that.",
                currency=currency.upper(),
            )
        )
    return PriceTag(Money.exactly(amount, currency), text)


def typed_amount(typed: str, currency: str) -> Money:
    """The same for an amount and nothing else. Raises BadPrice."""
    tag = parse_amount(typed, currency)
    if tag is None or tag.text:
        raise BadPrice(
            spoken("How much? Write it like this: 2.50 {currency}", currency=currency.upper())
        )
    return tag.price


def _read(typed: str, default_currency: str) -> tuple[Decimal, str, str] | None:
    """Amount, currency and the text behind them."""
    found = _TAG.match(typed)
    if found is None:
        return None
    text = found["text"]
    amount = found["amount_after"] or found["amount"]
    code = found["code_before"] or found["code_after"]
    sign = (found["before"] if not found["code_before"] else None) or found["sign_after"]
    if found["code_before"] and code.lower() not in CURRENCIES and not code.isupper():
        return None
    if found["code_after"] and _is_a_word(code, before_text=bool(text)):
        text, code = f"{code} {text}".strip(), None
    currency = _SYMBOLS[sign] if sign else (code or default_currency)
    return _amount(amount, currency), currency, text.strip()


def _is_a_word(code: str, *, before_text: bool) -> bool:
    if code.isupper():
        return False
    return code.lower() not in CURRENCIES or (before_text and code in _ALSO_WORDS)


def _amount(written: str, currency: str) -> Decimal:
    """The number as people of either side of the Atlantic write it.

    One point or comma is the decimal mark, unless three digits follow it, which may mean thousands:
    that is refused rather than guessed, as a price off by a thousand helps nobody.
    """
    known = CURRENCIES.get(currency.lower())
    three_decimals = known is not None and known.decimals == 3
    marks = re.findall(r"[.,]", written)
    if not marks:
        return Decimal(written)
    whole, _, fraction = written.rpartition(marks[-1])
    if len(marks) > 1 and (marks[-1] in marks[:-1] or len(set(marks[:-1])) > 1):
        raise BadPrice(
            spoken("I can't read “{written}” as a price. Write it like 1250.00.", written=written)
        )
    if len(marks) == 1 and len(fraction) == 3 and not three_decimals:
        raise BadPrice(
            spoken(
                "Is “{written}” with a decimal mark or in thousands? Write it like 1250 or 1250.00.",
                written=written,
            )
        )
    return Decimal(f"{re.sub(r'[.,]', '', whole)}.{fraction}")
