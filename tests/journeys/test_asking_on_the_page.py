"""A Matrix ID, typed on the offer's page by who knows whom: only those who may be there are written to."""

import pytest

from bot.errors import UserError
from bot.ids import OfferId, UserId
from bot.messages import Goods, Line, PersonalLink, Placeholder
from bot.services.checkout.request_link import TooOften
from tests.journeys.test_claim import PNG
from tests.support.bot_harness import ALICE, BOB, CAROL, LOUNGE, STUDIO, BotHarness


@pytest.fixture
async def house() -> BotHarness:
    house = BotHarness()
    await house.publishes(PNG)
    return house


def offer_of(house: BotHarness) -> OfferId:
    return next(iter(house.store.records.offers))


async def asks(house: BotHarness, who: UserId) -> None:
    await house.whatever_happens(lambda: house.bot.request_link(offer_of(house), who, None))


async def test_a_member_gets_the_link_in_their_direct_room(house: BotHarness) -> None:
    await asks(house, BOB)
    (said,) = house.matrix.said_of(PersonalLink)
    assert said.room == house.direct(BOB)
    assert isinstance(said.message, PersonalLink)
    assert said.message.typed, "it may not have been Bob"
    await house.pays(BOB)
    assert house.matrix.of(Goods)


async def test_the_same_link_as_over_matrix(house: BotHarness) -> None:
    await asks(house, BOB)
    link = house.link_of(BOB)
    await house.reacts(BOB, LOUNGE, house.matrix.event_of(Placeholder), "🔓")
    assert house.link_of(BOB) == link


@pytest.mark.parametrize("who", ["@stranger:test", "@stranger:elsewhere", "@troll:test"])
async def test_nobody_else_is_written_to_or_invited(house: BotHarness, who: str) -> None:
    house.matrix.members[LOUNGE].add(UserId("@troll:test"))
    before = len(house.matrix.said), len(house.matrix.members)
    await asks(house, UserId(who))
    assert (len(house.matrix.said), len(house.matrix.members)) == before
    assert not house.store.records.purchases


async def test_once_an_hour_whoever_asks(house: BotHarness) -> None:
    for _ in range(3):
        await asks(house, BOB)
    await asks(house, CAROL)
    assert [each.buyer for each in house.matrix.of(PersonalLink)] == [BOB, CAROL]
    await house.time_passes(hours=1)
    await asks(house, BOB)
    assert [each.buyer for each in house.matrix.of(PersonalLink)] == [BOB, CAROL, BOB]


async def test_who_owns_it_is_not_sent_the_files_by_somebody_elses_typing(
    house: BotHarness,
) -> None:
    await asks(house, BOB)
    await house.pays(BOB)
    goods = len(house.matrix.of(Goods))
    await house.time_passes(hours=1)
    await asks(house, BOB)
    assert len(house.matrix.of(Goods)) == goods
    (line,) = house.matrix.of(Line)
    assert line.words.startswith("You have bought this already.")
    assert house.link_of(BOB) in line.words


async def test_a_seller_is_told_that_it_is_their_own(house: BotHarness) -> None:
    await asks(house, ALICE)
    last = house.matrix.in_room(STUDIO)[-1]
    assert last == Line("This offer is your own: you have its files.")
    assert not house.matrix.of(PersonalLink)


async def test_those_who_take_no_invitations_are_left_alone(house: BotHarness) -> None:
    house.matrix.shut.add(BOB)
    await asks(house, BOB)
    assert not house.matrix.of(PersonalLink)
    assert not [job for job in house.store.records.jobs.values() if job.state == "dead"]


async def test_what_has_ended_cannot_be_asked_for(house: BotHarness) -> None:
    await house.says(ALICE, STUDIO, f"!ppv withdraw {offer_of(house)}")
    with pytest.raises(UserError, match="took it off sale"):
        await house.bot.request_link(offer_of(house), BOB, None)
    with pytest.raises(UserError, match="no offer"):
        await house.bot.request_link(OfferId("0000000000"), BOB, None)


async def test_one_visitor_cannot_have_everybody_written_to(house: BotHarness) -> None:
    async def asks_for(number: int, visitor: str) -> None:
        await house.bot.request_link(offer_of(house), UserId(f"@guest{number}:test"), visitor)

    for number in range(6):
        await asks_for(number, "9.9.9.9")
    with pytest.raises(TooOften):
        await asks_for(6, "9.9.9.9")
    await asks_for(6, "9.9.9.10")
    await house.time_passes(minutes=1)
    await asks_for(7, "9.9.9.9")


async def test_for_one_person_only_so_much_is_asked_whoever_asks(house: BotHarness) -> None:
    """The answer is the same: whoever types somebody's ID learns nothing of what others typed."""
    await house.time_passes(seconds=1)
    other = await house.publishes(PNG)
    for _ in range(3):
        await asks(house, BOB)
    await house.whatever_happens(lambda: house.bot.request_link(other, BOB, None))
    assert len(house.matrix.of(PersonalLink)) == 1
    await house.time_passes(minutes=1)
    await house.whatever_happens(lambda: house.bot.request_link(other, BOB, None))
    assert len(house.matrix.of(PersonalLink)) == 2
