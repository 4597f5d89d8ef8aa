"""Somebody wants to stop the bot with one event, or to make it deaf to what stands behind that event."""

from collections.abc import Mapping
from typing import Any

import pytest

from bot.ids import UserId
from bot.messages import Help
from bot.services.inbound.failed_items import RECORDED
from tests.support.bot_harness import CAROL, LOUNGE, BotHarness

MALLORY = UserId("@mallory:evil.test")


@pytest.fixture
def house() -> BotHarness:
    house = BotHarness()
    house.matrix.members[LOUNGE].add(MALLORY)
    return house


def nested(levels: int) -> dict[str, Any]:
    inside: dict[str, Any] = {}
    for _ in range(levels):
        inside = {"a": inside}
    return inside


def malformed(house: BotHarness) -> dict[str, dict[str, Any]]:
    fine = house.timeline.text(LOUNGE, MALLORY, "!ppv help")
    content: dict[str, Any] = fine["content"]
    return {
        "deep": {**fine, "content": content | {"x": nested(5000)}},
        "deep time": {**fine, "origin_server_ts": nested(5000), "content": nested(40)},
        "large": {**fine, "content": content | {"x": "x" * 70_000}},
        "huge number": {**fine, "content": content | {"x": 1 << 70}},
        "not a number": {**fine, "content": content | {"x": float("nan")}},
        "no content": {**fine, "content": []},
        "long id": {**fine, "event_id": "$" + "x" * 300},
        "long id in bytes": {**fine, "event_id": "$" + "ü" * 200},
        "NUL": {**fine, "event_id": "$x\0"},
        "half a surrogate pair": {**fine, "sender": "@x\ud800:evil.test"},
        "no room": {**fine, "room_id": nested(5000)},
        "no type": {**fine, "type": ["m.room.message"]},
        "long state key": {**fine, "state_key": "x" * 300},
    }


CASES = list(malformed(BotHarness()))


async def laid_aside(house: BotHarness) -> list[Mapping[str, Any]]:
    return [
        each.fields for each in await house.store.queue.failed_jobs() if each.kind == "failed_item"
    ]


@pytest.mark.parametrize("case", CASES)
async def test_what_is_malformed_is_recorded_and_what_stands_behind_it_is_heard(
    house: BotHarness, case: str
) -> None:
    poison = malformed(house)[case]
    behind = house.timeline.text(LOUNGE, CAROL, "!ppv help")
    await house.whatever_happens(lambda: house.bot.receive_transaction("1", [poison, behind]))
    assert len(house.matrix.of(Help)) == 1
    (failed,) = await laid_aside(house)
    assert failed["door"] == "transaction"
    assert failed["event"] is None
    assert len(failed["item"]) < 500


@pytest.mark.parametrize("case", CASES)
async def test_what_is_malformed_inside_of_ciphertext_ends_nothing(
    house: BotHarness, case: str
) -> None:
    inside = malformed(house)[case]
    outside = house.timeline.encrypted(house.timeline.text(LOUNGE, MALLORY, "x"), "s1")
    outside["content"]["ciphertext"] = {key: inside[key] for key in ("type", "content")}
    house.matrix.keys.add("s1")
    behind = house.timeline.encrypted(house.timeline.text(LOUNGE, CAROL, "!ppv help"), "s1")
    await house.hears_encrypted(outside, behind)
    assert len(house.matrix.of(Help)) >= 1


@pytest.mark.parametrize("session", [{}, [], 5, "", "x" * 300, "x\0", "\ud800"])
async def test_a_session_id_may_be_anything(house: BotHarness, session: Any) -> None:
    house.matrix.keys.add("s1")
    outside = house.timeline.encrypted(house.timeline.text(LOUNGE, MALLORY, "x"), session)
    behind = house.timeline.encrypted(house.timeline.text(LOUNGE, CAROL, "!ppv help"), "s1")
    await house.hears_encrypted(outside, behind)
    assert len(house.matrix.of(Help)) == 1


@pytest.mark.parametrize("junk", [None, 5, "text", [], [[]], True])
async def test_what_is_no_event_at_all_is_recorded(house: BotHarness, junk: Any) -> None:
    behind = house.timeline.text(LOUNGE, CAROL, "!ppv help")
    await house.whatever_happens(lambda: house.bot.receive_transaction("1", [junk, behind]))
    assert len(house.matrix.of(Help)) == 1
    assert len(await laid_aside(house)) == 1


async def test_a_flood_of_junk_fills_no_table_and_tells_nobody(house: BotHarness) -> None:
    before = len(house.store.records.jobs)
    for number in range(3):
        await house.whatever_happens(
            lambda n=number: house.bot.receive_transaction(str(n), [None] * 200)
        )
    assert len(await laid_aside(house)) == RECORDED
    assert len(house.store.records.jobs) == before + RECORDED


async def test_an_event_on_which_the_filter_itself_fails_is_one_item(
    house: BotHarness, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A fault of ours that nobody knows yet."""

    def fails(event: Mapping[str, Any], **_: Any) -> bool:
        if event["sender"] == MALLORY:
            raise TypeError("unhashable type: 'dict'")
        return True

    monkeypatch.setattr("bot.services.inbound.receive_transaction.is_relevant", fails)
    poison = house.timeline.text(LOUNGE, MALLORY, "x")
    behind = house.timeline.text(LOUNGE, CAROL, "!ppv help")
    await house.whatever_happens(lambda: house.bot.receive_transaction("1", [poison, behind]))
    assert len(house.matrix.of(Help)) == 1
    (failed,) = await laid_aside(house)
    assert failed["event"]["event_id"] == poison["event_id"]

    monkeypatch.undo()
    (dead,) = await house.store.queue.failed_jobs()
    poison["content"]["body"] = "!ppv help"
    await house.store.queue.retry_failed(dead.id, house.clock.now())
    await house.work()
    assert not await laid_aside(house)


async def test_marks_that_only_we_set_are_not_taken_from_a_homeserver(house: BotHarness) -> None:
    """Homeservers pass on further fields of other servers' events."""
    raw = house.timeline.text(LOUNGE, CAROL, "!ppv help") | {"encrypted": True, "gated": True}
    await house.bot.receive_transaction("1", [raw])
    (job,) = [each for each in house.store.records.jobs.values() if each.kind == "handle_event"]
    assert "encrypted" not in job.fields["event"]
    assert "gated" not in job.fields["event"]
