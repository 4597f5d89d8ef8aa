"""What nobody will ever buy is forgotten; what somebody bought is kept."""

import pytest

from bot.ids import OfferId, code_of
from bot.messages import Goods, Line, Placeholder
from tests.support.bot_harness import ALICE, BOB, LOUNGE, STUDIO, BotHarness

PNG = b"\x89PNG a picture of the harbour"


@pytest.fixture
async def house() -> BotHarness:
    house = BotHarness()
    await house.bot.delete_orphans.begin()
    return house


def has_keys(house: BotHarness, offer: OfferId) -> bool:
    return any(each.encrypted for each in house.store.records.offers[offer].attachments)


async def test_keys_and_ciphertexts_of_a_withdrawn_offer_are_gone(house: BotHarness) -> None:
    offer = await house.publishes(PNG)
    await house.says(ALICE, STUDIO, f"!ppv withdraw {code_of(offer)}")
    assert has_keys(house, offer)
    await house.time_passes(days=2)
    assert not has_keys(house, offer)
    await house.time_passes(days=4)
    assert not house.blobs.blobs


async def test_what_somebody_bought_is_kept(house: BotHarness) -> None:
    offer = await house.publishes(PNG)
    await house.reacts(BOB, LOUNGE, house.matrix.event_of(Placeholder), "🔓")
    await house.pays(BOB)
    await house.says(ALICE, STUDIO, f"!ppv withdraw {code_of(offer)}")
    await house.time_passes(days=30)
    await house.says(BOB, house.direct(BOB), f"library {code_of(offer)}")
    assert len(house.matrix.of(Goods)) == 2


async def test_money_that_takes_days_is_waited_for(house: BotHarness) -> None:
    offer = await house.publishes(PNG)
    await house.reacts(BOB, LOUNGE, house.matrix.event_of(Placeholder), "🔓")
    session = await house.clicks(BOB)
    await house.stripe_says(house.stripe.pays_later(session))
    await house.says(ALICE, STUDIO, f"!ppv withdraw {code_of(offer)}")
    for _ in range(5):
        await house.time_passes(days=1)
    await house.stripe_says(house.stripe.pay(session))
    assert len(house.matrix.of(Goods)) == 1
    for _ in range(5):
        await house.time_passes(days=1)
    assert has_keys(house, offer)


async def test_a_discarded_draft_leaves_nothing(house: BotHarness) -> None:
    await house.open_studio()
    await house.sends(ALICE, STUDIO, PNG, "1.png")
    assert house.blobs.blobs
    await house.says(ALICE, STUDIO, "discard")
    await house.time_passes(days=4)
    assert not house.blobs.blobs


async def test_what_is_on_sale_is_not_swept(house: BotHarness) -> None:
    offer = await house.publishes(PNG)
    for _ in range(10):
        await house.time_passes(days=1)
    assert has_keys(house, offer)
    assert house.blobs.blobs


async def test_when_a_page_was_opened_is_forgotten_in_time(house: BotHarness) -> None:
    offer = await house.publishes(PNG)
    await house.bot.offer_page_view.offer(offer)
    await house.time_passes(days=500)
    assert house.store.records.visits
    await house.time_passes(days=50)
    assert not house.store.records.visits


async def test_sellers_are_told_that_their_own_goods_are_gone(house: BotHarness) -> None:
    offer = await house.publishes(PNG)
    await house.says(ALICE, STUDIO, f"!ppv withdraw {code_of(offer)}")
    await house.time_passes(days=2)
    await house.says(ALICE, STUDIO, f"buy {code_of(offer)}")
    assert "gone" in house.matrix.of(Line)[-1].words
    assert not house.matrix.of(Goods)
