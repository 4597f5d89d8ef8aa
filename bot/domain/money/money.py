"""Amounts of money: whole minor units, never floats."""

from dataclasses import dataclass
from decimal import Decimal
from typing import Self

from bot.domain.money.currencies import CURRENCIES, Currency
from bot.errors import UserError
from bot.i18n import gettext_lazy


class InvalidPrice(UserError):
    """A price that cannot be charged; the text names the limit."""


@dataclass(frozen=True, slots=True)
class Money:
    """An amount as Stripe counts it: `minor` units of `currency` (three small letters)."""

    minor: int
    currency: str

    @classmethod
    def parse_price(cls, amount: Decimal, code: str) -> Self:
        """The price that a seller wrote, in major units.

        Raises InvalidPrice when Stripe could not charge it: unknown currency, too many decimals, below
        Stripe's minimum or above its maximum (https://docs.stripe.com/currencies).
        """
        currency = CURRENCIES.get(code.lower())
        if currency is None:
            raise InvalidPrice(
                gettext_lazy(
                    "I don't know the currency “{code}”. Try USD, EUR or GBP, say.",
                    code=code.upper(),
                )
            )
        if amount <= 0:
            raise InvalidPrice(
                gettext_lazy(
                    "A price must be more than nothing. {limits}", limits=_limits(currency)
                )
            )
        if amount > Decimal(currency.maximum).scaleb(-currency.exponent):
            raise InvalidPrice(
                gettext_lazy(
                    "That is more than can be charged at once. {limits}", limits=_limits(currency)
                )
            )
        price = cls.from_major(amount, code)
        if price.minor < currency.minimum:
            raise InvalidPrice(
                gettext_lazy(
                    "{price} is too little. {limits}", price=price, limits=_limits(currency)
                )
            )
        return price

    @classmethod
    def from_major(cls, amount: Decimal, code: str) -> Self:
        """An amount in major units of a currency that we know, which may be anything above nothing.

        Raises InvalidPrice for that, and for more decimals than the currency has.
        """
        currency = CURRENCIES[code.lower()]
        minor = amount.scaleb(currency.exponent)
        if minor != minor.to_integral_value() or int(minor) % currency.step:
            raise InvalidPrice(_too_many_decimals(currency))
        if minor <= 0:
            raise InvalidPrice(gettext_lazy("An amount must be more than nothing."))
        return cls(int(minor), currency.code)

    def __str__(self) -> str:
        currency = CURRENCIES[self.currency]
        amount = Decimal(self.minor).scaleb(-currency.exponent)
        return f"{amount:.{currency.decimals}f} {self.currency.upper()}"


def _limits(currency: Currency) -> str:
    smallest, largest = (Money(m, currency.code) for m in (currency.minimum, currency.maximum))
    return gettext_lazy(
        "The smallest price is {smallest}, the largest {largest}.",
        smallest=smallest,
        largest=largest,
    )


def _too_many_decimals(currency: Currency) -> str:
    name = currency.code.upper()
    if currency.decimals == 0:
        return gettext_lazy("{name} has no decimals: write a whole number.", name=name)
    if currency.step > 1:
        return gettext_lazy(
            "A price in {name} has two decimals at most, as card networks round it.", name=name
        )
    return gettext_lazy(
        "A price in {name} has {number} decimals at most.", name=name, number=currency.decimals
    )
