"""The bot does nothing with its power in a room for somebody whom the room does not allow it."""

import pytest

from bot.domain.offers.offer import OfferState
from bot.ids import EventId, UserId, code_of
from bot.messages import Decision, Line, Placeholder, Shop
from bot.ports import Act, Power
from tests.support.bot_harness import ALICE, BOB, CAROL, LOUNGE, STUDIO, BotHarness

PNG = b"\x89PNG a picture of the harbour"
NONE = Power(0, 50)


@pytest.fixture
def house() -> BotHarness:
    return BotHarness()


def forbids(house: BotHarness, act: Act, who: UserId = ALICE) -> None:
    house.matrix.powers[LOUNGE, who, act] = NONE


# --- pinning


async def test_a_seller_who_may_not_pin_does_not_have_it_done(house: BotHarness) -> None:
    house.matrix.pinned_in[LOUNGE] = [EventId("$rules")]
    forbids(house, Act.PIN)
    await house.says(ALICE, LOUNGE, "!ppv pin")
    assert house.matrix.pinned == ["$rules"]
    assert house.matrix.of(Shop) == []
    assert "You may not pin" in house.matrix.of(Line)[-1].words


async def test_a_second_pin_replaces_the_first_and_leaves_those_of_others(
    house: BotHarness,
) -> None:
    house.matrix.pinned_in[LOUNGE] = [EventId("$rules")]
    for _ in range(3):
        await house.says(ALICE, LOUNGE, "!ppv pin")
    lists = [each.event for each in house.matrix.said_of(Shop)]
    assert house.matrix.pinned == ["$rules", lists[-1]]
    assert house.matrix.redacted == lists[:-1]


async def test_a_crash_while_a_list_is_replaced_leaves_one_list(house: BotHarness) -> None:
    await house.says(ALICE, LOUNGE, "!ppv pin")
    for blow in range(1, 8):
        house.fuse.kills_at = house.fuse.places + blow
        await house.says(ALICE, LOUNGE, "!ppv pin")
        lists = [each.event for each in house.matrix.said_of(Shop)]
        assert house.matrix.pinned == [lists[-1]]
        assert house.matrix.redacted == lists[:-1]


async def test_a_list_that_somebody_deleted_is_kept_no_longer(house: BotHarness) -> None:
    await house.says(ALICE, LOUNGE, "!ppv pin")
    (kept,) = house.matrix.said_of(Shop)
    await house.hears(house.timeline.redaction(LOUNGE, CAROL, kept.event))
    edits = kept.edits
    await house.publishes(PNG)
    assert kept.edits == edits


# --- speaking, and taking out


async def test_a_seller_who_may_not_speak_in_a_room_does_not_have_it_done(
    house: BotHarness,
) -> None:
    await house.open_studio()
    forbids(house, Act.SPEAK)
    await house.publishes(PNG)
    assert house.matrix.in_room(LOUNGE) == []
    assert "You may not write in" in house.matrix.of(Line)[-1].words


async def test_a_seller_who_may_not_delete_does_not_have_it_done(house: BotHarness) -> None:
    forbids(house, Act.REDACT_OWN)
    await house.sends(ALICE, LOUNGE, PNG, "1.png")
    await house.says(ALICE, LOUNGE, "!ppv 5 USD")
    assert house.matrix.redacted == []
    assert "does not let you take back" in house.matrix.of(Line)[-1].words


# --- what others delete


async def test_a_moderator_who_deletes_the_placeholder_does_not_end_the_sale(
    house: BotHarness,
) -> None:
    id_ = await house.publishes(PNG)
    placeholder = house.matrix.event_of(Placeholder)
    await house.hears(house.timeline.redaction(LOUNGE, CAROL, placeholder))
    offer = house.store.records.offers[id_]
    assert (offer.state, offer.listings) == (OfferState.OPEN, ())
    (told,) = house.matrix.of(Decision)
    for words in (
        CAROL,
        code_of(id_),
        f"!ppv withdraw {code_of(id_)}",
    ):
        assert words in str(told.words)
    await house.says(BOB, LOUNGE, f"!ppv buy {code_of(id_)}")
    await house.pays(BOB)
    await house.time_passes(days=3)
    offer = house.store.records.offers[id_]
    assert offer.state is OfferState.OPEN
    assert all(each.encrypted for each in offer.paid)


async def test_what_a_moderator_deleted_can_be_posted_again(house: BotHarness) -> None:
    id_ = await house.publishes(PNG)
    for number in range(1, 4):
        last = house.matrix.said_of(Placeholder)[-1]
        assert len(house.matrix.said_of(Placeholder)) == number
        await house.hears(house.timeline.redaction(LOUNGE, CAROL, last.event))
        await house.bot.publish_offer(ALICE, id_, ["#lounge:test"])
        await house.work()
    (listing,) = house.store.records.offers[id_].listings
    assert listing.placeholder == house.matrix.said_of(Placeholder)[-1].event
    assert listing.placeholder not in house.matrix.redacted


async def test_the_sellers_own_deletion_of_the_last_one_ends_the_sale(house: BotHarness) -> None:
    id_ = await house.publishes(PNG)
    placeholder = house.matrix.event_of(Placeholder)
    await house.hears(house.timeline.redaction(LOUNGE, ALICE, placeholder))
    assert house.store.records.offers[id_].state is OfferState.WITHDRAWN
    assert house.matrix.of(Decision) == []


@pytest.mark.parametrize("who", [ALICE, CAROL, UserId("@mallory:evil.test")])
async def test_a_deletion_that_the_room_does_not_allow_changes_nothing(
    house: BotHarness, who: UserId
) -> None:
    id_ = await house.publishes(PNG)
    before = house.store.records.offers[id_]
    forbids(house, Act.REDACT, who)
    for said in list(house.matrix.said):
        await house.hears(house.timeline.redaction(said.room, who, said.event))
    assert house.store.records.offers[id_] == before
    assert house.matrix.of(Decision) == []


async def test_a_deleted_teaser_or_preview_leaves_the_offer_as_it_is(house: BotHarness) -> None:
    id_ = await house.publishes(PNG)
    before = house.store.records.offers[id_]
    for said in [each for each in house.matrix.said if each.room == LOUNGE]:
        if not isinstance(said.message, Placeholder):
            await house.hears(house.timeline.redaction(LOUNGE, CAROL, said.event))
    assert house.store.records.offers[id_] == before


async def test_others_delete_no_file_of_a_draft(house: BotHarness) -> None:
    await house.open_studio()
    event = await house.sends(ALICE, STUDIO, PNG, "1.png")
    house.matrix.members[STUDIO].add(BOB)
    await house.hears(house.timeline.redaction(STUDIO, BOB, event))
    (draft,) = house.store.records.offers.values()
    assert len(draft.attachments) == 1
