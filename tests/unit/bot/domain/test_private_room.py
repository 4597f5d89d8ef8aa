"""What proves that a room is private between the bot and one person, and each thing that does not."""

from dataclasses import replace
from typing import Any

import pytest

from appservice.matrix.room.room_facts import facts_of
from bot.domain.matrix.private_room import (
    NotPrivate,
    PrivacyProblem,
    RoomFacts,
    only_companion,
    prove,
)
from bot.ids import RoomId, UserId

BOT, BOB, MALLORY = UserId("@bot:here"), UserId("@bob:there"), UserId("@mallory:evil")
ROOM = RoomId("!room:there")


def event(type_: str, content: Any, *, sender: str = BOB, key: Any = "") -> dict[str, Any]:
    return {"type": type_, "state_key": key, "sender": sender, "content": content}


def member(who: str, membership: Any, sender: str | None = None) -> dict[str, Any]:
    return event("m.room.member", {"membership": membership}, key=who, sender=sender or who)


def chat(*more: dict[str, Any], version: str = "12", maker: str = BOB) -> list[dict[str, Any]]:
    """The state of a private chat that Bob has opened with the bot; `more` replaces what is there."""
    levels = {} if version == "12" else {"users": {maker: 100}}
    state = [
        event("m.room.create", {"room_version": version}, sender=maker),
        event("m.room.power_levels", {**levels, "events_default": 0}),
        event("m.room.join_rules", {"join_rule": "invite"}),
        event("m.room.history_visibility", {"history_visibility": "shared"}),
        event("m.room.guest_access", {"guest_access": "can_join"}),
        event("m.room.encryption", {"algorithm": "m.megolm.v1.aes-sha2"}),
        member(BOB, "join"),
        member(BOT, "join"),
    ]
    kept = {(each["type"], each["state_key"]): each for each in state}
    for each in more:
        key = each["state_key"]
        kept[each["type"], key if isinstance(key, str) else repr(key)] = each
    return list(kept.values())


def flaw(state: list[dict[str, Any]], *, encrypted: bool = True) -> PrivacyProblem | None:
    try:
        proved = prove(facts_of(ROOM, state, BOT), bot=BOT, person=BOB, encrypted=encrypted)
    except NotPrivate as not_private:
        return not_private.flaw
    assert (proved.id, proved.person, proved.readers) == (ROOM, BOB, frozenset({BOT, BOB}))
    return None


GOOD = {
    "opened by the person": chat(),
    "opened by the bot": chat(maker=BOT),
    "in an older version": chat(version="6"),
    "the person is invited": chat(member(BOB, "invite", BOT), maker=BOT),
    "both are creators": chat(
        event("m.room.create", {"room_version": "12", "additional_creators": [BOB]}, sender=BOT)
    ),
    "additional creators mean nothing in older versions": chat(
        event("m.room.create", {"room_version": "11", "additional_creators": [MALLORY]})
    ),
    "somebody else has left": chat(member(MALLORY, "leave")),
    "somebody else is banned": chat(member(MALLORY, "ban", BOB)),
    "history from the invitation on": chat(
        event("m.room.history_visibility", {"history_visibility": "invited"})
    ),
    "history for those who are there": chat(
        event("m.room.history_visibility", {"history_visibility": "joined"})
    ),
    "a third-party invitation that was withdrawn": chat(
        event("m.room.third_party_invite", {}, key="token")
    ),
}


@pytest.mark.parametrize("name", GOOD)
def test_it_is_private(name: str) -> None:
    assert flaw(GOOD[name]) is None


BAD = {
    "made by somebody who left": (
        chat(member(MALLORY, "leave"), maker=MALLORY),
        PrivacyProblem.MADE_BY_OTHERS,
    ),
    "made with another's mark copied": (
        chat(
            event(
                "m.room.create",
                {"io.github.matrix_ppv.opened_for": BOB, "creator": BOT},
                sender=MALLORY,
            )
        ),
        PrivacyProblem.MADE_BY_OTHERS,
    ),
    "a further creator": (
        chat(event("m.room.create", {"room_version": "12", "additional_creators": [MALLORY]})),
        PrivacyProblem.MADE_BY_OTHERS,
    ),
    "creators that are no list of ids": (
        chat(event("m.room.create", {"room_version": "12", "additional_creators": [{}, 7]})),
        PrivacyProblem.MADE_BY_OTHERS,
    ),
    "no creation event": (
        [each for each in chat() if each["type"] != "m.room.create"],
        PrivacyProblem.MADE_BY_OTHERS,
    ),
    "a third person joined": (chat(member(MALLORY, "join")), PrivacyProblem.OTHERS),
    "a third person invited": (chat(member(MALLORY, "invite", BOB)), PrivacyProblem.OTHERS),
    "a third person knocking": (chat(member(MALLORY, "knock")), PrivacyProblem.OTHERS),
    "a third person with a broken membership": (chat(member(MALLORY, {})), PrivacyProblem.OTHERS),
    "a third person invited by e-mail": (
        chat(event("m.room.third_party_invite", {"display_name": "m…"}, key="token")),
        PrivacyProblem.OTHERS,
    ),
    "a malformed rule": (
        chat(event("m.room.join_rules", {"join_rule": ["invite"]})),
        PrivacyProblem.OPEN,
    ),
    "a malformed history rule": (
        chat(event("m.room.history_visibility", {})),
        PrivacyProblem.READABLE,
    ),
    "an unknown history rule": (
        chat(event("m.room.history_visibility", {"history_visibility": "all"})),
        PrivacyProblem.READABLE,
    ),
    "readable from outside": (
        chat(event("m.room.history_visibility", {"history_visibility": "world_readable"})),
        PrivacyProblem.READABLE,
    ),
    "upgraded": (
        chat(event("m.room.tombstone", {"replacement_room": "!new:evil"})),
        PrivacyProblem.REPLACED,
    ),
    "a tombstone without content": (chat(event("m.room.tombstone", {})), PrivacyProblem.REPLACED),
    "the bot may not speak": (
        chat(event("m.room.power_levels", {"users": {BOB: 100}, "events_default": 50})),
        PrivacyProblem.SILENCED,
    ),
    "the bot may send nothing encrypted": (
        chat(
            event("m.room.power_levels", {"users": {BOB: 100}, "events": {"m.room.encrypted": 50}})
        ),
        PrivacyProblem.SILENCED,
    ),
    "the person has left": (chat(member(BOB, "leave")), PrivacyProblem.ABSENT),
    "the person was never there": (
        [each for each in chat(maker=BOT) if each["state_key"] != BOB],
        PrivacyProblem.ABSENT,
    ),
    "the bot is only invited": (chat(member(BOT, "invite", BOB)), PrivacyProblem.NOT_IN_IT),
    "the bot was thrown out": (chat(member(BOT, "leave", BOB)), PrivacyProblem.NOT_IN_IT),
    "in clear": (
        [each for each in chat() if each["type"] != "m.room.encryption"],
        PrivacyProblem.CLEAR,
    ),
}


@pytest.mark.parametrize("name", BAD)
def test_it_is_not(name: str) -> None:
    state, expected = BAD[name]
    assert flaw(state) is expected


@pytest.mark.parametrize("rule", ["public", "knock", "restricted", "knock_restricted", "later"])
def test_nobody_comes_in_without_an_invitation(rule: str) -> None:
    assert flaw(chat(event("m.room.join_rules", {"join_rule": rule}))) is PrivacyProblem.OPEN


def test_a_clear_room_does_where_nothing_else_is_asked_for() -> None:
    assert flaw(BAD["in clear"][0], encrypted=False) is None


def test_a_room_that_the_bot_cannot_see_proves_nothing() -> None:
    with pytest.raises(NotPrivate):
        prove(None, bot=BOT, person=BOB, encrypted=False)


def test_the_room_of_one_person_is_no_proof_for_another() -> None:
    facts = facts_of(ROOM, chat(), BOT)
    with pytest.raises(NotPrivate):
        prove(facts, bot=BOT, person=MALLORY, encrypted=True)
    assert only_companion(facts, BOT) == BOB


def test_state_that_is_no_state_is_survived() -> None:
    junk: list[dict[str, Any]] = [
        {},
        {"type": 7, "state_key": ""},
        {"type": "m.room.member", "state_key": 7, "content": []},
        {"type": "m.room.create", "state_key": "", "sender": [], "content": "x"},
        event("m.room.power_levels", {"events": [], "users": {BOT: "many"}}),
        {"type": "m.room.encryption", "state_key": "", "content": {"algorithm": {}}},
    ]
    facts = facts_of(ROOM, junk, BOT)
    assert (facts.creators, facts.encrypted) == (frozenset(), False)


def test_nobody_or_several_are_no_companion() -> None:
    facts = RoomFacts(id=ROOM, creators=frozenset({BOB}), members={BOT: "join"})
    assert only_companion(facts, BOT) is None
    several = replace(facts, members={BOT: "join", BOB: "join", MALLORY: "invite"})
    assert only_companion(several, BOT) is None
