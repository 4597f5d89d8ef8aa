"""A film in the browser: its length, its measures and a picture, which the server cannot make and does not believe."""

import io

import pytest

from bot.ids import OfferId
from bot.messages import Placeholder
from sandbox.sample_media import clip, photo
from tests.support.bot_harness import LOUNGE, BotHarness
from tests.support.draft_forms import draft, goods, saves
from tests.support.member_pages_client import Browser
from tests.support.real_pictures import RealPictures
from tests.support.tus_client import Sender

FILM = clip().data
POSTER = photo("poster.jpg").data


@pytest.fixture
async def house() -> BotHarness:
    house = BotHarness(pictures=RealPictures())
    await house.open_studio()
    return house


async def illustrates(sender: Sender, picture: bytes) -> int:
    answer = await sender.browser.client.put(
        f"{sender.location}/poster", data=io.BytesIO(picture), headers=sender.headers
    )
    return answer.status


async def test_buyers_see_the_picture_and_the_length(
    house: BotHarness, browser: Browser, offer: OfferId
) -> None:
    facts = {"width": "640", "height": "360", "duration": "134000"}
    sender = Sender(browser, offer, FILM, "sunrise.webm", "video/webm", facts)
    await sender.begins()
    assert await illustrates(sender, POSTER) == 204
    assert all(POSTER[:20] not in blob for blob in house.blobs.blobs.values())
    await sender.sends_all()
    assert await goods(house, offer) == FILM
    (film,) = draft(house, offer).attachments
    assert (film.info.width, film.info.height, film.info.duration_ms) == (640, 360, 134_000)
    assert film.teaser
    assert film.thumbnail
    assert len(house.blobs.blobs) == 2, "the film and its thumbnail"
    answer = await browser.client.get(f"/studio/offers/{offer}/files/{film.id}/small")
    assert (await answer.read()).startswith(b"\xff\xd8")
    assert "2:14" in await browser.page(f"/studio/offers/{offer}")
    await saves(browser, offer, price="5 USD", text="x", rooms=LOUNGE, do="publish")
    await house.work()
    assert "1 video (2:14)" in house.matrix.of(Placeholder)[0].contents


@pytest.mark.parametrize(
    "facts",
    [
        {"width": "0", "height": "32769", "duration": "604800001"},
        {"width": "-5", "height": "1e3", "duration": "NaN"},
        {"width": "9" * 40, "height": "", "duration": "٣"},
        {},
    ],
)
async def test_numbers_that_can_not_be_are_left_out(
    house: BotHarness, browser: Browser, offer: OfferId, facts: dict[str, str]
) -> None:
    sender = Sender(browser, offer, FILM, "sunrise.webm", "video/webm", facts)
    await sender.sends_all()
    await house.work()
    info = draft(house, offer).attachments[0].info
    assert (info.width, info.height, info.duration_ms) == (None, None, None)


@pytest.mark.parametrize(
    ("kind", "duration"), [("image/jpeg", None), ("text/html", None), ("audio/ogg", 2000)]
)
async def test_only_films_have_pictures_and_only_what_plays_has_a_length(
    house: BotHarness, browser: Browser, offer: OfferId, kind: str, duration: int | None
) -> None:
    facts = {"width": "640", "duration": "2000"}
    sender = Sender(browser, offer, b"x" * 100, "file", kind, facts)
    await sender.begins()
    assert await illustrates(sender, POSTER) == 409
    (upload,) = house.store.records.uploads.values()
    assert (upload.info.width, upload.info.duration_ms, upload.poster) == (None, duration, None)


async def test_what_is_no_picture_is_turned_away(
    house: BotHarness, browser: Browser, offer: OfferId
) -> None:
    sender = Sender(browser, offer, FILM, "sunrise.webm", "video/webm")
    await sender.begins()
    assert await illustrates(sender, b"<svg onload=alert(1)>") == 409
    assert await illustrates(sender, b"") == 409
    assert await illustrates(sender, bytes(2 * 1024 * 1024 + 1)) == 413
    browser.token, token = "x" * 32, browser.token
    assert await illustrates(sender, POSTER) == 403
    browser.token = token
    assert house.blobs.blobs == {}


async def test_another_picture_takes_the_place_of_the_first(
    house: BotHarness, browser: Browser, offer: OfferId
) -> None:
    sender = Sender(browser, offer, FILM, "sunrise.webm", "video/webm")
    await sender.begins()
    for seed in (1, 2):
        assert await illustrates(sender, photo("poster.jpg", seed=seed).data) == 204
    assert len(house.blobs.blobs) == 1
    await browser.sends(sender.location)
    assert house.blobs.blobs == {}
