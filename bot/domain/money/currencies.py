"""Every currency that Stripe charges in, with its minor unit, step and limits.

Minor units, steps and minimums: https://docs.stripe.com/currencies (zero-decimal, three-decimal and
special cases; minimum charge amounts). Amounts are counted as Stripe counts them: ISK and UGX have
no decimals in life, but are charged in hundredths that must be whole; three-decimal currencies end in 0.
"""

from dataclasses import dataclass

STRIPE_MAXIMUM = 99_999_999
"""Stripe's largest charge, in minor units (eight digits)."""
_MAXIMUM = {"idr": 999_999_999_999}
"""Where it is another: https://docs.stripe.com/currencies#minimum-and-maximum-charge-amounts"""

_TWO_DECIMAL = """
    aed afn all amd ang aoa ars aud awg azn bam bbd bdt bgn bmd bnd bob brl bsd bwp byn bzd cad cdf chf
    cny cop crc cve czk dkk dop dzd egp etb eur fjd fkp gbp gel gip gmd gtq gyd hkd hnl htg huf idr ils
    inr jmd kes kgs khr kyd kzt lak lbp lkr lrd lsl mad mdl mkd mmk mnt mop mur mvr mwk mxn myr mzn nad
    ngn nio nok npr nzd pab pen pgk php pkr pln qar ron rsd rub sar sbd scr sek sgd shp sle sos srd std
    szl thb tjs top try ttd twd tzs uah usd uyu uzs wst xcd xcg yer zar zmw
""".split()
_ZERO_DECIMAL = "bif clp djf gnf jpy kmf krw mga pyg rwf vnd vuv xaf xof xpf".split()
_THREE_DECIMAL = "bhd jod kwd omr tnd".split()
_WHOLE_IN_HUNDREDTHS = "isk ugx".split()

_MINIMUM = {
    "aed": 200, "aud": 50, "bgn": 100, "brl": 50, "cad": 50, "chf": 50, "czk": 1500, "dkk": 250,
    "eur": 50, "gbp": 30, "hkd": 400, "huf": 17500, "inr": 50, "jpy": 50, "mxn": 1000, "myr": 200,
    "nok": 300, "nzd": 50, "pln": 200, "ron": 200, "sek": 300, "sgd": 50, "thb": 1000, "usd": 50,
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Currency:
    """One of Stripe's currencies. All amounts are in minor units."""

    code: str
    """Three small letters (ISO 4217)."""
    exponent: int
    """One major unit is 10 ** exponent minor units."""
    step: int
    """Amounts are multiples of this."""
    minimum: int
    """Stripe's smallest charge, or one step where Stripe publishes none."""
    maximum: int = STRIPE_MAXIMUM

    @property
    def decimals(self) -> int:
        """Digits after the point that people write."""
        return 0 if self.code in _WHOLE_IN_HUNDREDTHS else self.exponent


def _currency(code: str, exponent: int, step: int) -> Currency:
    maximum = _MAXIMUM.get(code, STRIPE_MAXIMUM) // step * step
    return Currency(code, exponent, step, _MINIMUM.get(code, step), maximum)


CURRENCIES = {
    **{code: _currency(code, 2, 1) for code in _TWO_DECIMAL},
    **{code: _currency(code, 0, 1) for code in _ZERO_DECIMAL},
    **{code: _currency(code, 3, 10) for code in _THREE_DECIMAL},
    **{code: _currency(code, 2, 100) for code in _WHOLE_IN_HUNDREDTHS},
}
