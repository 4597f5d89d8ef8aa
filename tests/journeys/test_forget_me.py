"""Somebody who wants to be forgotten, in two steps; the rows that tax law asks for stay."""

from datetime import timedelta

import pytest

from bot.ids import OfferId, code_of
from bot.messages import BuyerNews, Goods, Library, Line, PersonalLink, Placeholder, SellerNews
from bot.services.checkout.start_checkout import UnknownLink
from tests.support.bot_harness import ALICE, BOB, CAROL, LOUNGE, STUDIO, BotHarness
from tests.support.fake_homeserver import BOT

FILE = b"\x89PNG a picture"


@pytest.fixture
def house() -> BotHarness:
    return BotHarness()


async def with_a_buyer(house: BotHarness) -> OfferId:
    offer = await house.publishes(FILE)
    await wants(house)
    await house.pays(BOB)
    return offer


async def wants(house: BotHarness) -> None:
    await house.reacts(BOB, LOUNGE, house.matrix.event_of(Placeholder), "🔓")


async def asks(house: BotHarness, words: str = "forget-me") -> str:
    await house.says(BOB, house.direct(BOB), words)
    return house.matrix.of(Line)[-1].words


async def test_it_takes_two_steps_and_then_nothing_leads_to_the_person(house: BotHarness) -> None:
    offer = await with_a_buyer(house)
    await house.says(BOB, LOUNGE, f"!ppv report {code_of(offer)} it is not what it says")
    room, link = house.direct(BOB), house.link_of(BOB)
    assert "write `!ppv forget-me yes`" in await asks(house)
    assert BOB in repr(house.store.records)
    assert "I no longer know who you are" in await asks(house, "forget-me yes")
    assert BOT not in house.matrix.members[room]
    records = repr(house.store.records)
    assert BOB not in records
    assert room not in records
    with pytest.raises(UnknownLink):
        await house.bot.start_checkout(link)


async def test_the_rows_of_the_sale_stay(house: BotHarness) -> None:
    await with_a_buyer(house)
    ledger = dict(house.store.records.ledger)
    (before,) = house.store.records.purchases.values()
    await asks(house)
    await asks(house, "forget-me yes")
    (after,) = house.store.records.purchases.values()
    assert house.store.records.ledger == ledger != {}
    assert after.payments == before.payments != ()
    assert after.id == before.id


async def test_it_cannot_be_done_in_one_step_or_much_later(house: BotHarness) -> None:
    await with_a_buyer(house)
    assert "first" in await asks(house, "forget-me yes")
    await asks(house)
    await house.time_passes(hours=2)
    assert "first" in await asks(house, "forget-me yes")
    assert BOB in repr(house.store.records.purchases)


async def test_what_was_bought_is_gone_and_cannot_be_bought_again(house: BotHarness) -> None:
    offer = await with_a_buyer(house)
    await asks(house)
    await asks(house, "forget-me yes")
    await house.says(BOB, LOUNGE, f"!ppv library {code_of(offer)}")
    assert "You have not bought" in house.matrix.of(Line)[-1].words
    await wants(house)
    assert "asked me to forget what you had bought" in house.matrix.of(Line)[-1].words
    await house.says(BOB, LOUNGE, "!ppv library")
    assert house.matrix.of(Library)[-1].entries == ()
    assert len(house.matrix.of(Goods)) == 1
    house.clock.advance(timedelta(seconds=1))
    second = await house.publishes(FILE)
    await house.says(BOB, LOUNGE, f"!ppv buy {code_of(second)}")
    assert f"/m/{second}?for=" in house.matrix.of(PersonalLink)[-1].link


async def test_money_that_moves_afterwards_is_written_down_and_told_to_the_seller_alone(
    house: BotHarness,
) -> None:
    await with_a_buyer(house)
    await asks(house)
    await asks(house, "forget-me yes")
    (purchase,) = house.store.records.purchases.values()
    await house.stripe_says(house.stripe.gives_back(purchase.payments[0].intent))
    (purchase,) = house.store.records.purchases.values()
    assert len(purchase.payments[0].refunds) == 1
    assert len(house.matrix.of(SellerNews)) == 1
    assert house.matrix.of(BuyerNews) == []
    assert not await house.store.queue.failed_jobs()


async def test_not_while_a_payment_is_under_way(house: BotHarness) -> None:
    await house.publishes(FILE)
    await wants(house)
    session = await house.clicks(BOB)
    assert "still under way" in await asks(house)
    await house.stripe_says(house.stripe.lapses(session))
    assert "I can forget you" in await asks(house)


async def test_not_while_files_wait_to_be_handed_over(house: BotHarness) -> None:
    await house.publishes(FILE)
    await wants(house)
    hint = house.stripe.pay(await house.clicks(BOB))
    house.matrix.members[house.direct(BOB)].discard(BOB)
    await house.stripe_says(hint)
    assert "still under way" in await asks(house)


async def test_sellers_are_sent_to_the_admins(house: BotHarness) -> None:
    await house.publishes(FILE)
    await house.says(ALICE, STUDIO, "forget-me")
    assert "Whoever sells here can't be forgotten by a command" in house.matrix.of(Line)[-1].words


async def test_drafts_that_were_thrown_away_are_forgotten_too(house: BotHarness) -> None:
    await house.open_studio()
    await house.sends(ALICE, STUDIO, FILE, "1.png")
    await house.says(ALICE, STUDIO, "discard")
    await house.says(ALICE, STUDIO, "forget-me")
    await house.says(ALICE, STUDIO, "forget-me yes")
    assert ALICE not in repr(house.store.records)


async def test_among_others_it_is_not_spoken_of(house: BotHarness) -> None:
    await house.says(CAROL, LOUNGE, "!ppv forget-me yes")
    assert "between us" in house.matrix.of(Line)[-1].words


@pytest.mark.parametrize("place", [1, 2])
async def test_it_happens_once_wherever_the_program_dies(house: BotHarness, place: int) -> None:
    await with_a_buyer(house)
    await asks(house)
    house.fuse.places, house.fuse.kills_at = 0, place
    words = await asks(house, "forget-me yes")
    assert house.fuse.places >= place
    assert "I no longer know who you are" in words
    assert BOB not in repr(house.store.records)
