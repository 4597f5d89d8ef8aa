"""Those whom no rule lets in: a kind answer, once; and those who are blocked: none."""

import pytest

from bot.domain.people.permissions import Level, NotPermitted, Permissions
from bot.ids import RoomId, UserId
from bot.messages import Line, PersonalLink, Placeholder, Stranger, Welcome
from tests.support.bot_harness import ALICE, BOB, LOUNGE, BotHarness
from tests.support.fake_homeserver import BOT

STRANGER, TROLL = UserId("@ann:away"), UserId("@troll:test")
PARLOUR, CLUB = RoomId("!parlour:away"), RoomId("!club:test")


@pytest.fixture
def house() -> BotHarness:
    return BotHarness()


async def test_a_stranger_who_asks_in_a_room_is_answered_once(house: BotHarness) -> None:
    asked = await house.says(STRANGER, LOUNGE, "!ppv help")
    (said,) = house.matrix.said
    assert said.message == Stranger(STRANGER, "@help:test")
    assert (said.room, said.reply_to) == (LOUNGE, asked)
    await house.says(STRANGER, LOUNGE, "!ppv help")
    assert len(house.matrix.said) == 1


async def test_what_a_stranger_says_to_others_is_not_answered(house: BotHarness) -> None:
    await house.says(STRANGER, LOUNGE, "Good morning!")
    await house.sends(STRANGER, LOUNGE, b"a picture", "cat.png")
    assert house.matrix.said == []


async def test_a_stranger_who_wants_an_offer_is_answered(house: BotHarness) -> None:
    await house.publishes(b"a picture")
    await house.reacts(STRANGER, LOUNGE, "$something-else", "🔓")
    assert house.matrix.of(Stranger) == []
    await house.reacts(STRANGER, LOUNGE, house.matrix.event_of(Placeholder), "🔓")
    assert len(house.matrix.of(Stranger)) == 1
    assert house.matrix.of(PersonalLink) == []


async def test_a_strangers_direct_room_is_left_with_a_word_the_first_time(
    house: BotHarness,
) -> None:
    house.matrix.members[PARLOUR] = {STRANGER}
    for _ in range(2):
        await house.hears(house.timeline.invitation(PARLOUR, STRANGER, BOT, direct=True))
        assert BOT not in house.matrix.members[PARLOUR]
    assert house.matrix.in_room(PARLOUR) == [Stranger(STRANGER, "@help:test")]
    assert house.matrix.of(Welcome) == []


async def test_a_word_to_a_stranger_is_said_once_whenever_the_program_dies(
    house: BotHarness,
) -> None:
    house.matrix.members[PARLOUR] = {STRANGER}
    house.fuse.kills_at = 2
    await house.hears(house.timeline.invitation(PARLOUR, STRANGER, BOT, direct=True))
    assert house.fuse.places > 2
    assert house.matrix.in_room(PARLOUR) == [Stranger(STRANGER, "@help:test")]
    assert BOT not in house.matrix.members[PARLOUR]


async def test_whoever_is_blocked_hears_nothing(house: BotHarness) -> None:
    house.matrix.members[PARLOUR] = {TROLL}
    await house.hears(house.timeline.invitation(PARLOUR, TROLL, BOT, direct=True))
    await house.says(TROLL, LOUNGE, "!ppv help")
    assert house.matrix.said == []
    assert BOT not in house.matrix.members[PARLOUR]


async def test_members_of_a_room_sell_and_lose_that_with_their_membership(
    house: BotHarness,
) -> None:
    house.restart(permissions=Permissions({"test": Level.BUYER, "#club:test": Level.SELLER}))
    house.matrix.members[CLUB] = {BOT, ALICE}
    house.matrix.aliases["#club:test"] = CLUB
    await house.publishes(b"a picture")
    assert len(house.matrix.of(Placeholder)) == 1
    house.matrix.members[CLUB].discard(ALICE)
    await house.says(ALICE, LOUNGE, "!ppv 5 USD Sunset")
    assert "may not sell here yet" in house.matrix.of(Line)[-1].words


async def test_whoever_was_blocked_since_can_no_longer_pay(house: BotHarness) -> None:
    await house.publishes(b"a picture")
    await house.reacts(BOB, LOUNGE, house.matrix.event_of(Placeholder), "🔓")
    house.restart(permissions=Permissions({"test": Level.BUYER, BOB: Level.BLOCK}))
    with pytest.raises(NotPermitted, match="may not buy here"):
        await house.bot.start_checkout(house.link_of(BOB))
    assert not house.stripe.checkouts


async def test_whom_a_policy_list_bans_hears_nothing(house: BotHarness) -> None:
    house.matrix.banned.add(BOB)
    await house.says(BOB, LOUNGE, "!ppv help")
    assert house.matrix.said == []
