"""Flagging in a room: goods are taken out at once, then sold; the seller is told the truth."""

from typing import Any

import pytest

from bot.domain.matrix.gate_coverage import Exposure
from bot.domain.offers.offer import OfferState
from bot.ids import MxcUri
from bot.messages import Exposed, Line, Listening, Placeholder, Published
from bot.ports import Power
from tests.support.bot_harness import ALICE, BOB, LOUNGE, BotHarness

PNG = b"\x89PNG a picture of the harbour"


@pytest.fixture
def house() -> BotHarness:
    return BotHarness()


def posted(house: BotHarness) -> Placeholder:
    (placeholder,) = house.matrix.of(Placeholder)
    return placeholder


async def test_a_price_right_after_the_files_sells_the_row(house: BotHarness) -> None:
    events = [await house.sends(ALICE, LOUNGE, PNG, f"{n}.png") for n in range(2)]
    command = await house.says(ALICE, LOUNGE, "!ppv 5 USD Sunset")
    assert house.matrix.redacted[:2] == events, "first of all they are taken out"
    assert (posted(house).text, posted(house).price) == ("Sunset", "5.00 USD")
    assert posted(house).contents == "2 photos, 58 bytes"
    assert command in house.matrix.redacted


async def test_a_reply_to_one_of_the_files_sells_the_row(house: BotHarness) -> None:
    first = await house.sends(ALICE, LOUNGE, PNG, "1.png")
    second = await house.sends(ALICE, LOUNGE, PNG, "2.png")
    await house.says(ALICE, LOUNGE, "that was the harbour")
    await house.says(ALICE, LOUNGE, "!ppv €3.50 Sunset", reply_to=first)
    assert house.matrix.redacted[:2] == [first, second]
    assert posted(house).price == "3.50 EUR"


async def test_somebody_elses_file_cannot_be_sold(house: BotHarness) -> None:
    theirs = await house.sends(BOB, LOUNGE, PNG, "1.png")
    await house.says(ALICE, LOUNGE, "!ppv 5", reply_to=theirs)
    assert "Somebody else sent that file" in house.matrix.of(Line)[-1].words
    assert not house.matrix.redacted


async def test_a_price_before_the_files_listens_until_done(house: BotHarness) -> None:
    await house.says(ALICE, LOUNGE, "!ppv 5 USD Sunset")
    assert house.matrix.of(Listening) == [Listening("5.00 USD", 10, 3, Exposure.BRIEF)]
    answer = house.matrix.event_of(Listening)
    assert (LOUNGE, answer, "✅") in house.matrix.reactions
    files = [await house.sends(ALICE, LOUNGE, PNG, f"{n}.png") for n in range(2)]
    assert house.matrix.redacted == files
    assert not house.matrix.of(Placeholder)
    await house.says(ALICE, LOUNGE, "!ppv done")
    await house.time_passes(seconds=10)
    assert posted(house).contents == "2 photos, 58 bytes"
    assert answer in house.matrix.redacted


async def test_a_file_that_done_has_overtaken_is_taken_in_too(house: BotHarness) -> None:
    await house.says(ALICE, LOUNGE, "!ppv 5 USD")
    await house.sends(ALICE, LOUNGE, PNG, "1.png")
    await house.says(ALICE, LOUNGE, "!ppv done")
    await house.time_passes(seconds=8)
    late = await house.sends(ALICE, LOUNGE, PNG, "2.png")
    assert late in house.matrix.redacted
    await house.time_passes(seconds=8)
    assert not house.matrix.of(Placeholder)
    await house.time_passes(seconds=2)
    assert posted(house).contents.startswith("2 photos")


async def test_done_may_be_said_by_reaction_but_only_by_the_seller(house: BotHarness) -> None:
    await house.says(ALICE, LOUNGE, "!ppv 5 USD")
    await house.sends(ALICE, LOUNGE, PNG, "1.png")
    answer = house.matrix.event_of(Listening)
    await house.reacts(BOB, LOUNGE, answer, "✅")
    assert not house.matrix.of(Placeholder)
    await house.reacts(ALICE, LOUNGE, answer, "✅")
    await house.time_passes(seconds=10)
    assert posted(house)


async def test_listening_ends_ten_minutes_after_the_last_file(house: BotHarness) -> None:
    await house.says(ALICE, LOUNGE, "!ppv 5 USD")
    await house.time_passes(minutes=9)
    await house.sends(ALICE, LOUNGE, PNG, "1.png")
    await house.time_passes(minutes=9)
    assert not house.matrix.of(Placeholder)
    await house.time_passes(minutes=1)
    assert posted(house)
    late = await house.sends(ALICE, LOUNGE, PNG, "late.png")
    assert late not in house.matrix.redacted, "nobody listens any more"


async def test_when_no_file_comes_the_flag_is_forgotten(house: BotHarness) -> None:
    await house.says(ALICE, LOUNGE, "!ppv 5 USD")
    await house.time_passes(minutes=10)
    assert house.matrix.event_of(Listening) in house.matrix.redacted
    (offer,) = house.store.records.offers.values()
    assert offer.state is OfferState.DISCARDED


async def test_a_full_offer_is_published_by_itself(house: BotHarness) -> None:
    await house.says(ALICE, LOUNGE, "!ppv 5 USD")
    for number in range(3):
        await house.sends(ALICE, LOUNGE, PNG, f"{number}.png")
    assert posted(house).contents.startswith("3 photos")


async def test_other_peoples_files_are_left_alone_while_listening(house: BotHarness) -> None:
    await house.says(ALICE, LOUNGE, "!ppv 5 USD")
    theirs = await house.sends(BOB, LOUNGE, PNG, "cat.png")
    assert theirs not in house.matrix.redacted


async def test_a_caption_sells_the_file_and_those_that_follow_at_once(house: BotHarness) -> None:
    await house.sends(ALICE, LOUNGE, PNG, "1.png", caption="!ppv 5 USD Sunset")
    await house.time_passes(seconds=3)
    await house.sends(ALICE, LOUNGE, PNG, "2.png")
    await house.time_passes(seconds=9)
    assert not house.matrix.of(Placeholder)
    await house.time_passes(seconds=1)
    assert (posted(house).text, posted(house).contents) == ("Sunset", "2 photos, 58 bytes")
    assert not house.matrix.of(Listening), "it goes without saying"


async def test_the_content_key_sells_like_a_caption(house: BotHarness) -> None:
    flag = {"io.github.matrix_ppv.price": {"amount": "5.00", "currency": "EUR"}}
    await house.sends(ALICE, LOUNGE, PNG, "1.png", caption="Sunset", **flag)
    await house.time_passes(seconds=10)
    assert (posted(house).text, posted(house).price) == ("Sunset", "5.00 EUR")


async def test_an_unreadable_flag_is_answered_and_nothing_is_sold(house: BotHarness) -> None:
    flag: dict[str, Any] = {"io.github.matrix_ppv.price": {"amount": {}, "currency": None}}
    event = await house.sends(ALICE, LOUNGE, PNG, "1.png", **flag)
    assert "can't read the price" in house.matrix.of(Line)[-1].words
    assert event not in house.matrix.redacted


async def test_an_edit_of_the_flag_is_followed_while_listening(house: BotHarness) -> None:
    command = await house.says(ALICE, LOUNGE, "!ppv 5 USD Sunset")
    await house.hears(house.timeline.edit(LOUNGE, ALICE, command, "!ppv 8 USD Dawn"))
    await house.sends(ALICE, LOUNGE, PNG, "1.png")
    await house.says(ALICE, LOUNGE, "!ppv done")
    await house.time_passes(seconds=10)
    assert (posted(house).text, posted(house).price) == ("Dawn", "8.00 USD")


async def test_an_edit_after_the_offer_changes_nothing_and_says_so(house: BotHarness) -> None:
    await house.sends(ALICE, LOUNGE, PNG, "1.png")
    command = await house.says(ALICE, LOUNGE, "!ppv 5 USD Sunset")
    await house.hears(house.timeline.edit(LOUNGE, ALICE, command, "!ppv 1 USD"))
    assert "the edit changes nothing" in house.matrix.of(Line)[-1].words
    assert posted(house).price == "5.00 USD"


async def test_deleting_the_source_after_the_offer_changes_nothing(house: BotHarness) -> None:
    event = await house.sends(ALICE, LOUNGE, PNG, "1.png")
    await house.says(ALICE, LOUNGE, "!ppv 5 USD")
    await house.hears(house.timeline.redaction(LOUNGE, ALICE, event))
    (offer,) = house.store.records.offers.values()
    assert offer.state is OfferState.OPEN
    assert len(offer.paid) == 1


async def test_deleting_the_placeholder_takes_the_offer_off_sale(house: BotHarness) -> None:
    await house.sends(ALICE, LOUNGE, PNG, "1.png")
    await house.says(ALICE, LOUNGE, "!ppv 5 USD")
    placeholder = house.matrix.event_of(Placeholder)
    await house.hears(house.timeline.redaction(LOUNGE, ALICE, placeholder))
    (offer,) = house.store.records.offers.values()
    assert offer.state is OfferState.WITHDRAWN


async def test_the_seller_is_told_what_was_seen_and_for_how_long(house: BotHarness) -> None:
    url = house.upload(PNG)
    raw = house.timeline.file(LOUNGE, ALICE, url, "1.png")
    await house.hears(raw)
    await house.time_passes(seconds=90)
    await house.says(ALICE, LOUNGE, "!ppv 5 USD")
    assert house.matrix.of(Exposed) == [Exposed(files=1, seconds=90.0, purged=False)]
    assert house.matrix.of(Published)[0].seller == ALICE
    assert house.matrix.media[MxcUri(url)] == PNG


async def test_the_homeservers_copy_is_deleted_where_that_is_allowed(house: BotHarness) -> None:
    house.matrix.may_purge = True
    url = house.upload(PNG)
    await house.hears(house.timeline.file(LOUNGE, ALICE, url, "1.png"))
    await house.says(ALICE, LOUNGE, "!ppv 5 USD")
    assert url not in house.matrix.media
    assert house.matrix.of(Exposed)[0].purged


async def test_without_power_to_redact_nothing_happens_but_an_explanation(
    house: BotHarness,
) -> None:
    house.matrix.bot_power[LOUNGE] = Power(has=0, needs=50)
    await house.sends(ALICE, LOUNGE, PNG, "1.png")
    await house.says(ALICE, LOUNGE, "!ppv 5 USD")
    words = house.matrix.of(Line)[-1].words
    assert "power level 50, and I have 0" in words
    assert "posted nothing" in words
    assert not house.matrix.redacted
    assert not house.store.records.offers


async def test_who_may_not_sell_cannot_flag(house: BotHarness) -> None:
    await house.sends(BOB, LOUNGE, PNG, "1.png")
    await house.says(BOB, LOUNGE, "!ppv 5 USD")
    assert "may not sell" in house.matrix.of(Line)[-1].words
    assert not house.matrix.redacted


async def test_a_faulty_file_is_taken_out_and_its_offer_kept_in_the_studio(
    house: BotHarness,
) -> None:
    await house.sends(ALICE, LOUNGE, b"x" * 1_000_001, "film.mp4", msgtype="m.video")
    await house.says(ALICE, LOUNGE, "!ppv 5 USD Sunset")
    assert not house.matrix.of(Placeholder)
    assert "posted nothing yet" in house.matrix.of(Line)[-1].words
    (offer,) = house.store.records.offers.values()
    assert offer.state is OfferState.DRAFT
    assert offer.compose_room != LOUNGE
    assert len(house.matrix.redacted) >= 1


async def test_a_file_that_says_it_is_too_large_is_taken_out_without_being_fetched(
    house: BotHarness,
) -> None:
    raw = house.timeline.file(LOUNGE, ALICE, "mxc://test/huge", "film.mp4", size=2_000_000)
    await house.hears(raw)
    await house.says(ALICE, LOUNGE, "!ppv 5 USD Sunset")
    (offer,) = house.store.records.offers.values()
    assert "larger than 1 MB" in (offer.attachments[0].error or "")
    assert raw["event_id"] in house.matrix.redacted


async def test_words_without_a_price_in_a_room_are_answered(house: BotHarness) -> None:
    await house.says(ALICE, LOUNGE, "!ppv sunset")
    assert "can't see a price" in house.matrix.of(Line)[-1].words
    await house.says(ALICE, LOUNGE, "!ppv price 5 USD")
    assert "direct chat" in house.matrix.of(Line)[-1].words
