"""What a seller gives away: delivered as if it had been bought, with no money anywhere."""

import pytest

from bot.domain.purchases.purchase import Access
from bot.ids import OfferId, code_of, purchase_id
from bot.messages import Bought, Goods, Library, Line, Placeholder, Receipt
from tests.support.bot_harness import ALICE, BOB, LOUNGE, STUDIO, BotHarness

PNG = b"\x89PNG a picture of the harbour"


@pytest.fixture
async def house() -> BotHarness:
    house = BotHarness()
    await house.publishes(PNG)
    return house


def offer(house: BotHarness) -> OfferId:
    return next(iter(house.store.records.offers))


async def gives(house: BotHarness, words: str = "@bob:test") -> str:
    """What the bot answers."""
    await house.says(ALICE, STUDIO, f"!ppv give {code_of(offer(house))} {words}")
    return house.matrix.of(Line)[-1].words


async def test_a_present_is_delivered_once_and_stands_in_the_library(house: BotHarness) -> None:
    assert "on its way to @bob:test" in await gives(house)
    await house.comes_into(house.direct(BOB), BOB)
    await gives(house)
    (bought,) = house.matrix.of(Bought)
    assert (bought.given, bought.again) == (True, False)
    assert len(house.matrix.of(Goods)) == 1
    assert not house.matrix.of(Receipt)
    assert house.stripe.balance() == 0
    await house.says(BOB, house.direct(BOB), "library")
    (entry,) = house.matrix.of(Library)[-1].entries
    assert entry.price is None
    await house.says(BOB, house.direct(BOB), f"library {entry.code}")
    assert house.matrix.of(Bought)[-1].again
    assert len(house.matrix.of(Goods)) == 2


async def test_money_for_what_was_given_meanwhile_goes_back(house: BotHarness) -> None:
    await house.reacts(BOB, LOUNGE, house.matrix.event_of(Placeholder), "🔓")
    session = await house.clicks(BOB)
    house.stripe.expire_fails = True
    await gives(house)
    await house.stripe_says(house.stripe.pay(session))
    await house.time_passes(hours=1)
    assert house.stripe.balance() == 0
    assert len(house.matrix.of(Goods)) == 1
    purchase = house.store.records.purchases[purchase_id(offer(house), BOB)]
    assert purchase.access is Access.GRANTED


async def test_who_has_bought_it_needs_no_present(house: BotHarness) -> None:
    await house.reacts(BOB, LOUNGE, house.matrix.event_of(Placeholder), "🔓")
    await house.pays(BOB)
    assert "has bought it already" in await gives(house)
    assert len(house.matrix.of(Goods)) == 1


async def test_a_present_keeps_the_keys_of_what_is_withdrawn(house: BotHarness) -> None:
    await gives(house)
    await house.comes_into(house.direct(BOB), BOB)
    await house.says(ALICE, STUDIO, f"!ppv withdraw {code_of(offer(house))}")
    await house.time_passes(hours=48)
    await house.says(BOB, house.direct(BOB), f"library {code_of(offer(house))}")
    assert len(house.matrix.of(Goods)) == 2


@pytest.mark.parametrize(
    ("words", "answer"),
    [
        ("", "What, and to whom?"),
        ("bob", "What, and to whom?"),
        ("@alice:test", "It is yours"),
        ("@nobody:test", "I don't see @nobody:test"),
    ],
)
async def test_presents_go_only_to_people_who_are_there(
    house: BotHarness, words: str, answer: str
) -> None:
    assert answer in await gives(house, words)
    assert not house.matrix.of(Goods)


async def test_nobody_gives_away_what_is_not_theirs(house: BotHarness) -> None:
    await house.says(BOB, LOUNGE, f"!ppv buy {code_of(offer(house))}")
    await house.says(BOB, house.direct(BOB), f"!ppv give {code_of(offer(house))} @carol:test")
    assert not house.matrix.of(Goods)
