import pytest

from bot.ids import UserId
from bot.permissions import Level, NotPermitted, Permissions

RULES = Permissions(
    {
        "*:home.test": Level.BUYER,
        "@shop-*:home.test": Level.SELLER,
        "@shop-closed:home.test": Level.BLOCK,
        "@boss:home.test": Level.ADMIN,
    }
)


@pytest.mark.parametrize(
    ("user", "level"),
    [
        ("@anybody:home.test", Level.BUYER),
        ("@shop-anna:home.test", Level.SELLER),
        ("@shop-closed:home.test", Level.BLOCK),
        ("@boss:home.test", Level.ADMIN),
        ("@stranger:away.test", Level.BLOCK),
    ],
)
def test_the_most_exact_rule_wins(user: str, level: Level) -> None:
    assert RULES.level_of(UserId(user)) is level


def test_who_may_not_is_told_whom_to_ask() -> None:
    with pytest.raises(NotPermitted, match="may not sell here yet"):
        RULES.require(UserId("@anybody:home.test"), Level.SELLER)
    RULES.require(UserId("@boss:home.test"), Level.SELLER)
