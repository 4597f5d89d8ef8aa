"""Looking around: what is on sale in a room."""

import pytest

from bot.domain.people.permissions import Level, Permissions
from bot.ids import OfferId, RoomId, code_of
from bot.messages import Enclosure, Line, Share, Shop
from bot.ports import Power
from tests.support.bot_harness import ALICE, BOB, LOUNGE, STUDIO, BotHarness
from tests.support.fake_homeserver import BOT

PNG = b"\x89PNG a picture of the harbour"
ATTIC = RoomId("!attic:test")


@pytest.fixture
def house() -> BotHarness:
    house = BotHarness()
    house.matrix.members[ATTIC] = {BOT, ALICE, BOB}
    return house


async def published(house: BotHarness, words: str) -> OfferId:
    """Alice puts a picture on sale in the lounge, a minute after the one before."""
    await house.time_passes(minutes=1)
    if STUDIO not in house.matrix.members:
        await house.open_studio()
    await house.sends(ALICE, STUDIO, PNG, "1.png")
    await house.says(ALICE, STUDIO, f"5 USD {words}")
    await house.says(ALICE, STUDIO, "!ppv publish #lounge:test")
    return max(house.store.records.offers.values(), key=lambda offer: offer.created_at).id


async def shop(house: BotHarness, room: RoomId, words: str = "") -> Shop:
    await house.says(BOB, room, f"!ppv shop {words}")
    return house.matrix.of(Shop)[-1]


async def test_a_rooms_shop_lists_what_is_on_sale_there_the_newest_first(house: BotHarness) -> None:
    cats, dogs = await published(house, "Cats"), await published(house, "Dogs")
    listed = await shop(house, LOUNGE)
    assert [each.code for each in listed.entries] == [code_of(dogs), code_of(cats)]
    first = listed.entries[0]
    assert (first.text, first.contents, first.price) == ("Dogs", "1 photo, 29 bytes", "5.00 USD")
    assert (listed.more, listed.searched) == (0, False)


async def test_it_is_searched_by_words_in_any_order_and_in_capitals_or_not(
    house: BotHarness,
) -> None:
    wanted = await published(house, "Straßenkatzen im Schnee")
    await published(house, "Schnee")
    listed = await shop(house, LOUNGE, "SCHNEE strassenkatzen")
    assert [each.code for each in listed.entries] == [code_of(wanted)]
    assert listed.searched
    assert (await shop(house, LOUNGE, "dogs")).entries == ()


async def test_what_stands_in_another_room_is_not_told(house: BotHarness) -> None:
    await published(house, "Cats")
    assert (await shop(house, ATTIC)).entries == ()


async def test_what_was_withdrawn_is_not_listed(house: BotHarness) -> None:
    offer = await published(house, "Cats")
    await house.says(ALICE, STUDIO, f"!ppv withdraw {code_of(offer)}")
    assert (await shop(house, LOUNGE)).entries == ()


async def test_a_new_price_is_the_one_that_is_listed(house: BotHarness) -> None:
    offer = await published(house, "Cats")
    await house.says(ALICE, STUDIO, f"!ppv price {code_of(offer)} 7 USD")
    assert [each.price for each in (await shop(house, LOUNGE)).entries] == ["7.00 USD"]


async def test_a_long_list_ends_and_says_how_much_is_left_out(house: BotHarness) -> None:
    for number in range(12):
        await published(house, f"Picture {number}")
    listed = await shop(house, LOUNGE)
    assert (len(listed.entries), listed.more) == (10, 2)
    assert [each.text for each in (await shop(house, LOUNGE, "picture 0")).entries] == [
        "Picture 10",
        "Picture 0",
    ]


async def test_in_a_direct_room_it_says_where_to_ask(house: BotHarness) -> None:
    await published(house, "Cats")
    await house.says(ALICE, STUDIO, "shop")
    assert house.matrix.of(Shop) == []
    assert "write `!ppv shop` there" in house.matrix.of(Line)[-1].words


async def test_those_who_are_blocked_get_no_answer(house: BotHarness) -> None:
    await published(house, "Cats")
    house.restart(permissions=Permissions({"*:test": Level.BUYER, BOB: Level.BLOCK}))
    await house.says(BOB, LOUNGE, "!ppv shop")
    assert house.matrix.of(Shop) == []


async def test_a_pinned_list_changes_with_what_is_on_sale(house: BotHarness) -> None:
    await house.says(ALICE, LOUNGE, "!ppv pin")
    (kept,) = house.matrix.said_of(Shop)
    assert house.matrix.pinned == [kept.event]

    def listed() -> list[tuple[str, str]]:
        assert isinstance(kept.message, Shop)
        assert kept.message.kept
        return [(entry.text, entry.price) for entry in kept.message.entries]

    assert listed() == []
    cats = await published(house, "Cats")
    await published(house, "Dogs")
    assert listed() == [("Dogs", "5.00 USD"), ("Cats", "5.00 USD")]
    await house.says(ALICE, STUDIO, f"!ppv price {code_of(cats)} 7 USD")
    await house.work()
    assert listed() == [("Dogs", "5.00 USD"), ("Cats", "7.00 USD")]
    await house.says(ALICE, STUDIO, f"!ppv withdraw {code_of(cats)}")
    assert listed() == [("Dogs", "5.00 USD")]


async def test_a_list_is_kept_even_where_the_bot_may_not_pin(house: BotHarness) -> None:
    house.matrix.bot_power[LOUNGE] = Power(has=0, needs=50)
    await house.says(ALICE, LOUNGE, "!ppv pin")
    assert "To pin it" in house.matrix.of(Line)[-1].words
    await published(house, "Cats")
    (kept,) = house.matrix.said_of(Shop)
    assert isinstance(kept.message, Shop)
    assert len(kept.message.entries) == 1


async def test_only_sellers_pin(house: BotHarness) -> None:
    await house.says(BOB, LOUNGE, "!ppv pin")
    await house.says(ALICE, STUDIO, "!ppv pin")
    assert not house.matrix.of(Shop)


async def test_an_offer_is_shared_by_link_and_by_qr_code(house: BotHarness) -> None:
    offer = await published(house, "Cats")
    await house.says(ALICE, STUDIO, f"!ppv share {code_of(offer)}")
    (share,), (picture,) = house.matrix.of(Share), house.matrix.of(Enclosure)
    assert share == Share("Cats", f"https://ppv.test/m/{offer}")
    assert picture.name == f"{code_of(offer)}.png"


@pytest.mark.parametrize("code", ["", "K7QM2-XPA4E"])
async def test_only_what_is_on_sale_is_shared(house: BotHarness, code: str) -> None:
    await house.open_studio()
    await house.says(ALICE, STUDIO, f"!ppv share {code}")
    assert not house.matrix.of(Share)
    assert house.matrix.of(Line)
