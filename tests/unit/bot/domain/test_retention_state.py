"""When somebody is told that something goes, and when it goes."""

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from bot.domain.retention_state import RetentionState, Step

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)
KEPT, NOTICE = timedelta(days=180), timedelta(days=14)
days = st.integers(0, 1000).map(lambda number: timedelta(days=number))


def step(idle: RetentionState, day: int, kept: timedelta = KEPT) -> Step:
    return idle.next_step(kept, NOTICE, NOON + timedelta(days=day))


def test_first_it_lies_there_then_somebody_is_told_then_it_goes() -> None:
    idle = RetentionState("draft-3", NOON)
    assert [step(idle, day) for day in (0, 165, 166, 300)] == [
        Step.WAIT,
        Step.WAIT,
        Step.NOTICE,
        Step.NOTICE,
    ]
    told = idle.notified(NOON + timedelta(days=170))
    assert told.removed_at(KEPT, NOTICE, NOON + timedelta(days=170)) == NOON + timedelta(days=184)
    assert [step(told, day) for day in (170, 183, 184)] == [Step.WAIT, Step.WAIT, Step.REMOVE]


def test_a_time_shorter_than_the_notice_is_no_way_round_it() -> None:
    kept = timedelta(days=1)
    assert step(RetentionState("draft-3", NOON), 0, kept) is Step.NOTICE
    told = RetentionState("draft-3", NOON).notified(NOON)
    assert [step(told, day, kept) for day in (1, 13, 14)] == [Step.WAIT, Step.WAIT, Step.REMOVE]


@given(kept=days, notice=days, since=days, noticed=days, now=days)
def test_nothing_goes_before_its_time_or_without_notice(
    kept: timedelta, notice: timedelta, since: timedelta, noticed: timedelta, now: timedelta
) -> None:
    idle = RetentionState("m", NOON + since)
    assert idle.next_step(kept, notice, NOON + now) is not Step.REMOVE
    told = idle.notified(NOON + noticed)
    if told.next_step(kept, notice, NOON + now) is Step.REMOVE:
        assert now - noticed >= notice
        assert now - since >= kept
