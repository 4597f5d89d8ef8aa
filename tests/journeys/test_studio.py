"""A seller in the studio: files become a draft, the draft an offer."""

from typing import Any

import pytest

from bot.crypto.attachment_cipher import ContentKey, Encryptor
from bot.crypto.encrypted_file import EncryptedFile
from bot.domain.offers.offer import OfferState
from bot.errors import UserError
from bot.ids import MxcUri, code_of
from bot.messages import (
    Bought,
    DraftCard,
    FreePreview,
    Goods,
    Help,
    Line,
    Placeholder,
    PreviewAfter,
    PreviewBefore,
    Published,
    TeaserPicture,
    Welcome,
)
from tests.support.bot_harness import ALICE, BOB, LOUNGE, STUDIO, BotHarness
from tests.support.fake_homeserver import BOT

PNG = b"\x89PNG a picture of the harbour"


def card(house: BotHarness) -> DraftCard:
    return house.matrix.of(DraftCard)[-1]


def last_line(house: BotHarness) -> str:
    return house.matrix.of(Line)[-1].words


async def test_the_bot_comes_when_invited_and_says_what_it_is_for(house: BotHarness) -> None:
    assert BOT in house.matrix.members[STUDIO]
    assert house.matrix.in_room(STUDIO) == [Welcome(may_sell=True)]


async def test_files_become_one_draft_that_is_listed_and_kept_up_to_date(house: BotHarness) -> None:
    await house.sends(ALICE, STUDIO, PNG, "harbour.png")
    await house.sends(ALICE, STUDIO, b"x" * 2_000, "notes.pdf", msgtype="m.file")
    first, second = card(house).items
    assert (first.number, first.name, first.about) == (
        1,
        "harbour.png",
        "photo, 1600\N{MULTIPLICATION SIGN}1200, 29 bytes",
    )
    assert (second.number, second.name, second.about) == (2, "notes.pdf", "file, 2 kB")
    assert first.sealed
    assert second.sealed
    assert not first.fault
    assert len(house.matrix.of(DraftCard)) == 1, "one message, changed by edits"
    assert "no price yet" in card(house).next_step


async def test_a_draft_is_priced_worded_and_trimmed_by_commands(house: BotHarness) -> None:
    for name in ("1.png", "2.png", "3.png"):
        await house.sends(ALICE, STUDIO, PNG, name)
    await house.says(ALICE, STUDIO, "!ppv price 5 EUR")
    await house.says(ALICE, STUDIO, "text Sunset over\nthe harbour")
    await house.says(ALICE, STUDIO, "/ppv free 2")
    await house.says(ALICE, STUDIO, "!ppv remove 3")
    shown = card(house)
    assert (shown.price, shown.text) == ("5.00 EUR", "Sunset over\nthe harbour")
    assert [(item.name, item.free) for item in shown.items] == [("1.png", False), ("2.png", True)]
    await house.says(ALICE, STUDIO, "paid 2")
    assert not card(house).items[1].free


async def test_price_and_text_may_come_in_one_line_even_first(house: BotHarness) -> None:
    await house.says(ALICE, STUDIO, "$5 Sunset")
    await house.sends(ALICE, STUDIO, PNG, "1.png")
    assert (card(house).price, card(house).text, len(card(house).items)) == (
        "5.00 USD",
        "Sunset",
        1,
    )


async def test_captions_join_the_text(house: BotHarness) -> None:
    await house.sends(ALICE, STUDIO, PNG, "1.png", caption="Sunset")
    await house.sends(ALICE, STUDIO, PNG, "2.png", caption="and dawn")
    await house.sends(ALICE, STUDIO, PNG, "3.png", caption="!ppv 7 USD for early birds")
    await house.time_passes(seconds=2)
    assert card(house).text == "Sunset\nand dawn\nfor early birds"
    assert card(house).price == "7.00 USD"


async def test_an_edited_command_is_followed(house: BotHarness) -> None:
    await house.sends(ALICE, STUDIO, PNG, "1.png")
    command = await house.says(ALICE, STUDIO, "!ppv price 5 USD")
    await house.hears(house.timeline.edit(STUDIO, ALICE, command, "!ppv price 6 USD"))
    assert card(house).price == "6.00 USD"


async def test_a_file_that_its_seller_deletes_leaves_the_draft(house: BotHarness) -> None:
    event = await house.sends(ALICE, STUDIO, PNG, "1.png")
    await house.sends(ALICE, STUDIO, PNG, "2.png")
    await house.hears(house.timeline.redaction(STUDIO, ALICE, event))
    await house.time_passes(seconds=2)
    assert [item.name for item in card(house).items] == ["2.png"]


async def test_a_draft_survives_a_restart(house: BotHarness) -> None:
    await house.sends(ALICE, STUDIO, PNG, "1.png")
    house.restart()
    await house.says(ALICE, STUDIO, "!ppv draft")
    assert [item.name for item in card(house).items] == ["1.png"]


async def test_the_preview_is_what_buyers_will_see_before_and_after(house: BotHarness) -> None:
    await house.sends(ALICE, STUDIO, PNG, "1.png")
    await house.sends(ALICE, STUDIO, PNG + b"!", "2.png")
    await house.says(ALICE, STUDIO, "5 USD Sunset")
    await house.says(ALICE, STUDIO, "!ppv free 2")
    before = len(house.matrix.said)
    await house.says(ALICE, STUDIO, "!ppv preview")
    seen = [type(said.message) for said in house.matrix.said[before:]]
    assert seen == [
        PreviewBefore, TeaserPicture, Placeholder, FreePreview, PreviewAfter, Bought, Goods,
    ]  # fmt: skip
    assert not house.matrix.in_room(LOUNGE)


async def test_publishing_posts_one_placeholder_and_tells_the_seller(house: BotHarness) -> None:
    offer = await house.publishes(PNG, PNG + b"2")
    teaser, placeholder = house.matrix.in_room(LOUNGE)
    assert isinstance(teaser, TeaserPicture)
    assert isinstance(placeholder, Placeholder)
    assert placeholder.text == "Sunset"
    assert placeholder.price == "5.00 USD"
    assert placeholder.contents == "2 photos, 59 bytes"
    assert placeholder.code == code_of(offer)
    assert placeholder.link == f"https://ppv.test/m/{offer}"
    assert house.matrix.reactions == [(LOUNGE, house.matrix.event_of(Placeholder), "🔓")]
    (told,) = house.matrix.of(Published)
    assert (told.rooms, told.code) == (("#lounge:test",), code_of(offer))
    assert house.store.records.offers[offer].state is OfferState.OPEN


async def test_nothing_that_is_sold_reaches_the_homeserver_in_the_clear(house: BotHarness) -> None:
    await house.publishes(PNG)
    copies = set(house.store.records.media_copies.values())
    assert copies
    assert all(PNG not in (house.matrix.media[url] or b"") for url in copies)
    assert all(PNG not in blob for blob in house.blobs.blobs.values())


async def test_free_previews_are_posted_as_they_are(house: BotHarness) -> None:
    await house.sends(ALICE, STUDIO, PNG, "1.png")
    await house.sends(ALICE, STUDIO, PNG + b" free", "2.png")
    await house.says(ALICE, STUDIO, "!ppv free 2")
    await house.says(ALICE, STUDIO, "5 USD")
    await house.says(ALICE, STUDIO, "!ppv publish #lounge:test")
    (preview,) = house.matrix.of(FreePreview)
    assert isinstance(preview.where, str)
    assert house.matrix.media[preview.where] == PNG + b" free"
    assert house.matrix.of(Placeholder)[0].contents == "1 photo, 29 bytes"


async def test_two_publishes_at_once_make_one_offer(house: BotHarness) -> None:
    await house.sends(ALICE, STUDIO, PNG, "1.png")
    await house.says(ALICE, STUDIO, "5 USD")
    twice = [house.timeline.text(STUDIO, ALICE, "!ppv publish #lounge:test") for _ in range(2)]
    await house.hears(*twice)
    assert len(house.matrix.of(Placeholder)) == 1
    assert "no draft right now" in last_line(house)


async def test_a_homeserver_that_counts_from_one_again_is_still_heard(house: BotHarness) -> None:
    house.homeserver_restarts()
    await house.sends(ALICE, STUDIO, PNG, "1.png")
    assert [item.name for item in card(house).items] == ["1.png"]


async def test_the_same_transaction_twice_is_one(house: BotHarness) -> None:
    raw = house.timeline.file(STUDIO, ALICE, house.upload(PNG), "1.png")
    await house.hears(raw)
    await house.hears(raw)
    assert len(card(house).items) == 1


@pytest.mark.parametrize(
    ("words", "answer"),
    [
        ("!ppv publish #lounge:test", "no price yet"),
        ("!ppv publish", "In which room"),
        ("!ppv publish #nowhere:test", "no room"),
        ("!ppv price", "Which price"),
        ("!ppv price free", "Which price"),
        ("!ppv price 0", "more than nothing"),
        ("!ppv price 0.10 USD", "smallest price is 0.50 USD"),
        ("!ppv price 5 XYZ", "don't know the currency"),
        ("!ppv text", "Which words"),
        ("!ppv free 7", "no attachment 7"),
        ("!ppv remove first", "Which attachment"),
        ("!ppv pirce 5", "Did you mean `!ppv price`?"),
        ("good morning", "did not understand"),
        ("!ppv buy nonsense", "Which one?"),
        ("!ppv buy K7QM2-XPA4E", "no offer with that code"),
        ("!ppv library K7QM2-XPA4E", "have not bought"),
        ("!ppv done", "not waiting"),
    ],
)
async def test_what_cannot_be_done_is_said_with_what_to_do(
    house: BotHarness, words: str, answer: str
) -> None:
    await house.sends(ALICE, STUDIO, PNG, "1.png")
    event = await house.says(ALICE, STUDIO, words)
    assert answer in last_line(house)
    assert house.matrix.said[-1].reply_to == event
    assert [item.name for item in card(house).items] == ["1.png"], "nothing is lost"


async def test_publishing_where_the_bot_or_the_seller_is_not_is_refused(house: BotHarness) -> None:
    await house.sends(ALICE, STUDIO, PNG, "1.png")
    await house.says(ALICE, STUDIO, "5 USD")
    for member, says in ((ALICE, "I am not in"), (BOT, "You are not in")):
        house.matrix.members[LOUNGE] = {member, BOB}
        await house.says(ALICE, STUDIO, "!ppv publish #lounge:test")
        assert says in last_line(house)
    assert not house.matrix.in_room(LOUNGE)


async def test_a_file_that_says_it_is_too_large_is_refused_before_it_is_fetched(
    house: BotHarness,
) -> None:
    await house.sends(ALICE, STUDIO, b"tiny", "film.mp4", msgtype="m.video", size=2_000_000)
    assert "larger than 1 MB" in last_line(house)
    assert not house.matrix.of(DraftCard)


async def test_a_file_that_turns_out_too_large_is_marked_and_blocks_publishing(
    house: BotHarness,
) -> None:
    await house.sends(ALICE, STUDIO, b"x" * 1_000_001, "film.mp4", msgtype="m.video", size=5)
    assert "larger than 1 MB" in (card(house).items[0].fault or "")
    await house.says(ALICE, STUDIO, "5 USD")
    await house.says(ALICE, STUDIO, "!ppv publish #lounge:test")
    assert "remove 1" in last_line(house)


async def test_a_file_that_is_gone_is_marked(house: BotHarness) -> None:
    raw = house.timeline.file(STUDIO, ALICE, "mxc://test/gone", "1.png")
    await house.hears(raw)
    assert "gone" in (card(house).items[0].fault or "")


def encrypted(house: BotHarness, sealed: bytes, key: ContentKey, sha256: bytes) -> dict[str, Any]:
    """A file as clients send it into an encrypted room."""
    file = EncryptedFile(MxcUri(house.upload(sealed)), key, sha256).to_json()
    raw = house.timeline.file(STUDIO, ALICE, "mxc://test/unused", "1.png")
    del raw["content"]["url"]
    raw["content"]["file"] = file
    return raw


async def test_an_encrypted_file_is_opened_and_sealed_anew_under_a_key_of_ours(
    house: BotHarness,
) -> None:
    sealer = Encryptor(key := ContentKey.fresh())
    sealed = sealer.encrypt(PNG)
    sealer.digest(sealed)
    await house.hears(encrypted(house, sealed, key, sealer.sha256()))
    (offer,) = house.store.records.offers.values()
    (attachment,) = offer.attachments
    assert attachment.encrypted is not None
    assert attachment.source
    assert attachment.source.encrypted is None, "the sender's key is not kept"
    (stored,) = [blob for blob in house.blobs.blobs.values() if len(blob) == len(PNG)]
    assert stored not in {PNG, sealed}
    assert card(house).items[0].about.endswith("29 bytes")


async def test_an_encrypted_file_that_was_damaged_is_marked_and_nothing_of_it_is_sold(
    house: BotHarness,
) -> None:
    sealer = Encryptor(key := ContentKey.fresh())
    sealed = sealer.encrypt(PNG)
    await house.hears(encrypted(house, sealed, key, sealer.sha256()))
    assert "checksum is wrong" in (card(house).items[0].fault or "")
    assert not house.blobs.blobs
    (offer,) = house.store.records.offers.values()
    (damaged,) = offer.attachments
    assert damaged.source
    assert damaged.source.encrypted is None
    await house.says(ALICE, STUDIO, "5 USD")
    await house.says(ALICE, STUDIO, "!ppv publish #lounge:test")
    assert "remove 1" in last_line(house)
    assert not house.matrix.in_room(LOUNGE)


async def test_more_files_than_an_offer_holds_are_refused_and_named(house: BotHarness) -> None:
    for number in range(4):
        await house.sends(ALICE, STUDIO, PNG, f"{number}.png")
    assert "at most 3" in last_line(house)
    await house.time_passes(seconds=2)
    assert len(card(house).items) == 3


async def test_a_discarded_draft_is_gone_and_the_next_file_begins_anew(house: BotHarness) -> None:
    await house.sends(ALICE, STUDIO, PNG, "1.png")
    await house.says(ALICE, STUDIO, "!ppv discard")
    await house.says(ALICE, STUDIO, "!ppv price 5")
    assert "no draft" in last_line(house)
    await house.sends(ALICE, STUDIO, PNG, "2.png")
    assert [item.name for item in card(house).items] == ["2.png"]


async def test_who_may_not_sell_is_told_so(house: BotHarness) -> None:
    room = await house.matrix.open_direct(BOB)
    async with house.store.begin() as uow:
        await uow.direct_rooms.save(BOB, room)
    await house.sends(BOB, room, PNG, "1.png")
    assert "may not sell" in last_line(house)
    await house.says(BOB, room, "help")
    assert house.matrix.of(Help)[-1].may_sell is False


async def test_notices_and_malformed_events_are_passed_over(house: BotHarness) -> None:
    before = len(house.matrix.said)
    notice = house.timeline.event(
        STUDIO, ALICE, "m.room.message", {"msgtype": "m.notice", "body": "!ppv help"}
    )
    broken = house.timeline.event(STUDIO, ALICE, "m.room.message", {"msgtype": 5, "body": []})
    await house.hears(notice, broken, {"type": "m.room.message"}, {"event_id": 5})
    assert len(house.matrix.said) == before


async def test_a_troll_is_not_answered(house: BotHarness) -> None:
    before = len(house.matrix.said)
    await house.says("@troll:test", LOUNGE, "!ppv help")  # type: ignore[arg-type]
    assert len(house.matrix.said) == before


def test_refusals_are_said_as_they_stand() -> None:
    assert str(UserError("Say it so.")) == "Say it so."


@pytest.mark.parametrize(
    ("type_", "content", "says"),
    [
        ("m.sticker", {"body": "hi", "url": "mxc://test/a", "info": {}}, "a sticker"),
        ("m.poll.start", {"m.poll": {}, "m.text": [{"body": "Which?"}]}, "a poll"),
        ("org.matrix.msc3381.poll.start", {"org.matrix.msc1767.text": "Which?"}, "a poll"),
        ("m.room.message", {"msgtype": "m.location", "geo_uri": "geo:1,2", "body": "x"}, "a place"),
    ],
)
async def test_what_cannot_be_sold_is_answered_in_one_line_and_in_direct_chats_alone(
    type_: str, content: dict[str, Any], says: str
) -> None:
    house = BotHarness()
    await house.open_studio()
    before = len(house.matrix.said)
    for room in (LOUNGE, STUDIO):
        await house.hears(house.timeline.event(room, ALICE, type_, content))
    (said,) = house.matrix.said[before:]
    assert said.room == STUDIO
    assert isinstance(said.message, Line)
    assert f"I can't sell {says}" in said.message.words
