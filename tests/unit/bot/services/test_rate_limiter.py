from datetime import timedelta

import pytest

from bot.services.rate_limiter import RateDecision, RateLimiter
from tests.support.frozen_clock import FrozenClock

GO, TOO_FAST, STILL = RateDecision.ALLOWED, RateDecision.LIMITED_FIRST, RateDecision.LIMITED


@pytest.fixture
def clock() -> FrozenClock:
    return FrozenClock()


def test_a_minutes_share_may_be_used_at_once_and_is_said_to_be_used_up_once(
    clock: FrozenClock,
) -> None:
    pace = RateLimiter(3, clock)
    assert [pace("bob") for _ in range(6)] == [GO, GO, GO, TOO_FAST, STILL, STILL]


def test_each_has_a_share_of_their_own(clock: FrozenClock) -> None:
    pace = RateLimiter(1, clock)
    assert [pace("bob"), pace("carol"), pace("bob")] == [GO, GO, TOO_FAST]


def test_it_comes_back_evenly(clock: FrozenClock) -> None:
    pace = RateLimiter(3, clock)
    for _ in range(4):
        pace("bob")
    clock.advance(timedelta(seconds=19))
    assert pace("bob") is STILL
    clock.advance(timedelta(seconds=1))
    assert [pace("bob"), pace("bob")] == [GO, TOO_FAST]


def test_nobody_saves_up_more_than_a_minutes_share(clock: FrozenClock) -> None:
    pace = RateLimiter(2, clock)
    pace("bob")
    clock.advance(timedelta(days=1))
    assert [pace("bob") for _ in range(3)] == [GO, GO, TOO_FAST]


def test_a_clock_that_is_put_back_takes_nothing_away(clock: FrozenClock) -> None:
    pace = RateLimiter(2, clock)
    pace("bob")
    clock.advance(timedelta(hours=-1))
    assert [pace("bob"), pace("bob")] == [GO, TOO_FAST]


def test_it_remembers_only_those_whom_it_saw_last(clock: FrozenClock) -> None:
    pace = RateLimiter(1, clock, remembered=2)
    for who in ("bob", "carol", "bob", "dave"):
        pace(who)
    assert pace("bob") is STILL
    assert pace("carol") is GO
