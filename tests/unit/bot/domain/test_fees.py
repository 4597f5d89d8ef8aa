"""What is left of a price."""

from decimal import Decimal
from pathlib import Path

import pytest

from bot.domain.money.connected_account import ApplicationFee
from bot.domain.money.fees import Fees, ProcessorFee
from bot.domain.money.money import Money
from config.loading import load
from config.problems import ConfigError
from tests.support.configurations import config_file

FEES = Fees(
    {
        "usd": ProcessorFee(Decimal("2.9"), Decimal("0.30")),
        "jpy": ProcessorFee(Decimal("3.6"), Decimal(0)),
    },
    ApplicationFee(1000),
)


@pytest.mark.parametrize(
    ("price", "left"),
    [
        (Money(500, "usd"), Money(500 - 45 - 50, "usd")),
        (Money(101, "jpy"), Money(101 - 4 - 10, "jpy")),
        (Money(31, "usd"), Money(0, "usd")),
        (Money(500, "eur"), None),
    ],
)
def test_fees_are_rounded_up_and_nobody_owes(price: Money, left: Money | None) -> None:
    assert FEES.net_of(price) == left


def test_they_are_set_as_contracts_name_them(tmp_path: Path) -> None:
    fees = "{USD: 2.9% + 0.30, jpy: 3.6%}"
    read = load(config_file(tmp_path, ""), {"PPV__STRIPE__FEES": fees}).stripe.fees
    known = {each: (fee.percent, fee.fixed) for each, fee in read.items()}
    assert known == {"usd": (Decimal("2.9"), Decimal("0.30")), "jpy": (Decimal("3.6"), Decimal(0))}


def test_what_is_no_fee_is_named(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"such as 2\.9% \+ 0\.30"):
        load(config_file(tmp_path, ""), {"PPV__STRIPE__FEES": "{usd: a lot}"})
