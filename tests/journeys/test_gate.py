"""What a gate took out: sold as if it had been in the room, and never there."""

from datetime import timedelta
from typing import Any

import pytest

from bot.handover import Handover
from bot.ids import RoomId, UserId
from bot.messages import Exposed, Goods, Listening, Placeholder
from tests.journeys.house import ALICE, BOB, CAROL, LOUNGE, House

PNG = b"\x89PNG a picture of the harbour"


@pytest.fixture
def house() -> House:
    return House()


async def hands_over(
    house: House, who: UserId, name: str, content: dict[str, Any], room: RoomId = LOUNGE
) -> None:
    await house.bot.receive_handover(
        Handover(name=name, room=room, sender=who, content=content, received_at=house.clock.now())
    )


async def stub(house: House, who: UserId, name: str) -> str:
    """The words in its place, as they come by a transaction."""
    raw = house.timeline.text(LOUNGE, who, "🔒 is preparing a paid message…")
    raw["content"]["io.github.matrix_ppv.gate"] = {"name": name}
    await house.hears(raw)
    return str(raw["event_id"])


def picture(house: House, **more: Any) -> dict[str, Any]:
    url = house.upload(PNG)
    raw = house.timeline.file(LOUNGE, ALICE, url, "harbour.png", **more)
    content: dict[str, Any] = raw["content"]
    return content


async def test_a_flagged_file_is_sold_without_ever_being_seen(house: House) -> None:
    await hands_over(house, ALICE, "one", picture(house, caption="!ppv 5 USD Sunset"))
    words = await stub(house, ALICE, "one")
    await house.time_passes(seconds=15)
    (placeholder,) = house.matrix.of(Placeholder)
    assert (placeholder.text, placeholder.price) == ("Sunset", "5.00 USD")
    assert words in house.matrix.redacted
    assert not house.matrix.of(Exposed)
    await house.reacts(BOB, LOUNGE, house.matrix.event_of(Placeholder), "🔓")
    await house.pays(BOB)
    assert len(house.matrix.of(Goods)) == 1


async def test_a_seller_is_armed_before_being_told_to_send(house: House) -> None:
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


async def test_nobody_else_can_point_at_a_handover(house: House) -> None:
    await hands_over(house, ALICE, "one", picture(house, caption="!ppv 5 USD Sunset"))
    await stub(house, CAROL, "one")
    await hands_over(
        house, ALICE, "two", picture(house, caption="!ppv 5 USD"), RoomId("!other:test")
    )
    await stub(house, ALICE, "two")
    await stub(house, ALICE, "unknown")
    await house.time_passes(seconds=15)
    assert not house.store.records.offers


async def test_a_mark_of_a_strangers_making_says_nothing(house: House) -> None:
    raw = house.timeline.file(LOUNGE, ALICE, house.upload(PNG), "1.png", caption="!ppv 5 USD")
    await house.hears({**raw, "gated": True})
    await house.time_passes(seconds=15)
    assert len(house.matrix.of(Exposed)) == 1


async def test_the_same_handover_twice_is_one_offer(house: House) -> None:
    content = picture(house, caption="!ppv 5 USD Sunset")
    for _ in range(2):
        await hands_over(house, ALICE, "one", content)
    await stub(house, ALICE, "one")
    await house.time_passes(seconds=15)
    assert len(house.matrix.of(Placeholder)) == 1


async def test_what_never_came_into_the_room_is_forgotten(house: House) -> None:
    await hands_over(house, CAROL, "muted", picture(house))
    house.clock.advance(timedelta(hours=2))
    await hands_over(house, ALICE, "next", picture(house))
    assert list(house.store.records.handovers) == ["next"]
