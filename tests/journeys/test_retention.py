"""What nobody needs any more goes in the end, and never without a word to those whose it is."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from bot.domain.offers.offer import OfferState
from bot.domain.people.audit_log import AuditAction
from bot.ids import OfferId, UserId, code_of
from bot.messages import Alert, Goods, Line, PersonalLink, Placeholder
from tests.support.bot_harness import ADMINS, ALICE, BOB, CAROL, LOUNGE, RULES, STUDIO, BotHarness

PNG = b"\x89PNG a picture of the harbour"


@pytest.fixture
async def house() -> BotHarness:
    house = BotHarness()
    await house.open_studio()
    await house.bot.clean_up_records.begin()
    await house.work()
    return house


def sparing(house: BotHarness, **kept: timedelta | None) -> None:
    """From now on other rules."""
    rules: dict[str, Any] = dict(kept)
    house.restart(retention=replace(RULES.retention, **rules))


async def days_pass(house: BotHarness, number: int) -> None:
    for _ in range(number):
        await house.time_passes(days=1)


async def a_draft(house: BotHarness) -> OfferId:
    await house.sends(ALICE, STUDIO, PNG, "1.png")
    await house.says(ALICE, STUDIO, "text Sunset")
    return next(iter(house.store.records.offers))


async def bought_and_withdrawn(house: BotHarness, *buyers: UserId) -> OfferId:
    offer = await house.publishes(PNG)
    for buyer in buyers:
        await house.says(buyer, LOUNGE, f"!ppv buy {code_of(offer)}")
        await house.pays(buyer)
    await house.says(ALICE, STUDIO, f"!ppv withdraw {code_of(offer)}")
    return offer


def notices(house: BotHarness, who: UserId = ALICE) -> list[str]:
    room = STUDIO if who == ALICE else house.direct(who)
    lines = [each for each in house.matrix.in_room(room) if isinstance(each, Line)]
    return [each.words for each in lines if "!ppv keep" in each.words]


def has_keys(house: BotHarness, offer: OfferId) -> bool:
    return any(each.encrypted for each in house.store.records.offers[offer].attachments)


def removed(house: BotHarness) -> list[str]:
    acts = house.store.records.admin_acts.values()
    return [act.target for act in acts if act.action is AuditAction.REMOVE]


# --- drafts


async def test_a_draft_goes_two_weeks_after_its_seller_was_told_once(house: BotHarness) -> None:
    offer = await a_draft(house)
    await days_pass(house, 165)
    assert notices(house) == []
    await days_pass(house, 2)
    (notice,) = notices(house)
    for words in ("“Sunset”", code_of(offer), "throw it away", "On 23 May 2027"):
        assert words in notice
    await days_pass(house, 12)
    assert house.store.records.offers[offer].state is OfferState.DRAFT
    await days_pass(house, 4)
    assert house.store.records.offers[offer].state is OfferState.DISCARDED
    assert not has_keys(house, offer)
    assert len(notices(house)) == 1
    assert removed(house) == [code_of(offer)]
    await days_pass(house, 35)
    assert offer not in house.store.records.offers
    assert offer not in house.store.records.idle
    assert not await house.store.queue.failed_jobs()


@pytest.mark.parametrize("words", ["keep {code}", "price 7 USD"])
async def test_whoever_says_so_or_changes_it_keeps_it_for_as_long_again(
    house: BotHarness, words: str
) -> None:
    offer = await a_draft(house)
    await days_pass(house, 170)
    assert len(notices(house)) == 1
    await house.says(ALICE, STUDIO, words.format(code=code_of(offer)))
    await days_pass(house, 160)
    assert house.store.records.offers[offer].state is OfferState.DRAFT
    assert len(notices(house)) == 1
    await days_pass(house, 10)
    assert len(notices(house)) == 2
    await days_pass(house, 20)
    assert house.store.records.offers[offer].state is OfferState.DISCARDED


async def test_nothing_goes_while_its_seller_cannot_be_told(house: BotHarness) -> None:
    offer = await a_draft(house)
    house.matrix.members[STUDIO] = set()
    house.matrix.shut.add(ALICE)
    await days_pass(house, 220)
    assert house.store.records.offers[offer].state is OfferState.DRAFT
    alerts = [each for each in house.matrix.in_room(ADMINS) if isinstance(each, Alert)]
    assert len([each for each in alerts if code_of(offer) in each.words]) == 1
    house.matrix.shut.clear()
    await days_pass(house, 20)
    assert house.store.records.offers[offer].state is OfferState.DISCARDED


async def test_with_nothing_set_all_is_kept_for_ever(house: BotHarness) -> None:
    sparing(house, drafts=None, withdrawn=None, links=None, reports=None, inbox=None)
    offer = await a_draft(house)
    await days_pass(house, 400)
    assert has_keys(house, offer)
    assert notices(house) == []
    assert removed(house) == []


@pytest.mark.parametrize("place", [1, 2, 3, 4])
async def test_killed_while_it_tells_them_it_tells_them_once(house: BotHarness, place: int) -> None:
    await a_draft(house)
    await days_pass(house, 165)
    house.fuse.places, house.fuse.kills_at = 0, place
    await days_pass(house, 3)
    assert len(notices(house)) == 1


# --- what was off sale


async def test_what_nobody_bought_is_forgotten_with_its_words(house: BotHarness) -> None:
    offer = await bought_and_withdrawn(house)
    await house.says(CAROL, LOUNGE, f"!ppv buy {code_of(offer)}")
    await days_pass(house, 354)
    (notice,) = notices(house)
    assert "its words and its figures" in notice
    await days_pass(house, 20)
    assert offer not in house.store.records.offers
    assert removed(house) == [code_of(offer)]


async def test_what_somebody_bought_is_kept_for_ever(house: BotHarness) -> None:
    offer = await bought_and_withdrawn(house, BOB)
    await days_pass(house, 800)
    assert notices(house) == notices(house, BOB) == []
    await house.says(BOB, house.direct(BOB), f"library {code_of(offer)}")
    assert len(house.matrix.of(Goods)) == 2


async def test_unless_the_settings_say_otherwise_and_all_were_told(house: BotHarness) -> None:
    sparing(house, purchased_files=timedelta(days=100))
    offer = await bought_and_withdrawn(house, BOB, CAROL)
    ledger, payments = dict(house.store.records.ledger), payments_in(house)
    await days_pass(house, 90)
    for who in (BOB, CAROL):
        (notice,) = notices(house, who)
        assert "Those in your app stay yours" in notice
    assert "those who bought it are told" in notices(house)[0]
    await days_pass(house, 14)
    assert not has_keys(house, offer)
    await house.bot.delete_orphans.begin()
    await days_pass(house, 4)
    assert not house.blobs.blobs
    assert (house.store.records.ledger, payments_in(house)) == (ledger, payments)
    await house.says(BOB, house.direct(BOB), f"library {code_of(offer)}")
    assert "deleted here by now" in house.matrix.of(Line)[-1].words
    assert not await house.store.queue.failed_jobs()


def payments_in(house: BotHarness) -> list[object]:
    return [each.payments for each in house.store.records.purchases.values()]


@pytest.mark.parametrize("words", ["keep {code}", "library {code}"])
async def test_one_buyer_who_wants_it_keeps_it_for_all(house: BotHarness, words: str) -> None:
    sparing(house, purchased_files=timedelta(days=100))
    offer = await bought_and_withdrawn(house, BOB, CAROL)
    await days_pass(house, 90)
    await house.says(BOB, house.direct(BOB), words.format(code=code_of(offer)))
    await days_pass(house, 80)
    assert has_keys(house, offer)
    assert len(notices(house, CAROL)) == 1


async def test_nobody_keeps_what_is_not_theirs(house: BotHarness) -> None:
    offer = await a_draft(house)
    await house.says(CAROL, LOUNGE, "!ppv library")
    await house.says(CAROL, house.direct(CAROL), f"keep {code_of(offer)}")
    assert "neither sell nor own" in house.matrix.of(Line)[-1].words
    await house.says(CAROL, house.direct(CAROL), "keep")
    assert "Which one?" in house.matrix.of(Line)[-1].words


# --- traces


async def test_links_that_nobody_paid_by_go_and_one_gets_a_new_one(house: BotHarness) -> None:
    await house.publishes(PNG)
    await house.reacts(BOB, LOUNGE, house.matrix.event_of(Placeholder), "🔓")
    first = house.link_of(BOB)
    await days_pass(house, 367)
    assert not house.store.records.purchases
    assert removed(house) == ["records"]
    await house.reacts(BOB, LOUNGE, house.matrix.event_of(Placeholder), "🔓")
    assert house.link_of(BOB) != first
    await house.pays(BOB)
    assert len(house.matrix.of(Goods)) == 1
    assert len(house.matrix.of(PersonalLink)) == 2


async def test_what_was_heard_long_ago_is_forgotten(house: BotHarness) -> None:
    await a_draft(house)
    before = len(house.store.records.inbox)
    await days_pass(house, 182)
    assert len(house.store.records.inbox) < before
