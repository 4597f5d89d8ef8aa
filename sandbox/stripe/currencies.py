"""What Stripe says about currencies (https://docs.stripe.com/currencies), in minor units.

Written down a second time on purpose: the product has its own table, and each checks the other.
"""

from decimal import Decimal

from sandbox.stripe.errors import StripeError

ZERO_DECIMAL = frozenset(
    "bif clp djf gnf jpy kmf krw mga pyg rwf vnd vuv xaf xof xpf".split(),
)
THREE_DECIMAL = frozenset("bhd jod kwd omr tnd".split())
WHOLE_UNITS_IN_HUNDREDTHS = frozenset("isk ugx".split())
"""Without a minor unit in life, but sent to Stripe times a hundred."""

SUPPORTED = (
    ZERO_DECIMAL
    | THREE_DECIMAL
    | WHOLE_UNITS_IN_HUNDREDTHS
    | frozenset(
        """
    aed afn all amd ang aoa ars aud awg azn bam bbd bdt bgn bmd bnd bob brl bsd bwp byn bzd cad
    cdf chf cny cop crc cve czk dkk dop dzd egp etb eur fjd fkp gbp gel gip gmd gtq gyd hkd hnl
    htg huf idr ils inr jmd kes kgs khr kyd kzt lak lbp lkr lrd lsl mad mdl mkd mmk mnt mop mur
    mvr mwk mxn myr mzn nad ngn nio nok npr nzd pab pen pgk php pkr pln qar ron rsd rub sar sbd
    scr sek sgd shp sle sos srd std szl thb tjs top try ttd twd tzs uah usd uyu uzs wst xcd xcg
    yer zar zmw
    """.split()
    )
)

MINIMUM = {
    "aed": 200, "aud": 50, "bgn": 100, "brl": 50, "cad": 50, "chf": 50, "czk": 1500, "dkk": 250,
    "eur": 50, "gbp": 30, "hkd": 400, "huf": 17500, "inr": 50, "jpy": 50, "mxn": 1000, "myr": 200,
    "nok": 300, "nzd": 50, "pln": 200, "ron": 200, "sek": 300, "sgd": 50, "thb": 1000, "usd": 50,
}  # fmt: skip
MAXIMUM = 99_999_999
MAXIMA = {"idr": 999_999_999_999}


def exponent(currency: str) -> int:
    if currency in ZERO_DECIMAL:
        return 0
    return 3 if currency in THREE_DECIMAL else 2


def shown(amount: int, currency: str) -> str:
    """`500, "usd"` → `5.00 USD`."""
    places = exponent(currency)
    return f"{Decimal(amount).scaleb(-places):,.{places}f} {currency.upper()}"


def check_currency(currency: str, param: str) -> None:
    if currency.lower() not in SUPPORTED:
        known = ", ".join(sorted(SUPPORTED))
        raise StripeError(
            f"Invalid currency: {currency}. Stripe currently supports these currencies: {known}",
            param=param,
        )


def check_unit_amount(amount: int, currency: str, param: str) -> None:
    """Raises StripeError for amounts that no payment in `currency` can have."""
    if amount < 0:
        raise StripeError(
            "This value must be greater than or equal to 0.",
            code="parameter_invalid_integer",
            param=param,
        )
    step = 10 if currency in THREE_DECIMAL else 1
    step = 100 if currency in WHOLE_UNITS_IN_HUNDREDTHS else step
    if amount % step:
        raise StripeError(
            f"Invalid amount: amounts in {currency} must be evenly divisible by {step}.",
            code="parameter_invalid_integer",
            param=param,
        )


def check_total(amount: int, currency: str) -> None:
    if amount < MINIMUM.get(currency, 1):
        least = shown(MINIMUM.get(currency, 1), currency)
        raise StripeError(
            f"The Checkout Session's total amount due must add up to at least {least}",
            code="amount_too_small",
        )
    maximum = MAXIMA.get(currency, MAXIMUM)
    if amount > maximum:
        raise StripeError(
            "The Checkout Session's total amount due must add up to no more than "
            f"{shown(maximum, currency)}",
            code="amount_too_large",
        )
