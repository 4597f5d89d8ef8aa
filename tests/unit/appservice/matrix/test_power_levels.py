"""What somebody may do in a room, by the rules of all room versions."""

from typing import Any

import pytest

from appservice.matrix.room.power_levels import ENDLESS, power
from bot.ids import UserId
from bot.ports import Act, Power

BOT = UserId("@ppvbot:test")


def redaction_power(levels: dict[str, Any] | None, created: dict[str, Any], who: UserId) -> Power:
    return power(levels, created, who, Act.REDACT, encrypted=False)


def create(version: str = "11", sender: str = "@sally:test", **content: Any) -> dict[str, Any]:
    return {"sender": sender, "content": {"room_version": version, **content}}


@pytest.mark.parametrize(
    ("levels", "expected"),
    [
        ({}, Power(0, 50)),
        ({"users": {BOT: 50}}, Power(50, 50)),
        ({"users_default": 60}, Power(60, 50)),
        ({"users": {BOT: 50}, "redact": 75}, Power(50, 75)),
        ({"users": {BOT: 50}, "redact": 0, "events": {"m.room.redaction": 90}}, Power(50, 90)),
        ({"users": {BOT: 50}, "events_default": 100}, Power(50, 100)),
        ({"users": {BOT: "50"}, "redact": " 40 "}, Power(50, 40)),
        ({"redact": "much"}, Power(0, ENDLESS)),
        ({"users": {BOT: None}}, Power(-ENDLESS, 50)),
        ({"users_default": True}, Power(-ENDLESS, 50)),
        ({"users": {BOT: -1}}, Power(-1, 50)),
    ],
)
def test_levels_are_read_with_their_defaults(levels: dict[str, Any], expected: Power) -> None:
    assert redaction_power(levels, create(), BOT) == expected


def test_in_a_room_without_levels_the_creator_has_a_hundred() -> None:
    assert redaction_power(None, create(), BOT) == Power(0, 50)
    assert redaction_power(None, create(sender=BOT), BOT) == Power(100, 50)
    assert redaction_power(None, create("1", sender="", creator=BOT), BOT) == Power(100, 50)


def test_from_version_12_on_creators_stand_above_all_levels() -> None:
    levels = {"redact": 1000}
    assert redaction_power(levels, create("12", sender=BOT), BOT) == Power(ENDLESS, 1000)
    joint = create("12", additional_creators=[BOT])
    assert redaction_power(levels, joint, BOT).enough
    assert redaction_power(levels, create("11", sender=BOT), BOT) == Power(0, 1000)
    assert redaction_power(levels, create("org.example.13", sender=BOT), BOT) == Power(0, 1000)


@pytest.mark.parametrize(
    ("act", "levels", "encrypted", "needed"),
    [
        (Act.PIN, {}, False, 50),
        (Act.PIN, None, False, 0),
        (Act.PIN, {"state_default": 20}, False, 20),
        (Act.PIN, {"state_default": 20, "events": {"m.room.pinned_events": 70}}, False, 70),
        (Act.SPEAK, {}, False, 0),
        (Act.SPEAK, {"events_default": 50}, False, 50),
        (Act.SPEAK, {"events_default": 50, "events": {"m.room.message": 0}}, False, 0),
        (Act.SPEAK, {"events_default": 50, "events": {"m.room.message": 0}}, True, 50),
        (Act.SPEAK, {"events": {"m.room.encrypted": 10}}, True, 10),
        (Act.REDACT_OWN, {"redact": 90}, False, 0),
        (Act.REDACT_OWN, {"events": {"m.room.redaction": 60}}, False, 60),
    ],
)
def test_what_a_room_asks_for_by_what_is_done(
    act: Act, levels: dict[str, Any] | None, encrypted: bool, needed: int
) -> None:
    assert power(levels, create(), BOT, act, encrypted=encrypted) == Power(0, needed)
