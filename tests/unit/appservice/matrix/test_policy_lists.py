"""What a policy list says, of any shape that its room's state may have."""

from typing import Any

import pytest

from appservice.matrix.policy_lists import rules_in
from bot.ids import UserId


def rule(kind: str, entity: object, recommendation: object = "m.ban") -> dict[str, Any]:
    content = {"entity": entity, "recommendation": recommendation, "reason": "spam"}
    return {"type": f"m.policy.rule.{kind}", "state_key": "x", "content": content}


BOT = UserId("@ppvbot:home.test")
LIST = [
    rule("user", "@troll:away.test"),
    rule("user", "@spam?-*:home.test"),
    rule("user", "@old:away.test", "org.matrix.mjolnir.ban"),
    rule("user", "@watched:away.test", "org.example.watch"),
    rule("server", "evil.test"),
    rule("server", "*.evil.test"),
    rule("room", "!room:away.test"),
    {**rule("user", "@older:away.test"), "type": "org.matrix.mjolnir.rule.user"},
    {"type": "m.policy.rule.user", "state_key": "gone", "content": {}},
    rule("user", 5),
    rule("server", "a.b|c", {"x": 1}),
    "nonsense",
    {"type": 5, "content": None},
    {**rule("user", "@anybody:home.test"), "type": {}},
]


@pytest.mark.parametrize(
    "user",
    [
        "@troll:away.test",
        "@spam1-a:home.test",
        "@old:away.test",
        "@older:away.test",
        "@anybody:evil.test",
        "@anybody:very.evil.test",
    ],
)
def test_whom_it_names_is_banned(user: str) -> None:
    assert rules_in(LIST, BOT).bans(UserId(user))


@pytest.mark.parametrize(
    "user",
    [
        "@troll:away.test.org",
        "@trolls:away.test",
        "@spam-a:home.test",
        "@watched:away.test",
        "@anybody:notevil.test",
        "@evil.test:home.test",
        "@anybody:home.test",
    ],
)
def test_nobody_else_is(user: str) -> None:
    assert not rules_in(LIST, BOT).bans(UserId(user))


def test_an_empty_list_bans_nobody() -> None:
    assert not rules_in([], BOT).bans(UserId("@anybody:home.test"))
