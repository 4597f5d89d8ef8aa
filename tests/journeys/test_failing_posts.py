"""What a homeserver does not take of an offer's messages: nothing is half posted, and no old price stays."""

import pytest

from appservice.matrix.responses import MatrixRejected, NoMatrixAnswer, TokenUnknown
from bot.errors import PpvError, UserError
from bot.ids import RoomId
from bot.messages import Alert, Bought, DraftCard, Ended, Goods, Placeholder, TeaserPicture
from tests.support.bot_harness import ADMINS, ALICE, BOB, LOUNGE, STUDIO, BotHarness
from tests.support.fake_homeserver import BOT

PIER = RoomId("!pier:test")
PICTURE = b"\x89PNG the harbour"
TOO_LARGE = MatrixRejected(413, "M_TOO_LARGE", "event too large")


@pytest.fixture
def house() -> BotHarness:
    house = BotHarness()
    house.matrix.members[PIER] = {BOT, ALICE, BOB}
    return house


def prices(house: BotHarness, room: RoomId) -> list[str]:
    return [each.price for each in house.matrix.in_room(room) if isinstance(each, Placeholder)]


def standing(house: BotHarness, room: RoomId, kind: type[object]) -> int:
    return sum(
        said.room == room and said.event not in house.matrix.redacted
        for said in house.matrix.said_of(kind)
    )


async def drafts(house: BotHarness) -> None:
    await house.open_studio()
    await house.sends(ALICE, STUDIO, PICTURE, "harbour.png")
    await house.says(ALICE, STUDIO, "5 USD Sunset")


@pytest.mark.parametrize("failure", [TOO_LARGE, NoMatrixAnswer(413), TokenUnknown("gone")])
async def test_a_new_price_that_a_room_does_not_take_is_tried_until_it_shows(
    house: BotHarness, failure: PpvError
) -> None:
    await drafts(house)
    await house.says(ALICE, STUDIO, f"!ppv publish #lounge:test {PIER}")
    assert prices(house, LOUNGE) == prices(house, PIER) == ["5.00 USD"]
    code = house.matrix.of(Placeholder)[0].code
    house.matrix.rejected[LOUNGE, Placeholder] = failure
    await house.says(ALICE, STUDIO, f"!ppv price {code} 7 USD")
    assert prices(house, PIER) == ["7.00 USD"], "the other rooms do not wait"
    assert prices(house, LOUNGE) == ["5.00 USD"]
    house.matrix.rejected.clear()
    await house.time_passes(minutes=30)
    assert prices(house, LOUNGE) == ["7.00 USD"]


async def test_a_room_that_is_gone_ends_the_news_of_a_price(house: BotHarness) -> None:
    await house.publishes(PICTURE)
    code = house.matrix.of(Placeholder)[0].code
    house.matrix.rejected[LOUNGE, Placeholder] = UserError("I am not in it.")
    await house.says(ALICE, STUDIO, f"!ppv price {code} 7 USD")
    assert await house.store.queue.failed_jobs() == ()


@pytest.mark.parametrize("failure", [TOO_LARGE, UserError("I may not speak there.")])
async def test_a_teaser_without_its_offer_is_taken_back_and_posted_with_it_later(
    house: BotHarness, failure: PpvError
) -> None:
    house.matrix.rejected[LOUNGE, Placeholder] = failure
    await drafts(house)
    await house.says(ALICE, STUDIO, "!ppv publish #lounge:test")
    assert standing(house, LOUNGE, TeaserPicture) == 0
    assert prices(house, LOUNGE) == []
    house.matrix.rejected.clear()
    if isinstance(failure, UserError):
        assert isinstance(house.matrix.in_room(STUDIO)[-1], DraftCard)
        await house.says(ALICE, STUDIO, "!ppv publish #lounge:test")
    await house.time_passes(minutes=30)
    assert standing(house, LOUNGE, TeaserPicture) == 1
    assert prices(house, LOUNGE) == ["5.00 USD"]


@pytest.mark.parametrize("failure", [NoMatrixAnswer(413), TokenUnknown("not known")])
@pytest.mark.parametrize("kind", [Bought, Goods])
async def test_a_delivery_waits_out_what_time_mends(
    house: BotHarness, failure: PpvError, kind: type[object]
) -> None:
    await house.publishes(PICTURE)
    await house.reacts(BOB, LOUNGE, house.matrix.event_of(Placeholder), "🔓")
    chat = house.direct(BOB)
    house.matrix.rejected[chat, kind] = failure
    await house.pays(BOB)
    await house.time_passes(minutes=1)
    assert not house.matrix.of(Goods)
    assert await house.store.queue.failed_jobs() == (), "nobody is called for what passes by itself"
    assert not house.matrix.of(Alert)
    house.matrix.rejected.clear()
    await house.time_passes(minutes=2)
    assert len(house.matrix.of(Goods)) == 1
    assert not house.matrix.of(Alert)


async def test_a_proxy_that_stays_in_the_way_is_told_and_the_delivery_is_tried_on(
    house: BotHarness,
) -> None:
    await house.publishes(PICTURE)
    await house.reacts(BOB, LOUNGE, house.matrix.event_of(Placeholder), "🔓")
    house.matrix.rejected[house.direct(BOB), Bought] = NoMatrixAnswer(413)
    await house.pays(BOB)
    for _ in range(12):
        await house.time_passes(minutes=2)
    told = [each.words for each in house.matrix.in_room(ADMINS) if isinstance(each, Alert)]
    assert len(told) == 1
    assert "413 without a Matrix error code" in told[0]
    house.matrix.rejected.clear()
    await house.time_passes(minutes=30)
    assert len(house.matrix.of(Goods)) == 1


async def test_the_end_of_an_offer_reaches_its_room_late(house: BotHarness) -> None:
    await house.publishes(PICTURE)
    code = house.matrix.of(Placeholder)[0].code
    house.matrix.rejected[LOUNGE, Ended] = TOO_LARGE
    await house.says(ALICE, STUDIO, f"!ppv withdraw {code}")
    assert not house.matrix.of(Ended)
    house.matrix.rejected.clear()
    await house.time_passes(minutes=30)
    assert [each.link for each in house.matrix.of(Ended)] == [
        f"https://ppv.test/m/{code.replace('-', '').lower()}"
    ]
