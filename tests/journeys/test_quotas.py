"""What one person may take up of what there is for all."""

import pytest

from bot.errors import UserError
from bot.messages import DraftCard, Line, Placeholder
from bot.services.checkout.start_checkout import CheckoutRules
from bot.services.drafts.quotas import Quotas
from tests.support.bot_harness import ALICE, BOB, LOUNGE, STUDIO, BotHarness

FILE = b"\x89PNG" + bytes(3000)


@pytest.fixture
def house() -> BotHarness:
    return BotHarness()


async def test_a_file_beyond_a_sellers_share_is_left_out(house: BotHarness) -> None:
    house.restart(quotas=Quotas(storage=8000, offers_a_day=50))
    await house.publishes(FILE, FILE)
    await house.sends(ALICE, STUDIO, FILE, "third.png", size=len(FILE))
    words = house.matrix.of(Line)[-1].words
    assert words.startswith("I have left third.png out: with it, you would keep more here")
    assert "withdraw CODE" in words
    assert len(house.store.records.offers) == 1


async def test_a_file_that_says_nothing_of_its_size_is_measured(house: BotHarness) -> None:
    house.restart(quotas=Quotas(storage=5000, offers_a_day=50))
    await house.open_studio()
    await house.sends(ALICE, STUDIO, FILE, "first.png")
    await house.sends(ALICE, STUDIO, FILE, "second.png")
    first, second = house.matrix.of(DraftCard)[-1].items
    assert first.sealed
    assert second.fault is not None
    assert "you would keep more here than the 5 kB that one seller may" in second.fault


async def test_what_nobody_bought_makes_room_a_day_after_it_was_withdrawn(
    house: BotHarness,
) -> None:
    house.restart(quotas=Quotas(storage=5000, offers_a_day=50))
    offer = await house.publishes(FILE)
    await house.says(ALICE, STUDIO, f"!ppv withdraw {offer}")
    await house.time_passes(days=2)
    await house.sends(ALICE, STUDIO, FILE, "another.png", size=len(FILE))
    assert house.matrix.of(DraftCard)[-1].items[0].sealed


async def test_so_many_offers_in_a_day_and_the_draft_waits(house: BotHarness) -> None:
    house.restart(quotas=Quotas(storage=10**9, offers_a_day=1))
    await house.publishes(FILE)
    await house.sends(ALICE, STUDIO, FILE, "second.png")
    await house.says(ALICE, STUDIO, "7 USD Dawn")
    await house.says(ALICE, STUDIO, "publish #lounge:test")
    assert "at most 1 on sale here within a day" in house.matrix.of(Line)[-1].words
    await house.time_passes(hours=25)
    await house.says(ALICE, STUDIO, "publish #lounge:test")
    assert [each.price for each in house.matrix.of(Placeholder)] == ["5.00 USD", "7.00 USD"]


async def test_a_flag_beyond_it_takes_nothing_out_of_the_room(house: BotHarness) -> None:
    house.restart(quotas=Quotas(storage=10**9, offers_a_day=1))
    await house.publishes(FILE)
    await house.sends(ALICE, LOUNGE, FILE, "second.png")
    await house.says(ALICE, LOUNGE, "!ppv 7 USD Dawn")
    assert "Please go on tomorrow" in house.matrix.of(Line)[-1].words
    assert house.matrix.redacted == []


async def test_so_many_checkouts_at_a_time(house: BotHarness) -> None:
    house.restart(checkout=CheckoutRules(open_at_once=1))
    await house.publishes(FILE)
    await house.publishes(FILE)
    first, second = house.matrix.said_of(Placeholder)
    await house.reacts(BOB, LOUNGE, first.event, "🔓")
    session = await house.clicks(BOB)
    assert await house.clicks(BOB) == session
    await house.reacts(BOB, LOUNGE, second.event, "🔓")
    with pytest.raises(UserError, match="come back here in an hour"):
        await house.bot.start_checkout(house.link_of(BOB))
    await house.stripe_says(house.stripe.lapses(session))
    assert await house.clicks(BOB) != session
