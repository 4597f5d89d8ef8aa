"""A command corrected by an edit is obeyed once, and answers stay in the thread of what they answer."""

from typing import Any

import pytest

from bot.domain.offers.offer import OfferState
from bot.ids import EventId, RoomId, UserId, code_of
from bot.messages import Goods, Line, Listening, Placeholder, Shop
from tests.support.bot_harness import ALICE, BOB, LOUNGE, STUDIO, BotHarness

PNG = b"\x89PNG a picture of the harbour"
ROOT = EventId("$root")


@pytest.fixture
def house() -> BotHarness:
    return BotHarness()


async def edits(house: BotHarness, who: UserId, room: RoomId, target: str, words: str) -> None:
    await house.hears(house.timeline.edit(room, who, target, words))


def last(house: BotHarness) -> str:
    return str(house.matrix.of(Line)[-1].words)


# --- edits


async def test_a_misspelt_command_is_obeyed_once_it_is_corrected(house: BotHarness) -> None:
    event = await house.says(BOB, LOUNGE, "!ppv shpo")
    assert house.matrix.of(Shop) == []
    await edits(house, BOB, LOUNGE, event, "!ppv shop")
    assert len(house.matrix.of(Shop)) == 1
    await edits(house, BOB, LOUNGE, event, "!ppv shop")
    await edits(house, BOB, LOUNGE, event, "!ppv shop cats")
    assert len(house.matrix.of(Shop)) == 1


async def test_a_second_correction_counts_if_the_first_was_none(house: BotHarness) -> None:
    event = await house.says(BOB, LOUNGE, "!ppv shpo")
    await edits(house, BOB, LOUNGE, event, "!ppv sohp")
    await edits(house, BOB, LOUNGE, event, "!ppv shop")
    assert len(house.matrix.of(Shop)) == 1


async def test_a_command_that_was_obeyed_is_not_obeyed_again(house: BotHarness) -> None:
    event = await house.says(BOB, LOUNGE, "!ppv shop")
    await edits(house, BOB, LOUNGE, event, "!ppv shop cats")
    assert len(house.matrix.of(Shop)) == 1


async def test_nobody_corrects_what_somebody_else_said(house: BotHarness) -> None:
    event = await house.says(BOB, LOUNGE, "!ppv shpo")
    await edits(house, ALICE, LOUNGE, event, "!ppv shop")
    assert house.matrix.of(Shop) == []


async def test_a_price_that_was_no_price_becomes_a_flag(house: BotHarness) -> None:
    await house.sends(ALICE, LOUNGE, PNG, "1.png")
    event = await house.says(ALICE, LOUNGE, "!ppv fife USD Sunset")
    await edits(house, ALICE, LOUNGE, event, "!ppv 5 USD Sunset")
    await edits(house, ALICE, LOUNGE, event, "!ppv 5 USD Sunset")
    (offer,) = house.store.records.offers.values()
    assert offer.state is OfferState.OPEN
    assert len(house.matrix.of(Placeholder)) == 1


@pytest.mark.parametrize("places", range(1, 6))
async def test_a_crash_between_keeps_the_correction(house: BotHarness, places: int) -> None:
    event = await house.says(BOB, LOUNGE, "!ppv shpo")
    house.fuse.kills_at = house.fuse.places + places
    await edits(house, BOB, LOUNGE, event, "!ppv shop")
    assert len(house.matrix.of(Shop)) == 1


@pytest.mark.parametrize("room", [LOUNGE, STUDIO])
async def test_a_caption_that_is_edited_into_a_flag_is_answered(
    house: BotHarness, room: RoomId
) -> None:
    await house.open_studio()
    event = await house.sends(ALICE, room, PNG, "1.png", caption="Sunset")
    raw = house.timeline.file(room, ALICE, "mxc://test/1", "1.png", caption="!ppv 5 USD Sunset")
    raw["content"] |= {
        "m.new_content": dict(raw["content"]),
        "m.relates_to": {"rel_type": "m.replace", "event_id": event},
    }
    await house.hears(raw)
    assert "caption that was edited" in last(house)


# --- threads


def in_thread(raw: dict[str, Any]) -> dict[str, Any]:
    raw["content"]["m.relates_to"] = {
        "rel_type": "m.thread",
        "event_id": ROOT,
        "is_falling_back": True,
        "m.in_reply_to": {"event_id": "$before"},
    }
    return raw


@pytest.mark.parametrize("words", ["!ppv shop", "!ppv shpo", "!ppv help", "!ppv lang de"])
async def test_what_is_asked_in_a_thread_is_answered_there(house: BotHarness, words: str) -> None:
    await house.hears(in_thread(house.timeline.text(LOUNGE, BOB, words)))
    assert [each.thread for each in house.matrix.said if each.room == LOUNGE] == [ROOT]


async def test_a_flag_in_a_thread_listens_there_and_sells_in_the_room(house: BotHarness) -> None:
    await house.hears(in_thread(house.timeline.text(LOUNGE, ALICE, "!ppv 5 USD Sunset")))
    assert [each.thread for each in house.matrix.said_of(Listening)] == [ROOT]
    await house.sends(ALICE, LOUNGE, PNG, "1.png")
    await house.says(ALICE, LOUNGE, "!ppv done")
    await house.time_passes(minutes=1)
    assert [each.thread for each in house.matrix.said_of(Placeholder)] == [None]


async def test_what_is_said_elsewhere_meanwhile_is_in_no_thread(house: BotHarness) -> None:
    await house.hears(in_thread(house.timeline.text(LOUNGE, BOB, "!ppv library")))
    assert [each.thread for each in house.matrix.said if each.room != LOUNGE] == [None] * len(
        [each for each in house.matrix.said if each.room != LOUNGE]
    )
    await house.says(BOB, LOUNGE, "!ppv shop")
    assert house.matrix.said_of(Shop)[-1].thread is None


async def test_answers_that_come_from_later_jobs_stay_in_the_thread_too(house: BotHarness) -> None:
    await house.open_studio()
    await house.sends(ALICE, STUDIO, PNG, "1.png")
    await house.says(ALICE, STUDIO, "!ppv price 5 USD")
    await house.time_passes(minutes=1)
    before = len(house.matrix.said)
    house.restart()
    await house.hears(in_thread(house.timeline.text(STUDIO, ALICE, "!ppv preview")))
    shown = [each for each in house.matrix.said[before:] if each.room == STUDIO]
    assert len(shown) > 3
    assert {each.thread for each in shown} == {ROOT}


async def test_goods_that_are_asked_for_in_a_thread_come_in_it(house: BotHarness) -> None:
    offer = await house.publishes(PNG)
    placeholder = house.matrix.event_of(Placeholder)
    await house.reacts(BOB, LOUNGE, placeholder, "🔓")
    await house.pays(BOB)
    await house.time_passes(hours=1)
    before, direct = len(house.matrix.said), house.direct(BOB)
    asked = in_thread(house.timeline.text(direct, BOB, f"!ppv library {code_of(offer)}"))
    house.matrix.keys.add("an app's session")
    await house.hears_encrypted(house.timeline.encrypted(asked, "an app's session"))
    goods = [each for each in house.matrix.said[before:] if each.room == direct]
    assert any(isinstance(each.message, Goods) for each in goods)
    assert {each.thread for each in goods} == {ROOT}


async def test_an_offer_that_is_published_in_a_thread_of_its_room_stands_in_the_room(
    house: BotHarness,
) -> None:
    await house.hears(in_thread(house.timeline.text(LOUNGE, ALICE, "!ppv 5 USD Sunset")))
    await house.sends(ALICE, LOUNGE, PNG, "1.png")
    await house.hears(in_thread(house.timeline.text(LOUNGE, ALICE, "!ppv done")))
    await house.time_passes(minutes=1)
    assert [each.thread for each in house.matrix.said_of(Placeholder)] == [None]
