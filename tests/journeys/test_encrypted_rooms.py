"""What is said in encrypted rooms, with its key and without."""

import pytest

from bot.ids import RoomId
from bot.messages import (
    FreePreview,
    Help,
    KeyMissing,
    Line,
    PersonalLink,
    Placeholder,
    TeaserPicture,
    Welcome,
)
from tests.support.bot_harness import ALICE, BOB, LOUNGE, STUDIO, BotHarness
from tests.support.fake_homeserver import BOT

PNG = b"\x89PNG a picture"


@pytest.fixture
async def house() -> BotHarness:
    house = BotHarness()
    await house.open_studio()
    house.matrix.encrypted = {STUDIO, LOUNGE}
    return house


async def test_a_command_is_obeyed_once_whichever_way_it_comes(house: BotHarness) -> None:
    house.matrix.keys.add("s1")
    said = house.timeline.text(STUDIO, ALICE, "help")
    for _ in range(2):
        await house.hears_encrypted(house.timeline.encrypted(said, "s1"))
    assert len(house.matrix.of(Help)) == 1


async def test_a_command_whose_key_comes_late_is_obeyed_at_once_then(house: BotHarness) -> None:
    said = house.timeline.text(STUDIO, ALICE, "help")
    await house.hears_encrypted(house.timeline.encrypted(said, "s1"))
    await house.time_passes(seconds=5)
    assert not house.matrix.of(Help)
    house.restart()
    await house.key_comes("s1")
    assert len(house.matrix.of(Help)) == 1
    assert not house.matrix.of(KeyMissing)


async def test_who_cannot_be_read_is_told_once_for_each_session(house: BotHarness) -> None:
    first, second = (house.timeline.text(STUDIO, ALICE, words) for words in ("help", "5 USD"))
    for said in (first, second):
        await house.hears_encrypted(house.timeline.encrypted(said, "s1"))
    await house.time_passes(seconds=20)
    assert not house.matrix.of(KeyMissing)
    for _ in range(6):
        await house.time_passes(seconds=60)
    (answer,) = [said for said in house.matrix.said if isinstance(said.message, KeyMissing)]
    assert (answer.room, answer.reply_to) == (STUDIO, first["event_id"])


async def test_among_others_the_bot_says_nothing_of_what_it_cannot_read(house: BotHarness) -> None:
    said = house.timeline.text(LOUNGE, BOB, "between us")
    await house.hears_encrypted(house.timeline.encrypted(said, "s1"))
    await house.time_passes(minutes=5)
    assert not house.matrix.of(KeyMissing)


async def test_after_a_day_it_is_given_up(house: BotHarness) -> None:
    said = house.timeline.text(STUDIO, ALICE, "help")
    await house.hears_encrypted(house.timeline.encrypted(said, "s1"))
    await house.time_passes(hours=25)
    assert not (await house.store.queue.stats()).waiting
    await house.key_comes("s1")
    assert not house.matrix.of(Help)


async def test_a_flag_in_an_encrypted_room_is_answered_with_the_way_to_the_studio(
    house: BotHarness,
) -> None:
    house.matrix.keys.add("s1")
    flag = house.timeline.text(LOUNGE, ALICE, "!ppv 5 USD")
    url = house.upload(PNG)
    file = house.timeline.file(LOUNGE, ALICE, url, "1.png", caption="!ppv 5 USD")
    for each in (flag, file):
        await house.hears_encrypted(house.timeline.encrypted(each, "s1"))
    answers = [said.reply_to for said in house.matrix.said if isinstance(said.message, Line)]
    assert answers == [flag["event_id"], file["event_id"]]
    assert not house.matrix.redacted


async def test_what_stands_for_an_offer_is_sealed_in_an_encrypted_room(house: BotHarness) -> None:
    await house.sends(ALICE, STUDIO, PNG, "1.png")
    await house.sends(ALICE, STUDIO, PNG + b" free", "2.png")
    for words in ("!ppv free 2", "5 USD", "!ppv publish #lounge:test"):
        await house.says(ALICE, STUDIO, words)
    assert house.matrix.of(Placeholder)
    (teaser,), (free,) = house.matrix.of(TeaserPicture), house.matrix.of(FreePreview)
    for where in (teaser.where, free.where):
        assert not isinstance(where, str)
        assert PNG not in (house.matrix.media[where.url] or b"")


@pytest.mark.parametrize("private", [True, False])
async def test_a_clear_direct_room_is_good_enough_only_if_the_settings_say_so(
    house: BotHarness, private: bool
) -> None:
    await house.publishes(PNG)
    chat = house.timeline.invitation("!chat:test", BOB, BOT, direct=True)
    house.matrix.members["!chat:test"] = {BOB}  # type: ignore[index]
    await house.hears(chat)
    house.restart(private=private)
    await house.says(BOB, LOUNGE, f"!ppv buy {house.matrix.of(Placeholder)[0].code}")
    (link,) = [said for said in house.matrix.said if isinstance(said.message, PersonalLink)]
    assert (link.room == "!chat:test") is not private


@pytest.mark.parametrize("private", [True, False])
async def test_who_opens_a_clear_chat_is_told_how_to_make_it_private(
    house: BotHarness, private: bool
) -> None:
    house.restart(private=private)
    house.matrix.members[RoomId("!clear:test")] = {BOB}
    await house.hears(house.timeline.invitation("!clear:test", BOB, BOT, direct=True))
    assert house.matrix.of(Welcome)[-1].too_open is private


async def test_what_others_send_in_an_encrypted_room_is_never_stored(house: BotHarness) -> None:
    house.matrix.keys.add("s1")
    file = house.timeline.file(LOUNGE, BOB, house.upload(PNG), "private.png")
    await house.bot.decrypt_events([house.timeline.encrypted(file, "s1")])
    assert (await house.store.queue.stats()).waiting == 0
