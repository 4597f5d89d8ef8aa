"""Rooms are upgraded: what belongs to them follows into the room that has replaced them, and nowhere else.

https://spec.matrix.org/v1.17/client-server-api/#room-upgrades
"""

from typing import Any

import pytest

from bot.domain.offers.offer import OfferState
from bot.domain.people.permissions import Level, Permissions
from bot.ids import OfferId, RoomId, UserId, code_of
from bot.messages import Alert, Decision, Line, Placeholder, Shop
from bot.ports import Act, Power
from tests.support.bot_harness import ADMINS, ALICE, BOB, CAROL, LOUNGE, STUDIO, BotHarness
from tests.support.fake_homeserver import BOT

PNG = b"\x89PNG a picture of the harbour"
NEW = RoomId("!lounge-of-version-12:test")
NEWEST = RoomId("!lounge-of-version-13:test")
MALLORY = UserId("@mallory:evil.test")


@pytest.fixture
def house() -> BotHarness:
    return BotHarness()


def tombstone(house: BotHarness, room: RoomId, new: str, who: UserId = CAROL) -> dict[str, Any]:
    content = {"body": "This room has been replaced", "replacement_room": new}
    return house.timeline.event(room, who, "m.room.tombstone", content, state_key="")


async def upgrade(house: BotHarness, old: RoomId, new: RoomId, *, invites: bool = True) -> None:
    house.matrix.upgrades(old, new, invites=invites)
    await house.hears(tombstone(house, old, new))
    await house.time_passes(minutes=5)


async def published(house: BotHarness, words: str) -> OfferId:
    await house.time_passes(minutes=1)
    if STUDIO not in house.matrix.members:
        await house.open_studio()
    await house.sends(ALICE, STUDIO, PNG, "1.png")
    await house.says(ALICE, STUDIO, f"5 USD {words}")
    await house.says(ALICE, STUDIO, "!ppv publish #lounge:test")
    return max(house.store.records.offers.values(), key=lambda offer: offer.created_at).id


def posted(house: BotHarness, room: RoomId) -> list[str]:
    return [each.text for each in house.matrix.in_room(room) if isinstance(each, Placeholder)]


def chats(house: BotHarness) -> list[RoomId]:
    return [room for room, who in house.store.records.direct_rooms.items() if who == ALICE]


def told(house: BotHarness) -> list[str]:
    return [str(each.words) for each in house.matrix.of(Decision)]


async def test_what_is_on_sale_stands_in_the_new_room_once_and_in_order(house: BotHarness) -> None:
    await published(house, "Cats")
    ended = await published(house, "Ended")
    await published(house, "Dogs")
    await house.says(ALICE, STUDIO, f"!ppv withdraw {code_of(ended)}")
    await upgrade(house, LOUNGE, NEW)
    assert posted(house, NEW) == ["Cats", "Dogs"]
    await house.hears(tombstone(house, LOUNGE, NEW))
    await house.time_passes(minutes=5)
    assert posted(house, NEW) == ["Cats", "Dogs"]
    (words,) = told(house)
    assert "has moved to a new room" in words
    await house.says(BOB, NEW, "!ppv shop")
    assert [each.text for each in house.matrix.of(Shop)[-1].entries] == ["Dogs", "Cats"]


async def test_they_come_one_after_the_other(house: BotHarness) -> None:
    for words in ("Cats", "Dogs", "Birds"):
        await published(house, words)
    house.matrix.upgrades(LOUNGE, NEW)
    await house.hears(tombstone(house, LOUNGE, NEW))
    assert len(posted(house, NEW)) < 3
    await house.time_passes(minutes=1)
    assert posted(house, NEW) == ["Cats", "Dogs", "Birds"]


async def test_what_is_bought_in_the_new_room_is_delivered(house: BotHarness) -> None:
    offer = await published(house, "Cats")
    await upgrade(house, LOUNGE, NEW)
    house.matrix.members[NEW].add(BOB)
    (_, listing) = house.store.records.offers[offer].listings
    await house.reacts(BOB, NEW, str(listing.placeholder), "🔓")
    await house.pays(BOB)
    assert any(each.room == house.direct(BOB) for each in house.matrix.said)
    await house.says(ALICE, STUDIO, f"!ppv price {code_of(offer)} 7 USD")
    assert house.matrix.of(Placeholder)[-1].price == "7.00 USD"


async def test_a_kept_list_is_pinned_in_the_new_room(house: BotHarness) -> None:
    await house.says(ALICE, LOUNGE, "!ppv pin")
    await published(house, "Cats")
    await upgrade(house, LOUNGE, NEW)
    kept = next(each for each in house.matrix.said_of(Shop) if each.room == NEW)
    assert kept.event in house.matrix.pinned
    assert isinstance(kept.message, Shop)
    assert [each.text for each in kept.message.entries] == ["Cats"]


@pytest.mark.parametrize("places", range(1, 16))
async def test_a_crash_on_the_way_doubles_nothing(house: BotHarness, places: int) -> None:
    await house.says(ALICE, LOUNGE, "!ppv pin")
    await published(house, "Cats")
    house.fuse.kills_at = house.fuse.places + places
    await upgrade(house, LOUNGE, NEW)
    assert posted(house, NEW) == ["Cats"]
    assert len([each for each in house.matrix.said_of(Shop) if each.room == NEW]) == 1
    assert len(told(house)) == 1


async def test_a_room_that_does_not_let_the_bot_in_is_asked_for_and_then_taken(
    house: BotHarness,
) -> None:
    await published(house, "Cats")
    await upgrade(house, LOUNGE, NEW, invites=False)
    (words,) = told(house)
    assert "invite me there" in words
    house.matrix.closed.clear()
    house.matrix.inviters[NEW] = MALLORY
    await house.hears(house.timeline.invitation(NEW, MALLORY, BOT, direct=False))
    await house.time_passes(minutes=5)
    assert posted(house, NEW) == ["Cats"]


async def test_an_invitation_that_comes_before_the_tombstone_is_followed(house: BotHarness) -> None:
    await published(house, "Cats")
    house.matrix.members[NEW], house.matrix.predecessors[NEW] = set(), LOUNGE
    house.matrix.inviters[NEW] = ALICE
    await house.hears(house.timeline.invitation(NEW, ALICE, BOT, direct=False))
    assert posted(house, NEW) == []
    await upgrade(house, LOUNGE, NEW)
    assert posted(house, NEW) == ["Cats"]


# --- what proves nothing


async def test_a_tombstone_that_the_room_does_not_have_changes_nothing(house: BotHarness) -> None:
    await published(house, "Cats")
    house.matrix.members[NEW], house.matrix.predecessors[NEW] = set(), LOUNGE
    await house.hears(tombstone(house, LOUNGE, NEW, MALLORY))
    await house.time_passes(minutes=5)
    assert BOT not in house.matrix.members[NEW]


async def test_a_room_that_was_not_made_to_replace_it_takes_nothing_over(house: BotHarness) -> None:
    await published(house, "Cats")
    house.matrix.members[NEW], house.matrix.tombstones[LOUNGE] = {MALLORY}, NEW
    await house.hears(tombstone(house, LOUNGE, NEW, MALLORY))
    await house.time_passes(minutes=5)
    assert posted(house, NEW) == []
    assert BOT not in house.matrix.members[NEW]


async def test_the_bot_stays_in_a_room_of_its_own_that_a_tombstone_names(house: BotHarness) -> None:
    house.matrix.members[NEW], house.matrix.tombstones[LOUNGE] = {BOT, ALICE}, NEW
    await house.hears(tombstone(house, LOUNGE, NEW))
    assert BOT in house.matrix.members[NEW]


@pytest.mark.parametrize("content", [{}, {"replacement_room": 5}, {"replacement_room": "#x:y"}])
async def test_a_malformed_tombstone_harms_nobody(
    house: BotHarness, content: dict[str, Any]
) -> None:
    await published(house, "Cats")
    raw = house.timeline.event(LOUNGE, CAROL, "m.room.tombstone", content, state_key="")
    await house.hears(raw)
    await house.says(BOB, LOUNGE, "!ppv shop")
    assert house.matrix.of(Shop)


async def test_offers_of_an_encrypted_room_do_not_go_into_a_clear_one(house: BotHarness) -> None:
    await published(house, "Cats")
    house.matrix.encrypted.add(LOUNGE)
    await upgrade(house, LOUNGE, NEW)
    assert posted(house, NEW) == []
    assert "not encrypted" in told(house)[-1]


async def test_a_seller_who_may_not_write_in_the_new_room_is_told_once(house: BotHarness) -> None:
    await published(house, "Cats")
    offer = await published(house, "Dogs")
    house.matrix.powers[NEW, ALICE, Act.SPEAK] = Power(0, 50)
    await upgrade(house, LOUNGE, NEW)
    assert posted(house, NEW) == []
    assert len([each for each in told(house) if "You may not write there" in each]) == 1
    (listing,) = house.store.records.offers[offer].listings
    assert listing.room == LOUNGE


# --- rooms that mean something


async def test_members_of_a_room_that_the_permissions_name_keep_them(house: BotHarness) -> None:
    house.restart(permissions=Permissions({LOUNGE: Level.SELLER}))
    house.matrix.upgrades(LOUNGE, NEW)
    house.matrix.members[NEW].add(BOT)
    standing = house.bot.publish_offer.authorizer
    assert await standing.allows(BOB, Level.SELLER)
    house.matrix.members[NEW].add(BOB)
    house.matrix.members[LOUNGE].discard(BOB)
    assert await standing.allows(BOB, Level.SELLER)


async def test_who_was_removed_from_the_new_room_is_a_member_no_more(house: BotHarness) -> None:
    house.restart(permissions=Permissions({LOUNGE: Level.SELLER}))
    house.matrix.upgrades(LOUNGE, NEW)
    house.matrix.upgrades(NEW, NEWEST)
    house.matrix.members[NEW].add(BOT)
    house.matrix.members[NEWEST].add(BOT)
    house.matrix.gone.add((NEWEST, BOB))
    standing = house.bot.publish_offer.authorizer
    assert not await standing.allows(BOB, Level.SELLER)
    assert await standing.allows(CAROL, Level.SELLER)


async def test_the_admins_room_moves(house: BotHarness) -> None:
    house.restart(
        admin_room=ADMINS, permissions=Permissions({CAROL: Level.ADMIN, "test": Level.BUYER})
    )
    new = RoomId("!admins-of-version-12:test")
    house.matrix.members[ADMINS].add(CAROL)
    await upgrade(house, ADMINS, new)
    house.matrix.members[new].add(CAROL)
    await house.says(CAROL, new, "!ppv admin block @bob:test spam")
    assert house.matrix.in_room(new)
    await house.says(CAROL, ADMINS, "!ppv admin status")
    assert "in the admins' room" in str(house.matrix.of(Line)[-1].words)


async def test_admins_are_told_of_a_room_that_they_must_let_the_bot_into(house: BotHarness) -> None:
    house.restart(permissions=Permissions({LOUNGE: Level.SELLER, ALICE: Level.SELLER}))
    await upgrade(house, LOUNGE, NEW, invites=False)
    (alert,) = house.matrix.of(Alert)
    assert NEW in str(alert.words)
    assert BOT in str(alert.words)


async def test_a_direct_chat_goes_on_with_its_draft(house: BotHarness) -> None:
    await house.open_studio()
    await house.sends(ALICE, STUDIO, PNG, "1.png")
    new = RoomId("!studio-of-version-12:test")
    house.matrix.upgrades(STUDIO, new)
    house.matrix.members[new].add(ALICE)
    house.matrix.state[STUDIO] = {"replaced": True}
    await house.hears(tombstone(house, STUDIO, new, ALICE))
    await house.says(ALICE, new, "5 USD Cats")
    await house.says(ALICE, new, "!ppv publish #lounge:test")
    (offer,) = house.store.records.offers.values()
    assert offer.state is OfferState.OPEN
    assert chats(house) == [STUDIO, new]
    assert house.matrix.in_room(new)


async def test_a_direct_chat_does_not_go_on_where_others_are(house: BotHarness) -> None:
    await house.open_studio()
    new = RoomId("!studio-of-version-12:test")
    house.matrix.upgrades(STUDIO, new)
    house.matrix.members[new] |= {ALICE, MALLORY}
    await house.hears(tombstone(house, STUDIO, new, ALICE))
    assert new not in chats(house)
    assert house.matrix.in_room(new) == []


async def test_a_price_that_changed_while_the_bot_was_away_is_shown_when_it_is_back(
    house: BotHarness,
) -> None:
    offer = await published(house, "Cats")
    house.matrix.members[LOUNGE].discard(BOT)
    await house.says(ALICE, STUDIO, f"!ppv price {code_of(offer)} 7 USD")
    (placeholder,) = house.matrix.of(Placeholder)
    assert placeholder.price == "5.00 USD"
    house.matrix.inviters[LOUNGE] = ALICE
    await house.hears(house.timeline.invitation(LOUNGE, ALICE, BOT, direct=False))
    (placeholder,) = house.matrix.of(Placeholder)
    assert placeholder.price == "7.00 USD"
