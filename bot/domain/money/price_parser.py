"""From what a seller types to a price and the words that go with it.

`5`, `5.00`, `5,00`, `$5`, `5 USD`, `usd 5`, `€3.50`, `1 500,50 €`, `1'000 CHF`, `5.- CHF`, `5 euros`, each perhaps
followed by the text. What could mean two amounts or two currencies is refused, with how to write it.
"""

import re
from dataclasses import dataclass
from decimal import Decimal

from bot.domain.money.currencies import CURRENCIES
from bot.domain.money.currency_names import ABBREVIATIONS, SIGNS, currency_of
from bot.domain.money.money import InvalidPrice, Money
from bot.i18n import gettext_lazy

# Codes that are English words too: in small letters before more words they are taken as words.
_ALSO_WORDS = frozenset("all bam bob cop cup gel lak mad mop pen sos std top try".split())

_SIGN = "|".join(re.escape(each) for each in sorted(SIGNS, key=len, reverse=True))
_ABBREVIATION = "|".join(map(re.escape, ABBREVIATIONS))
_GROUPED = r"\d{1,3}(?:[\s'\u2019]\d{3})+(?!\d)(?:[.,]\d+)?"
_NUMBER = rf"[+-]?(?:{_GROUPED}|\d+(?:[.,]\d+)*)(?:[.,][-\u2013\u2014]{{1,2}})?"
_CODE = r"[^\W\d_]+\.?"
_TAG = re.compile(
    rf"""\s*(?P<before>{_SIGN}|(?i:{_ABBREVIATION})(?=\s|\d)|[A-Za-z]{{3}}(?=\s|\d))?\s*
    (?P<amount>{_NUMBER})
    (?:\s*(?P<after>{_SIGN})(?!\w)|\s*(?P<word>{_CODE}))?
    (?=[,;:.!]?(?:\s|$))[,;:.!]?\s*(?P<text>.*)""",
    re.VERBOSE | re.DOTALL,
)
_BARE = re.compile(
    rf"\s*(?P<amount>{_NUMBER})(?=[,;:.!]?(?:\s|$))[,;:.!]?\s*(?P<text>.*)", re.DOTALL
)
_FIRST_NUMBER = re.compile(r"[-\u2013\u2014~/+]?\s*\d")
_PRICED = re.compile(
    rf"(?:{_SIGN})\s*\d|\d\s*(?:{_SIGN})|\d\s*([A-Za-z]{{3}})\b|\b([A-Z]{{3}})\s*\d"
)
_CENTS = re.compile(r"(?:cents?|ct|pence|centimes|rappen)\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class ParsedPrice:
    """A price, and the text that stands beside it for all to read."""

    price: Money
    text: str


@dataclass(frozen=True, slots=True)
class _ReadAmount:
    amount: Decimal
    currency: str
    text: str
    named: bool
    """The currency stands with the number."""


def parse_price_and_text(typed: str, default_currency: str) -> ParsedPrice | None:
    """The price tag at the start of `typed`, or None where no number stands there.

    A word after a bare number is a currency only if it names one; otherwise it begins the text ("5 for you"),
    unless it is three letters in capitals. Raises InvalidPrice when a price is there but cannot be charged, or could
    be another.
    """
    read = _read(typed, default_currency)
    if read is None:
        return None
    return ParsedPrice(Money.parse_price(read.amount, read.currency), read.text)


def parse_price_only(typed: str, default_currency: str) -> Money:
    """A price and nothing else. Raises InvalidPrice."""
    tag = parse_price_and_text(typed, default_currency)
    if tag is None or tag.text:
        raise InvalidPrice(
            gettext_lazy(
                "Which price? Write it like this: 5 {currency}",
                currency=default_currency.upper(),
            )
        )
    return tag.price


def parse_amount(typed: str, currency: str) -> ParsedPrice | None:
    """An amount of money that was paid already, and the reason behind it; None where no number stands first.

    It must stand with its currency: "2 of 5 are blurred" begins no amount. Raises InvalidPrice.
    """
    read = _read(typed, currency)
    if read is None:
        return None
    if not read.named:
        raise InvalidPrice(
            gettext_lazy(
                "Is “{amount}” how much goes back? Then write {amount} {currency}. If all of it goes back, begin"
                " the reason with a word.",
                amount=f"{read.amount:f}",
                currency=currency.upper(),
            )
        )
    return _paid_in(read, currency)


def parse_amount_only(typed: str, currency: str) -> Money:
    """The same for an amount and nothing else, which may stand without its currency. Raises InvalidPrice."""
    read = _read(typed, currency)
    if read is None or read.text:
        raise InvalidPrice(
            gettext_lazy("How much? Write it like this: 2.50 {currency}", currency=currency.upper())
        )
    return _paid_in(read, currency).price


def _paid_in(read: _ReadAmount, currency: str) -> ParsedPrice:
    if read.currency.lower() != currency:
        raise InvalidPrice(
            gettext_lazy(
                "It was paid in {currency}, so please name an amount in that.",
                currency=currency.upper(),
            )
        )
    return ParsedPrice(Money.from_major(read.amount, currency), read.text)


def _read(typed: str, default: str) -> _ReadAmount | None:
    found = _TAG.match(typed) or _BARE.match(typed)
    if found is None:
        return None
    parts = found.groupdict()
    before, after, word, text = (parts.get(key) for key in ("before", "after", "word", "text"))
    written, text = str(parts["amount"]), (text or "").strip()
    if before and not (_is_name(before) or before.isupper()):
        return None
    code = _code(word, text, default, written) if word else None
    if word and code is None:
        text = typed[found.start("word") :].strip()
    first = currency_of(before, default, written) if before else None
    second = code or (currency_of(after, default, written) if after else None)
    currency = _one_of(first, second, before)
    named = currency is not None
    currency = currency or default
    if not named:
        _require_no_other_amount(written, text, default)
    if _CENTS.match(text) or (named and re.match(r"\d+\s*(?:cents?|ct)\b", text, re.IGNORECASE)):
        raise _unclear(written, default)
    return _ReadAmount(_amount(written, currency), currency, text, named)


def _is_name(before: str) -> bool:
    lower = before.lower()
    return before in SIGNS or lower in CURRENCIES or lower in ABBREVIATIONS


def _code(word: str, text: str, default: str, written: str) -> str | None:
    """The currency that a word behind the number names; None for a word of the text."""
    named = currency_of(word, default, written)
    if named is None:
        return word if len(word) == 3 and word.isascii() and word.isupper() else None
    return None if text and word in _ALSO_WORDS else named


def _one_of(first: str | None, second: str | None, before: str | None) -> str | None:
    """The currency that both sides of the number agree on: `$5 CAD` is in Canadian dollars, `€5 USD` in nothing."""
    if first is None or second is None or first.lower() == second.lower():
        return second or first
    if before and before in SIGNS and currency_of(before, second) == second.lower():
        return second
    raise InvalidPrice(
        gettext_lazy(
            "Two currencies stand with that number, {one} and {other}. Write the price with one of them.",
            one=first.upper(),
            other=second.upper(),
        )
    )


def _require_no_other_amount(written: str, text: str, default: str) -> None:
    """Raises InvalidPrice where a number without a currency may be a part of another, or of a later price."""
    priced = any(
        not any(found.groups()) or (found[1] or found[2]).lower() in CURRENCIES
        for found in _PRICED.finditer(text)
    )
    if _FIRST_NUMBER.match(text) or priced or re.search(r"\s", written):
        raise _unclear(written, default)


def _unclear(written: str, default: str) -> InvalidPrice:
    return InvalidPrice(
        gettext_lazy(
            "I am not sure which price you mean. Write it without spaces and with its currency first of all, then"
            " your words: {example} {currency} Sunset",
            example=re.sub(r"\s", "", written),
            currency=default.upper(),
        )
    )


def _amount(written: str, currency: str) -> Decimal:
    """The number as people of either side of the Atlantic write it.

    One point or comma is the decimal mark, unless three digits follow it, which may mean thousands:
    that is refused rather than guessed, as a price off by a thousand helps nobody.
    """
    known = CURRENCIES.get(currency.lower())
    whole = re.sub(r"[.,][-\u2013\u2014]+$", "", written)
    spaced = re.search(r"[\s'\u2019]", whole) is not None
    number = re.sub(r"[\s'\u2019]", "", whole)
    marks = re.findall(r"[.,]", number)
    if not marks:
        return Decimal(number)
    left, _, fraction = number.rpartition(marks[-1])
    groups = re.split(r"[.,]", number.lstrip("+-"))
    thousands = len(groups[0]) <= 3 and all(len(each) == 3 for each in groups[1:])
    if len(marks) > 1 and len(set(marks)) == 1 and thousands and not spaced:
        return Decimal("".join(re.split(r"[.,]", number)))
    if len(marks) > 1 and (
        spaced or marks[-1] in marks[:-1] or len(set(marks[:-1])) > 1 or not _grouped(left)
    ):
        raise InvalidPrice(
            gettext_lazy(
                "I can't read “{written}” as a price. Write it like 1250.00.", written=written
            )
        )
    if len(marks) == 1 and len(fraction) == 3 and not spaced:
        if known is not None and known.decimals == 0 and thousands:
            return Decimal(left + fraction)
        if known is None or known.decimals != 3:
            raise InvalidPrice(
                gettext_lazy(
                    "Is “{written}” with a decimal mark or in thousands? Write it like 1250 or 1250.00.",
                    written=written,
                )
            )
    return Decimal(f"{re.sub(r'[.,]', '', left)}.{fraction}")


def _grouped(whole: str) -> bool:
    first, *others = re.split(r"[.,]", whole.lstrip("+-"))
    return len(first) <= 3 and all(len(each) == 3 for each in others)
