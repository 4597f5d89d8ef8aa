"""What a gate took out: sold as if it had been in the room, and never there."""

from datetime import timedelta
from typing import Any

import pytest

from bot.domain.matrix.gate_coverage import GateCoverage
from bot.domain.matrix.intercepted_attachment import InterceptedAttachment
from bot.errors import TemporaryError
from bot.ids import RoomId, UserId
from bot.messages import Alert, Exposed, Goods, Line, Listening, Placeholder
from bot.ports import Power
from tests.support.bot_harness import ALICE, BOB, CAROL, LOUNGE, BotHarness
from tests.support.fake_homeserver import BOT

OTHER_ROOM = RoomId("!other:test")
PNG = b"\x89PNG a picture of the harbour"


@pytest.fixture
def house() -> BotHarness:
    house = BotHarness()
    house.matrix.gate = GateCoverage.UNENCRYPTED
    return house


@pytest.fixture
def encrypted(house: BotHarness) -> BotHarness:
    """The lounge is encrypted, and the gate asks about what is said there."""
    house.matrix.gate = GateCoverage.ALL
    house.matrix.encrypted = {LOUNGE}
    house.matrix.keys.add("s1")
    return house


async def hands_over(
    house: BotHarness, who: UserId, name: str, content: dict[str, Any], room: RoomId = LOUNGE
) -> None:
    await house.bot.receive_interception(
        InterceptedAttachment(
            name=name, room=room, sender=who, content=content, received_at=house.clock.now()
        )
    )


async def stub(house: BotHarness, who: UserId, name: str, room: RoomId = LOUNGE) -> str:
    """What stands in its place, as it comes by a transaction."""
    raw = house.timeline.edit(room, who, "$bot-has-joined", "🔒 is preparing a paid message…")
    raw["content"]["io.github.matrix_ppv.gate"] = {"name": name}
    await house.hears(raw)
    return str(raw["event_id"])


async def held(house: BotHarness, raw: dict[str, Any]) -> str | None:
    """Alice's app sends into an encrypted room: the gate asks first, and what passes or stands in comes."""
    event = house.timeline.encrypted(raw, "s1")
    name = await house.bot.inspect_encrypted(event)
    if name is not None:
        event = {**event, "content": {"algorithm": "m.megolm.v1.aes-sha2", "session_id": "s1"}}
        event["content"]["io.github.matrix_ppv.gate"] = {"name": name}
    await house.hears_encrypted(event)
    return name


def picture(house: BotHarness, **more: Any) -> dict[str, Any]:
    url = house.upload(PNG)
    raw = house.timeline.file(LOUNGE, ALICE, url, "harbour.png", **more)
    content: dict[str, Any] = raw["content"]
    return content


async def test_a_flagged_file_is_sold_without_ever_being_seen(house: BotHarness) -> None:
    await hands_over(house, ALICE, "one", picture(house, caption="!ppv 5 USD Sunset"))
    words = await stub(house, ALICE, "one")
    await house.time_passes(seconds=15)
    (placeholder,) = house.matrix.of(Placeholder)
    assert (placeholder.text, placeholder.price) == ("Sunset", "5.00 USD")
    assert words not in house.matrix.redacted, "nobody sees it"
    assert not house.matrix.of(Exposed)
    await house.reacts(BOB, LOUNGE, house.matrix.event_of(Placeholder), "🔓")
    await house.pays(BOB)
    assert len(house.matrix.of(Goods)) == 1


async def test_where_files_never_come_the_bot_needs_no_power(house: BotHarness) -> None:
    house.matrix.bot_power[LOUNGE] = Power(has=0, needs=50)
    await house.says(ALICE, LOUNGE, "!ppv 5 USD Sunset")
    assert house.matrix.of(Listening)
    house.matrix.gate = GateCoverage.NONE
    await house.says(ALICE, LOUNGE, "!ppv done")
    await house.time_passes(seconds=15)
    await house.says(ALICE, LOUNGE, "!ppv 5 USD Sunset")
    assert "power level 50" in house.matrix.of(Line)[-1].words


@pytest.mark.parametrize("reach", [GateCoverage.UNENCRYPTED, GateCoverage.NONE, GateCoverage.DENY])
async def test_an_encrypted_room_out_of_reach_is_answered_with_the_way_to_the_studio(
    encrypted: BotHarness, reach: GateCoverage
) -> None:
    encrypted.matrix.gate = reach
    await held(encrypted, encrypted.timeline.text(LOUNGE, ALICE, "!ppv 5 USD Sunset"))
    assert "direct chat" in encrypted.matrix.of(Line)[-1].words
    assert not encrypted.matrix.of(Listening)


async def test_in_an_encrypted_room_files_are_sold_and_words_pass(encrypted: BotHarness) -> None:
    house = encrypted
    assert await held(house, house.timeline.text(LOUNGE, ALICE, "!ppv 5 USD Sunset")) is None
    assert house.matrix.of(Listening)
    assert house.matrix.armed[LOUNGE, ALICE] > house.clock.now()
    for number in range(2):
        file = house.timeline.file(LOUNGE, ALICE, house.upload(PNG), f"{number}.png")
        assert await held(house, file)
    assert await held(house, house.timeline.text(LOUNGE, ALICE, "!ppv done")) is None
    await house.time_passes(seconds=15)
    (placeholder,) = house.matrix.of(Placeholder)
    assert placeholder.contents.startswith("2 photos")
    assert not house.matrix.of(Exposed)
    await house.reacts(BOB, LOUNGE, house.matrix.event_of(Placeholder), "🔓")
    await house.pays(BOB)
    assert len(house.matrix.of(Goods)) == 2


async def test_a_held_file_without_its_key_neither_passes_nor_is_taken(
    encrypted: BotHarness,
) -> None:
    encrypted.matrix.keys.clear()
    file = encrypted.timeline.file(LOUNGE, ALICE, encrypted.upload(PNG), "1.png")
    with pytest.raises(TemporaryError):
        await encrypted.bot.inspect_encrypted(encrypted.timeline.encrypted(file, "s1"))
    assert not encrypted.store.records.handovers


async def test_the_same_ciphertext_again_is_the_same_file(encrypted: BotHarness) -> None:
    house = encrypted
    await held(house, house.timeline.text(LOUNGE, ALICE, "!ppv 5 USD Sunset"))
    file = house.timeline.file(LOUNGE, ALICE, house.upload(PNG), "1.png")
    names = {await held(house, file) for _ in range(3)}
    assert len(names) == 1
    await house.time_passes(minutes=11)
    assert house.matrix.of(Placeholder)[0].contents.startswith("1 photo")


async def test_what_stands_for_it_is_worth_nothing_in_another_event(house: BotHarness) -> None:
    await hands_over(house, ALICE, "one", picture(house, caption="!ppv 5 USD Sunset"))
    for _ in range(2):
        await stub(house, ALICE, "one")
    await house.time_passes(seconds=15)
    assert len(house.store.records.offers) == 1


@pytest.mark.parametrize("crash_at", range(1, 9))
async def test_a_crash_on_the_way_loses_nothing(encrypted: BotHarness, crash_at: int) -> None:
    house = encrypted
    await held(house, house.timeline.text(LOUNGE, ALICE, "!ppv 5 USD Sunset"))
    house.fuse.kills_at = house.fuse.places + crash_at
    file = house.timeline.file(LOUNGE, ALICE, house.upload(PNG), "1.png")
    event = house.timeline.encrypted(file, "s1")
    name = await house.whatever_happens(lambda: house.bot.inspect_encrypted(event))
    event["content"] = {"algorithm": "x", "io.github.matrix_ppv.gate": {"name": name}}
    await house.hears_encrypted(event)
    await house.time_passes(minutes=11)
    assert [each.text for each in house.matrix.of(Placeholder)] == ["Sunset"]


async def test_files_that_come_too_late_are_kept_back_and_that_is_said_once(
    house: BotHarness,
) -> None:
    for name in ("one", "two"):
        await hands_over(house, ALICE, name, picture(house))
        await stub(house, ALICE, name)
    (answer,) = house.matrix.said_of(Line)
    assert "kept this one back" in str(answer.message)
    assert answer.reply_to is None
    assert not house.store.records.offers


async def test_a_file_that_cannot_be_sold_is_kept_back_with_the_reason(house: BotHarness) -> None:
    await hands_over(house, CAROL, "one", picture(house, caption="!ppv 5 USD Sunset"))
    await stub(house, CAROL, "one")
    assert house.matrix.of(Line)[-1].words.endswith("Your file did not go into the room.")


@pytest.mark.parametrize("gated", [True, False])
async def test_an_album_is_to_be_sent_picture_by_picture(house: BotHarness, *, gated: bool) -> None:
    album = {"msgtype": "m.gallery", "body": "!ppv 5 USD Summer", "itemtypes": []}
    if gated:
        await hands_over(house, ALICE, "album", album)
        await stub(house, ALICE, "album")
    else:
        await house.hears(house.timeline.event(LOUNGE, ALICE, "m.room.message", album))
    assert "one by one" in house.matrix.of(Line)[-1].words


async def test_a_caption_on_the_last_of_several_speaks_for_all(house: BotHarness) -> None:
    await house.sends(ALICE, LOUNGE, PNG, "1.png")
    await house.sends(ALICE, LOUNGE, PNG, "2.png")
    await hands_over(house, ALICE, "three", picture(house, caption="!ppv 5 USD Sunset"))
    await stub(house, ALICE, "three")
    await house.time_passes(seconds=15)
    (placeholder,) = house.matrix.of(Placeholder)
    assert placeholder.contents.startswith("3 photos")
    assert len(house.matrix.redacted) == 2


async def test_a_gate_that_does_not_know_us_is_told_to_seller_and_admins(house: BotHarness) -> None:
    house.matrix.gate_broken = True
    for _ in range(2):
        await house.says(ALICE, LOUNGE, "!ppv 5 USD Sunset")
    assert not house.matrix.of(Listening)
    assert "direct chat" in house.matrix.of(Line)[-1].words
    (alert,) = house.matrix.of(Alert)
    assert "doctor" in alert.words


async def test_a_seller_is_armed_before_being_told_to_send(house: BotHarness) -> None:
    await house.says(ALICE, LOUNGE, "!ppv 5 USD Sunset")
    assert house.matrix.of(Listening)
    assert house.matrix.armed[LOUNGE, ALICE] > house.clock.now()
    for name in ("one", "two"):
        await hands_over(house, ALICE, name, picture(house))
        await stub(house, ALICE, name)
    await house.says(ALICE, LOUNGE, "!ppv done")
    await house.time_passes(seconds=15)
    (placeholder,) = house.matrix.of(Placeholder)
    assert placeholder.contents.startswith("2 photos")
    assert house.matrix.armed[LOUNGE, ALICE] <= house.clock.now()


@pytest.mark.parametrize(
    ("who", "room"), [(CAROL, LOUNGE), (CAROL, OTHER_ROOM), (ALICE, OTHER_ROOM)]
)
async def test_who_copies_the_name_first_does_not_use_up_the_goods(
    house: BotHarness, who: UserId, room: RoomId
) -> None:
    await hands_over(house, ALICE, "one", picture(house, caption="!ppv 5 USD Sunset"))
    await stub(house, who, "one", room)
    await house.time_passes(seconds=15)
    assert not house.store.records.offers
    await stub(house, ALICE, "one")
    await house.time_passes(seconds=15)
    assert [each.text for each in house.matrix.of(Placeholder)] == ["Sunset"]


async def test_nobody_else_can_point_at_a_handover(house: BotHarness) -> None:
    await hands_over(house, ALICE, "one", picture(house, caption="!ppv 5 USD Sunset"))
    await stub(house, CAROL, "one")
    house.matrix.members[OTHER_ROOM] = {BOT, ALICE}
    await hands_over(house, ALICE, "two", picture(house, caption="!ppv 5 USD"), OTHER_ROOM)
    await stub(house, ALICE, "two")
    await stub(house, ALICE, "unknown")
    await house.time_passes(seconds=15)
    assert not house.store.records.offers


async def test_a_mark_of_a_strangers_making_says_nothing(house: BotHarness) -> None:
    raw = house.timeline.file(LOUNGE, ALICE, house.upload(PNG), "1.png", caption="!ppv 5 USD")
    await house.hears({**raw, "gated": True})
    await house.time_passes(seconds=15)
    assert len(house.matrix.of(Exposed)) == 1


async def test_the_same_handover_twice_is_one_offer(house: BotHarness) -> None:
    content = picture(house, caption="!ppv 5 USD Sunset")
    for _ in range(2):
        await hands_over(house, ALICE, "one", content)
    await stub(house, ALICE, "one")
    await house.time_passes(seconds=15)
    assert len(house.matrix.of(Placeholder)) == 1


async def test_what_never_came_into_the_room_is_forgotten(house: BotHarness) -> None:
    await hands_over(house, CAROL, "muted", picture(house))
    house.clock.advance(timedelta(days=8))
    await hands_over(house, ALICE, "next", picture(house))
    assert list(house.store.records.handovers) == ["next"]


async def test_a_gate_with_another_secret_is_told_to_admins_once_a_day(house: BotHarness) -> None:
    for _ in range(3):
        await house.bot.report_gate_auth_failure()
    await house.work()
    (alert,) = house.matrix.of(Alert)
    assert "gate.secret" in alert.words
