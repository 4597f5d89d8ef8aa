"""Somebody who has learned the gate's secret wants goods put on sale in another's name, or the database filled."""

from typing import Any

import pytest

from bot.domain.matrix.gate_coverage import GateCoverage
from bot.domain.matrix.intercepted_attachment import InterceptedAttachment
from bot.errors import TemporaryError
from bot.ids import RoomId, UserId, tx_id
from bot.messages import Alert, Listening, Placeholder
from tests.support.bot_harness import ALICE, CAROL, LOUNGE, BotHarness
from tests.support.fake_homeserver import BOT

ELSEWHERE = RoomId("!elsewhere:test")
CIPHER = {"algorithm": "m.megolm.v1.aes-sha2", "session_id": "s1"}


@pytest.fixture
def house() -> BotHarness:
    house = BotHarness()
    house.matrix.gate = GateCoverage.ALL
    return house


def forged(house: BotHarness, **changed: Any) -> InterceptedAttachment:
    """What Alice never sent."""
    url = house.upload(b"\x89PNG of somebody else")
    content = house.timeline.file(LOUNGE, ALICE, url, "a.png", caption="!ppv 1 USD Cheap")[
        "content"
    ]
    values = {"name": "one", "room": LOUNGE, "sender": ALICE, "content": content, **changed}
    return InterceptedAttachment(**values, received_at=house.clock.now())


async def arrives(house: BotHarness, name: str, type_: str = "m.room.message", **more: Any) -> None:
    """An event in Alice's name, which only her homeserver can make."""
    raw = house.timeline.edit(LOUNGE, ALICE, "$bot-has-joined", "")
    content = raw["content"] if type_ == "m.room.message" else {**CIPHER, **more}
    content["io.github.matrix_ppv.gate"] = {"name": name}
    event = {**raw, "type": type_, "content": content}
    if type_ == "m.room.message":
        await house.hears(event)
    else:
        await house.hears_encrypted(event)
    await house.time_passes(seconds=15)


async def test_what_no_event_stands_for_does_nothing_and_goes_after_a_week(
    house: BotHarness,
) -> None:
    await house.bot.receive_interception(forged(house))
    await house.time_passes(days=8)
    assert not house.store.records.offers
    await house.bot.receive_interception(forged(house, name="two"))
    assert list(house.store.records.handovers) == ["two"]


@pytest.mark.parametrize(
    "changed",
    [
        {"room": ELSEWHERE},
        {"room": RoomId("!unknown:test")},
        {"sender": UserId("@nobody:test")},
        {"sender": UserId("@alice:evil")},
        {"sender": BOT},
    ],
)
async def test_only_members_of_a_room_with_the_bot_are_spoken_for(
    house: BotHarness, changed: dict[str, Any]
) -> None:
    house.matrix.members[ELSEWHERE] = {ALICE}
    house.matrix.members[LOUNGE].add(UserId("@alice:evil"))
    with pytest.raises(TemporaryError):
        await house.bot.receive_interception(forged(house, **changed))
    assert not house.store.records.handovers


async def test_the_same_holds_for_what_is_encrypted_and_nothing_is_read_before(
    house: BotHarness,
) -> None:
    event = house.timeline.encrypted(
        house.timeline.file(ELSEWHERE, ALICE, "mxc://a/b", "1.png"), "s1"
    )
    house.matrix.members[ELSEWHERE] = {ALICE}
    house.matrix.encrypted = {ELSEWHERE}
    house.matrix.keys.add("s1")
    with pytest.raises(TemporaryError, match="not in"):
        await house.bot.inspect_encrypted(event)


@pytest.mark.parametrize(("who", "most"), [(CAROL, 3), (ALICE, 1_000)])
async def test_only_so_many_wait_of_one_person(house: BotHarness, who: UserId, most: int) -> None:
    for number in range(most):
        if number % 250 == 0:
            await house.time_passes(minutes=1)
        await house.bot.receive_interception(forged(house, name=f"{number}", sender=who))
    await house.time_passes(minutes=1)
    for name in ("more", "still more"):
        with pytest.raises(TemporaryError, match="wait"):
            await house.bot.receive_interception(forged(house, name=name, sender=who))
    await house.bot.receive_interception(forged(house, name="0", sender=who))
    assert len(house.store.records.handovers) == most
    await house.work()
    assert len(house.matrix.of(Alert)) == (1 if who == ALICE else 0)


async def test_only_so_many_come_in_a_minute(house: BotHarness) -> None:
    for _ in range(300):
        await house.bot.receive_interception(forged(house))
    with pytest.raises(TemporaryError, match="minute"):
        await house.bot.receive_interception(forged(house))
    await house.time_passes(minutes=1)
    await house.bot.receive_interception(forged(house))


async def test_nobody_takes_the_place_of_what_is_yet_to_be_held(house: BotHarness) -> None:
    """The names of held events follow from their sessions, which every member of the room can see."""
    with pytest.raises(TemporaryError, match="name"):
        await house.bot.receive_interception(forged(house, name=tx_id("held", LOUNGE, "s1 $1")))


async def test_plaintext_does_not_pass_for_what_came_encrypted(house: BotHarness) -> None:
    house.matrix.encrypted = {LOUNGE}
    await house.bot.receive_interception(forged(house))
    await arrives(house, "one", "m.room.encrypted")
    assert not house.store.records.offers
    await arrives(house, "one")
    assert not house.matrix.of(Placeholder), "in this room only what comes encrypted counts"


async def test_what_came_encrypted_counts_under_an_encrypted_event_alone(house: BotHarness) -> None:
    house.matrix.encrypted = {LOUNGE}
    house.matrix.keys.add("s1")
    words = house.timeline.text(LOUNGE, ALICE, "!ppv 5 USD Sunset")
    await house.hears_encrypted(house.timeline.encrypted(words, "s1"))
    assert house.matrix.of(Listening)
    file = house.timeline.file(LOUNGE, ALICE, house.upload(b"\x89PNG"), "1.png")
    name = await house.bot.inspect_encrypted(house.timeline.encrypted(file, "s1"))
    assert name is not None
    await arrives(house, name)
    await arrives(house, name, "m.room.encrypted")
    await house.time_passes(minutes=11)
    assert [each.text for each in house.matrix.of(Placeholder)] == ["Sunset"]
