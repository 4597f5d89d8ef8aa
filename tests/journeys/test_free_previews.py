"""Free previews on the page: as open as the rooms where they stand."""

from collections.abc import AsyncIterator

import pytest
from PIL import Image

from bot.crypto.attachment_cipher import DigestMismatch
from bot.domain.offers.offer import OfferState
from bot.errors import OperatorError
from bot.ids import OfferId
from bot.messages import DraftCard, FreePreview, Line
from tests.journeys.test_claim import PNG
from tests.support.bot_harness import ALICE, LOUNGE, STUDIO, BotHarness
from tests.support.sample_pictures import CASES

FREE = PNG + b" for free"


async def content(chunks: AsyncIterator[bytes]) -> bytes:
    return b"".join([chunk async for chunk in chunks])


async def publishes(house: BotHarness) -> OfferId:
    await house.sends(ALICE, STUDIO, PNG, "1.png")
    await house.sends(ALICE, STUDIO, FREE, "2.png")
    for words in ("!ppv free 2", "5 USD", "!ppv publish #lounge:test"):
        await house.says(ALICE, STUDIO, words)
    (offer,) = house.store.records.offers
    return offer


async def names(house: BotHarness, offer: OfferId) -> list[str]:
    page = await house.bot.offer_page_view.offer(offer)
    assert page is not None
    assert page.free == 1
    return [each.name for each in page.previews]


async def test_what_is_free_can_be_had_and_nothing_else(house: BotHarness) -> None:
    offer = await publishes(house)
    assert await names(house, offer) == ["2.png"]
    found = await house.bot.free_previews.file(offer, 0)
    assert found is not None
    assert (found.file.mimetype, found.file.size) == ("image/png", len(FREE))
    assert await content(found.read(0, len(FREE))) == FREE
    assert await house.bot.free_previews.file(offer, 1) is None
    assert await house.bot.free_previews.file(OfferId("0000000000"), 0) is None


@pytest.mark.parametrize(
    ("start", "length"), [(0, 1), (0, 16), (1, 15), (15, 2), (16, 16), (17, 20), (33, 4), (5, 0)]
)
async def test_any_part_of_it_can_be_had(house: BotHarness, start: int, length: int) -> None:
    found = await house.bot.free_previews.file(await publishes(house), 0)
    assert found is not None
    assert await content(found.read(start, length)) == FREE[start : start + length]


async def test_what_is_not_all_there_any_more_is_never_taken_for_whole(house: BotHarness) -> None:
    offer = await publishes(house)
    found = await house.bot.free_previews.file(offer, 0)
    sealed = house.store.records.offers[offer].free[0].encrypted
    assert found is not None
    assert sealed is not None
    house.blobs.blobs[sealed.blob] = house.blobs.blobs[sealed.blob][:-1]
    for start in (0, 3):
        with pytest.raises(DigestMismatch):
            await content(found.read(start, len(FREE) - start))


async def test_in_an_encrypted_room_it_is_for_its_members_alone(house: BotHarness) -> None:
    house.matrix.encrypted.add(LOUNGE)
    offer = await publishes(house)
    assert await names(house, offer) == []
    assert await house.bot.free_previews.file(offer, 0) is None


async def test_off_sale_nothing_is_shown(house: BotHarness) -> None:
    offer = await publishes(house)
    await house.says(ALICE, STUDIO, f"!ppv withdraw {offer}")
    assert await names(house, offer) == []
    assert await house.bot.free_previews.file(offer, 0) is None


async def test_a_room_that_the_bot_was_thrown_out_of_shows_nothing(
    house: BotHarness, monkeypatch: pytest.MonkeyPatch
) -> None:
    offer = await publishes(house)

    async def not_in_that_room(*_: object) -> bool:
        raise OperatorError("not in that room")

    monkeypatch.setattr(type(house.matrix), "is_encrypted", not_in_that_room)
    assert await names(house, offer) == []


async def test_a_free_preview_does_not_say_where_it_was_taken(house: BotHarness) -> None:
    photo = (CASES / "gps.jpg").read_bytes()
    await house.sends(ALICE, STUDIO, photo, "gps.jpg")
    await house.sends(ALICE, STUDIO, b"\x89PNG goods", "1.png")
    await house.says(ALICE, STUDIO, "!ppv free 1")
    await house.time_passes(minutes=1)
    note = house.matrix.of(DraftCard)[-1].items[0].note
    assert note is not None
    assert "where it was taken" in note
    await house.says(ALICE, STUDIO, "5 USD Sunset")
    await house.says(ALICE, STUDIO, "!ppv publish #lounge:test")
    (preview,) = house.matrix.of(FreePreview)
    assert isinstance(preview.where, str)
    shown = house.matrix.media[preview.where]
    assert shown is not None
    assert b"Exif" not in shown
    assert len(shown) > 1000


async def test_a_place_that_cannot_be_taken_out_is_not_published_for_free(
    house: BotHarness,
) -> None:
    gps = Image.Exif()
    gps.get_ifd(0x8825)[1] = "N"
    tiff = gps.tobytes().removeprefix(b"Exif\0\0")
    await house.sends(ALICE, STUDIO, tiff, "beach.tif")
    await house.sends(ALICE, STUDIO, b"\x89PNG goods", "1.png")
    for words in ("!ppv free 1", "5 USD Sunset", "!ppv publish #lounge:test"):
        await house.says(ALICE, STUDIO, words)
    assert house.matrix.of(FreePreview) == []
    (refused,) = [each for each in house.matrix.of(Line) if "says where" in each.words]
    assert "`!ppv paid 1`" in refused.words
    await house.says(ALICE, STUDIO, "!ppv paid 1")
    await house.says(ALICE, STUDIO, "!ppv publish #lounge:test")
    (offer,) = house.store.records.offers.values()
    assert offer.state is OfferState.OPEN


async def test_a_film_is_freed_of_its_place_and_the_seller_is_told(house: BotHarness) -> None:
    film = (CASES / "gps_mdta.mov").read_bytes()
    await house.sends(ALICE, STUDIO, film, "beach.mov", msgtype="m.video")
    await house.time_passes(minutes=1)
    note = house.matrix.of(DraftCard)[-1].items[0].note
    assert note is not None
    assert "where it was taken" in note
    (offer,) = house.store.records.offers.values()
    sealed = offer.attachments[0].encrypted
    assert sealed is not None
    assert sealed.size == len(film)


async def test_a_seller_may_leave_the_place_in_what_is_sold_and_never_in_a_preview(
    house: BotHarness,
) -> None:
    photo = (CASES / "gps.jpg").read_bytes()
    await house.says(ALICE, STUDIO, "!ppv location keep")
    await house.sends(ALICE, STUDIO, photo, "gps.jpg")
    await house.says(ALICE, STUDIO, "!ppv location remove")
    await house.sends(ALICE, STUDIO, photo, "freed.jpg")
    await house.time_passes(minutes=1)
    as_sent, freed = house.matrix.of(DraftCard)[-1].items
    assert as_sent.note is not None
    assert "whoever buys it can read it" in as_sent.note
    assert freed.note is not None
    assert "I took that out" in freed.note
    (draft,) = house.store.records.offers.values()
    assert draft.attachments[0].size == len(photo)
    assert draft.attachments[1].size < len(photo)
    for words in ("!ppv free 1", "5 USD Sunset", "!ppv publish #lounge:test"):
        await house.says(ALICE, STUDIO, words)
    assert house.matrix.of(FreePreview) == []
    (refused,) = [each for each in house.matrix.of(Line) if "as you asked. Sell it" in each.words]
    assert "`!ppv location remove`" in refused.words
    await house.says(ALICE, STUDIO, "!ppv paid 1")
    await house.says(ALICE, STUDIO, "!ppv publish #lounge:test")
    (offer,) = house.store.records.offers.values()
    assert offer.state is OfferState.OPEN


async def test_the_operator_may_leave_places_in_and_a_seller_take_them_out() -> None:
    house = BotHarness()
    house.restart(remove_location=False)
    await house.open_studio()
    photo = (CASES / "gps.jpg").read_bytes()
    await house.sends(ALICE, STUDIO, photo, "gps.jpg")
    await house.says(ALICE, STUDIO, "!ppv location remove")
    await house.sends(ALICE, STUDIO, photo, "freed.jpg")
    (draft,) = house.store.records.offers.values()
    assert draft.attachments[0].size == len(photo)
    assert draft.attachments[1].size < len(photo)
