"""One odd file never blocks an offer: it is sold without a teaser, and its seller is told which and why."""

from bot.domain.offers.offer import OfferState
from bot.messages import Decision, Goods, TeaserPicture
from tests.support.bot_harness import BOB, LOUNGE, STUDIO, BotHarness

PNG, ODD = b"\x89PNG a picture", b"DDS what no decoder takes"


def told(house: BotHarness) -> list[str]:
    return [each.words for each in house.matrix.in_room(STUDIO) if isinstance(each, Decision)]


async def test_what_cannot_be_decoded_is_sold_all_the_same() -> None:
    house = BotHarness()
    id_ = await house.publishes(ODD)
    offer = house.store.records.offers[id_]
    assert offer.state is OfferState.OPEN
    (attachment,) = offer.attachments
    assert (attachment.teaser, attachment.thumbnail, attachment.error) == (None, None, None)
    (words,) = told(house)
    assert words.startswith(f"“{attachment.name}” can be sold, but it shows no teaser: ")
    assert "a kind of picture that I cannot open" in words
    placeholder = offer.listings[0].placeholder
    assert placeholder
    await house.reacts(BOB, LOUNGE, placeholder, "🔓")
    await house.pays(BOB)
    assert house.matrix.of(Goods)


async def test_the_others_of_an_offer_have_their_teaser() -> None:
    house = BotHarness()
    await house.publishes(ODD, PNG)
    assert house.matrix.of(TeaserPicture)
    assert len(told(house)) == 1


async def test_of_what_is_fine_nothing_is_said() -> None:
    house = BotHarness()
    await house.publishes(PNG)
    assert told(house) == []
