"""What is bought, sent once more by the button on the personal page."""

import pytest

from bot.errors import UserError
from bot.ids import LinkToken, OfferId
from bot.messages import Bought, Goods, Placeholder
from bot.views.page_models import PersonalPage
from tests.journeys.test_claim import PNG
from tests.support.bot_harness import BOB, LOUNGE, BotHarness


@pytest.fixture
async def house() -> BotHarness:
    """Bob has what he bought."""
    house = BotHarness()
    await house.publishes(PNG, PNG + b"2")
    await house.reacts(BOB, LOUNGE, house.matrix.event_of(Placeholder), "🔓")
    await house.pays(BOB)
    return house


async def page(house: BotHarness) -> PersonalPage:
    (offer,) = house.store.records.offers
    shown = await house.bot.offer_page_view.purchase(OfferId(offer), house.link_of(BOB))
    assert shown is not None
    return shown


async def presses(house: BotHarness, rounds: int) -> None:
    link = house.link_of(BOB)
    await house.whatever_happens(lambda: house.bot.redeliver.by_link(link, rounds))


async def test_the_page_lists_what_is_bought_and_sends_it_again(house: BotHarness) -> None:
    before = await page(house)
    assert [(each.kind, each.size) for each in before.goods] == [("m.image", 29), ("m.image", 30)]
    assert (before.delivered, before.rounds) == (True, 1)
    await house.time_passes(minutes=1)
    await presses(house, before.rounds)
    assert [each.again for each in house.matrix.of(Bought)] == [False, True]
    assert len(house.matrix.of(Goods)) == 4
    assert (await page(house)).rounds == 2


async def test_pressed_again_and_again_it_is_sent_once(house: BotHarness) -> None:
    await presses(house, 1)
    assert len(house.matrix.of(Goods)) == 2, "it has only just come"
    await house.time_passes(minutes=1)
    for _ in range(3):
        await presses(house, 1)
    await house.time_passes(minutes=5)
    await presses(house, 1)
    assert len(house.matrix.of(Goods)) == 4, "a page from before sends nothing"


@pytest.mark.parametrize("place", range(1, 7))
async def test_a_crash_anywhere_sends_it_once(house: BotHarness, place: int) -> None:
    await house.time_passes(minutes=1)
    house.fuse.kills_at = house.fuse.places + place
    await presses(house, 1)
    assert len(house.matrix.of(Goods)) == 4
    assert house.fuse.places > house.fuse.kills_at


async def test_while_it_is_on_its_way_the_page_says_what_is_in_the_way(house: BotHarness) -> None:
    await house.time_passes(minutes=1)
    house.matrix.members[house.direct(BOB)].remove(BOB)
    await presses(house, 1)
    shown = await page(house)
    assert not shown.delivered
    assert shown.stuck is not None
    assert "invitation" in shown.stuck
    await presses(house, shown.rounds)
    assert (await page(house)).rounds == 2


async def test_what_is_not_paid_for_is_not_sent(house: BotHarness) -> None:
    with pytest.raises(UserError, match="not bought"):
        await house.bot.redeliver.by_link(LinkToken("forged"), 1)
    (purchase,) = house.store.records.purchases.values()
    await house.stripe_says(house.stripe.gives_back(purchase.payments[0].intent))
    assert (await page(house)).goods == ()
    with pytest.raises(UserError, match="was refunded"):
        await house.bot.redeliver.by_link(house.link_of(BOB), 1)
