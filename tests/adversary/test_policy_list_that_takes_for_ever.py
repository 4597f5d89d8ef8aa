"""A policy list wants to hold the bot still: by globs with many stars, and by thousands of them."""

import sys
from collections.abc import Callable
from types import FrameType
from typing import Any

from appservice.matrix.globs import Globs
from appservice.matrix.policy_lists import rules_in
from bot.ids import UserId

BOT = UserId("@ppvbot:home.test")
VICTIM = UserId("@" + "a" * 240 + ":home.test")


def steps_of(act: Callable[[], object]) -> int:
    """Lines of our own code that it takes: the same on every machine, however busy it is."""
    steps = 0

    def trace(frame: FrameType, event: str, _: Any) -> Any:
        nonlocal steps
        if "globs" not in frame.f_code.co_filename:
            return None
        steps += event == "line"
        return trace

    before = sys.gettrace()
    sys.settrace(trace)
    try:
        act()
    finally:
        sys.settrace(before)
    return steps


def test_stars_cost_no_steps() -> None:
    """Fifty stars in a matcher that backtracks would outlast the universe."""
    few, many = Globs.of(["*a" * 5 + "b"]), Globs.of(["*a" * 50 + "b"])
    assert not many.match(VICTIM)
    assert steps_of(lambda: many.match(VICTIM)) == steps_of(lambda: few.match(VICTIM))


def test_steps_grow_with_the_list_and_with_nothing_else() -> None:
    def rules(count: int) -> Globs:
        return Globs.of("*a" * 20 + f"b{number:06}" for number in range(count))

    def steps(count: int) -> int:
        return steps_of(lambda: rules(count).match(VICTIM))

    assert steps(5000) < 12 * steps(500)


def test_a_hostile_list_still_bans_whom_it_names() -> None:
    rules = [f"@{'*a' * 30}{number}:*" for number in range(3000)] + ["@troll?:away.test"]
    state = [
        {"type": "m.policy.rule.user", "content": {"entity": each, "recommendation": "m.ban"}}
        for each in rules
    ]
    bans = rules_in(state, BOT)
    assert not bans.bans(VICTIM)
    assert bans.bans(UserId("@troll1:away.test"))
