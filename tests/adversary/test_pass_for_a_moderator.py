"""Who runs a room wants more power there than the room gives, or secrets in it, by state of odd types and sizes."""

from typing import Any

import pytest

from appservice.matrix.room.power_levels import power
from appservice.matrix.room.room_facts import facts_of
from bot.domain.matrix.private_room import NotPrivate, prove
from bot.ids import RoomId, UserId
from bot.ports import Act

BOT, BOB, MALLORY = (UserId(f"@{name}:test") for name in ("ppvbot", "bob", "mallory"))
ROOM = RoomId("!room:test")


def nested(depth: int) -> dict[str, Any]:
    inside: dict[str, Any] = {}
    for _ in range(depth):
        inside = {"users": inside}
    return inside


JUNK: list[Any] = [
    *(
        None,
        True,
        False,
        99.5,
        1e300,
        float("inf"),
        float("nan"),
        "",
        " ",
        "99.5",
        "1_00",
        "+99",
        "0x99",
    ),
    *("٩٩", "9" * 17, "9" * 5000, "--5", "much", [], [99], {}, {"level": 99}, nested(50)),
]
"""As values of power levels: Synapse's own reading of them has changed with its versions."""


def create(version: object = "11", sender: object = BOB, **content: Any) -> dict[str, Any]:
    return {"sender": sender, "content": {"room_version": version, **content}}


@pytest.mark.parametrize("junk", JUNK, ids=lambda junk: repr(junk)[:20])
@pytest.mark.parametrize("act", Act)
def test_by_levels_that_are_no_numbers(junk: Any, act: Act) -> None:
    given: list[dict[str, Any]] = [
        {"users": {MALLORY: junk}},
        {"users_default": junk},
        {"users": junk, "users_default": 0},
    ]
    for levels in given:
        strict = {**levels, "redact": 1, "events_default": 1, "state_default": 1}
        assert not power(strict, create(), MALLORY, act, encrypted=True).enough
    asked: list[dict[str, Any]] = [
        {"redact": junk, "events_default": junk, "state_default": junk},
        {
            "redact": junk,
            "events": dict.fromkeys(
                ("m.room.redaction", "m.room.encrypted", "m.room.message", "m.room.pinned_events"),
                junk,
            ),
        },
    ]
    for levels in asked:
        held = {**levels, "users": {MALLORY: 100}}
        assert not power(held, create(), MALLORY, act, encrypted=True).enough


@pytest.mark.parametrize("version", ["11", "12"])
def test_by_a_creation_event_that_names_another_creator(version: str) -> None:
    """`creator` has had no meaning since version 11."""
    named = create(version, creator=MALLORY)
    assert not power({}, named, MALLORY, Act.REDACT, encrypted=False).enough
    assert not power(None, named, MALLORY, Act.REDACT, encrypted=False).enough


@pytest.mark.parametrize("version", [*JUNK, "12.0", "١٢", "9" * 5000])
def test_by_a_version_that_is_none(version: object) -> None:
    named = create(version, additional_creators=[MALLORY])
    assert not power({}, named, MALLORY, Act.REDACT, encrypted=False).enough


@pytest.mark.parametrize("more", [MALLORY, {MALLORY: 1}, [[MALLORY]], [{}], None, 5])
def test_by_additional_creators_that_are_no_list_of_people(more: object) -> None:
    named = create("12", additional_creators=more)
    assert not power({}, named, MALLORY, Act.REDACT, encrypted=False).enough


def state(type_: str, content: object, key: str = "", sender: str = BOT) -> dict[str, Any]:
    return {"type": type_, "state_key": key, "sender": sender, "content": content}


PRIVATE = [
    state("m.room.create", {"room_version": "12"}),
    state("m.room.member", {"membership": "join"}, BOT),
    state("m.room.member", {"membership": "join"}, BOB, BOB),
    state("m.room.join_rules", {"join_rule": "invite"}),
    state("m.room.history_visibility", {"history_visibility": "shared"}),
    state("m.room.encryption", {"algorithm": "m.megolm.v1.aes-sha2"}),
    state("m.room.power_levels", {"users": {}}),
]


def is_private(events: list[Any]) -> bool:
    try:
        prove(facts_of(ROOM, events, BOT), bot=BOT, person=BOB, encrypted=True)
    except NotPrivate:
        return False
    return True


def test_the_room_is_private_before() -> None:
    assert is_private(PRIVATE)


@pytest.mark.parametrize("junk", JUNK, ids=lambda junk: repr(junk)[:20])
def test_by_state_that_means_nothing(junk: Any) -> None:
    """Each of these makes the room one with others, open or readable: homeservers may read it so."""
    for event in (
        state("m.room.create", {"room_version": "12"}, sender=junk),
        state("m.room.create", {"room_version": "12", "additional_creators": [MALLORY, junk]}),
        state("m.room.member", junk, MALLORY),
        state("m.room.member", {"membership": junk}, MALLORY),
        state("m.room.join_rules", junk),
        state("m.room.join_rules", {"join_rule": junk}),
        state("m.room.history_visibility", junk),
        state("m.room.history_visibility", {"history_visibility": junk}),
        state("m.room.encryption", junk),
        state("m.room.tombstone", junk),
        state("m.room.third_party_invite", {"display_name": junk}, "token"),
    ):
        others = [
            each
            for each in PRIVATE
            if (each["type"], each["state_key"]) != (event["type"], event["state_key"])
        ]
        assert not is_private([*others, event]), event


def test_by_a_creation_event_that_is_missing() -> None:
    assert not is_private(PRIVATE[1:])
