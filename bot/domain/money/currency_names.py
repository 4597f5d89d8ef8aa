"""What people call currencies: signs, codes and words.

A sign or word that several currencies share means the one of the settings, if that is among them; otherwise the one
that is named first, or none where nobody could say which.
"""

from bot.domain.money.currencies import CURRENCIES
from bot.domain.money.money import InvalidPrice
from bot.i18n import gettext_lazy

_DOLLARS = "usd aud bbd bmd bnd bsd bzd cad fjd fkp gyd hkd jmd kyd lrd nad nzd sbd sgd srd ttd twd xcd".split()
_PESOS = "ars clp cop dop mxn php uyu".split()
_FRANCS = "chf bif cdf djf gnf kmf rwf xaf xof xpf".split()
_POUNDS = "gbp egp fkp gip lbp shp".split()
_CROWNS = "sek nok dkk isk czk".split()
_RUPEES = "inr lkr mur npr pkr scr".split()
_YEN = "jpy cny".split()

_SHARED: dict[str, tuple[list[str], bool]] = {
    **dict.fromkeys(("$", "dollar", "dollars", "bucks", "buck"), (_DOLLARS, True)),
    **dict.fromkeys(("¥", "￥"), (_YEN, True)),
    **dict.fromkeys(("£", "pound", "pounds", "quid"), (_POUNDS, True)),
    **dict.fromkeys(("franc", "francs", "franken", "fr", "fr.", "sfr", "sfr."), (_FRANCS, True)),
    **dict.fromkeys(("peso", "pesos"), (_PESOS, False)),
    **dict.fromkeys(("rupee", "rupees", "rs", "rs."), (_RUPEES, True)),
    **dict.fromkeys(
        ("kr", "kr.", "krona", "kronor", "krone", "kroner", "kronen", "crowns", "króna", "krónur"),
        (_CROWNS, False),
    ),
}
"""Names of several currencies, and whether the first is meant where the settings name none of them."""

_ALONE = {
    "€": "eur", "₹": "inr", "₩": "krw", "₫": "vnd", "₱": "php", "₴": "uah", "₺": "try", "₽": "rub", "₪": "ils",
    "฿": "thb", "₦": "ngn", "₡": "crc", "₲": "pyg", "₸": "kzt", "₾": "gel", "₼": "azn", "₮": "mnt", "₭": "lak",
    "US$": "usd", "A$": "aud", "AU$": "aud", "C$": "cad", "CA$": "cad", "NZ$": "nzd", "HK$": "hkd", "S$": "sgd",
    "R$": "brl", "MX$": "mxn", "NT$": "twd",
    "euro": "eur", "euros": "eur", "yen": "jpy", "won": "krw", "yuan": "cny", "zł": "pln", "zloty": "pln",
    "złoty": "pln", "zlotys": "pln", "złotych": "pln", "kč": "czk", "koruna": "czk", "korun": "czk", "ft": "huf",
    "forint": "huf", "lei": "ron", "baht": "thb", "lira": "try", "ruble": "rub", "rubles": "rub", "real": "brl",
    "reais": "brl", "rand": "zar", "shekel": "ils", "shekels": "ils", "hryvnia": "uah", "dirham": "aed",
}  # fmt: skip

SIGNS = frozenset(
    each for each in (*_SHARED, *_ALONE) if not each[-1].isalpha() and each[-1] != "."
)


ABBREVIATIONS = ("kr.", "kr", "rs.", "rs", "sfr.", "sfr", "kč", "zł")
"""Words that people write before a number as well."""


def currency_of(written: str, default: str, number: str = "50") -> str | None:
    """Return the code that a sign, word or code names; None for any other word.

    Raises InvalidPrice if it names several; `number` stands with it.
    """
    alone = _ALONE.get(written) or _ALONE.get(written.lower())
    shared = _SHARED.get(written.lower())
    bare = written.rstrip(".").lower()
    if alone is None and shared is None:
        return bare if bare in CURRENCIES and len(written) == len(bare) else None
    if alone is not None:
        return alone
    codes, first = shared or ([], False)
    if default.lower() in codes:
        return default.lower()
    if first:
        return codes[0]
    raise InvalidPrice(
        gettext_lazy(
            "Several currencies are called “{name}”. Write the one you mean by its three letters, like one of these:"
            " {examples}",
            name=written,
            examples=", ".join(f"{number} {code.upper()}" for code in codes),
        )
    )
