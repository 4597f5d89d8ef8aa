"""The offer's page in a real browser: what is free is shown, and one's own link can be asked for."""

import io
from dataclasses import replace
from typing import Any

import pytest
from PIL import Image
from playwright.async_api import expect

from bot.domain.offers.attachment import MediaKind
from bot.ids import UserId
from bot.views.page_models import FreeFile
from sandbox.sample_media import clip, song
from tests.browser.test_checkout_in_chromium import WAYS, needs_chromium, visit
from tests.support.bot_harness import ALICE, STUDIO, BotHarness
from tests.support.fake_page_data import OFFER, teaser
from tests.support.sample_pictures import CASES

pytestmark = needs_chromium

PICTURE = FreeFile(
    number=0,
    name="roof.png",
    kind=MediaKind.IMAGE,
    mimetype="image/png",
    size=len(teaser()),
    tag="1",
)


@pytest.mark.parametrize("context", WAYS)
async def test_whoever_types_their_matrix_id_is_told_where_to_look(context: dict[str, Any]) -> None:
    async with visit(**context) as visiting:
        page, shop = visiting.page, visiting.till
        await page.goto(f"{shop.base}/m/{OFFER}")
        await page.get_by_label("Or tell the bot who you are on Matrix").fill("@bob")
        await page.get_by_role("button", name="Write to me").click()
        field = page.get_by_label("Or tell the bot who you are on Matrix")
        await expect(page.get_by_role("alert")).to_contain_text("That is not a Matrix ID.")
        await expect(field).to_have_value("@bob")
        await field.fill("@bob:elsewhere.org")
        await field.press("Enter")
        await expect(page.get_by_role("status")).to_contain_text("Please look into your chats.")
        assert shop.wanted == [UserId("@bob:elsewhere.org")]
        assert [each for each in visiting.complaints if "400" not in each] == []


async def test_a_free_picture_is_let_in() -> None:
    async with visit() as visiting:
        visiting.till.previews = (teaser(),)
        visiting.till.says(previews=(PICTURE,))
        await visiting.page.goto(f"{visiting.till.base}/m/{OFFER}")
        picture = visiting.page.get_by_role("img", name="roof.png")
        assert (
            await picture.evaluate("image => image.decode().then(() => image.naturalWidth)") == 16
        )
        assert visiting.complaints == []


def animated(format_: str) -> bytes:
    file = io.BytesIO()
    first, second = (Image.new("RGB", (64, 48), colour) for colour in ("red", "blue"))
    first.save(file, format_, save_all=True, append_images=[second])
    return file.getvalue()


SHOWN = """media => new Promise((done, failed) => {
    media.onerror = () => failed(media.error?.message ?? "not decoded");
    if (media.decode) media.decode().then(() => done(media.naturalWidth), failed);
    else if (media.readyState) done(media.duration);
    else { media.onloadedmetadata = () => done(media.duration); media.load(); }
})"""
"""The width of a picture, or the duration of what plays; an error for what the browser cannot open."""


@pytest.mark.parametrize(
    ("name", "data", "declared", "tag"),
    [
        ("dance.apng", animated("PNG"), "image/apng", "img"),
        ("dance.png", animated("PNG"), "image/vnd.mozilla.apng", "img"),
        ("dance.avif", animated("AVIF"), "image/avif", "img"),
        ("dance.webp", animated("WEBP"), "image/webp", "img"),
        ("sun.webm", clip().data, "video/webm", "video"),
        ("beach.mov", (CASES / "gps_mdta.mov").read_bytes(), "video/quicktime", "video"),
        ("song.wav", song().data, "audio/x-wav", "audio"),
        ("song.m4a", (CASES / "title.m4a").read_bytes(), "audio/x-m4a", "audio"),
    ],
)
async def test_a_free_preview_is_shown_or_plays_as_it_was_sent(
    name: str, data: bytes, declared: str, tag: str
) -> None:
    house = BotHarness()
    await house.open_studio()
    kind = {"img": "m.image", "video": "m.video", "audio": "m.audio"}[tag]
    await house.sends(ALICE, STUDIO, data, name, mimetype=declared, msgtype=kind)
    await house.sends(ALICE, STUDIO, teaser(), "goods.png")
    for words in ("!ppv free 1", "5 USD", "!ppv publish #lounge:test"):
        await house.says(ALICE, STUDIO, words)
    (offer,) = house.store.records.offers
    found = await house.bot.free_previews.file(offer, 0)
    assert found is not None
    freed = b"".join([chunk async for chunk in found.read(0, found.file.size)])
    async with visit() as visiting:
        visiting.till.previews = (freed,)
        visiting.till.says(previews=(found.file,))
        await visiting.page.goto(f"{visiting.till.base}/m/{OFFER}")
        media = visiting.page.locator(f".previews {tag}")
        assert await media.evaluate(SHOWN) > 0
        assert visiting.complaints == []


async def test_a_film_that_does_not_play_can_be_saved() -> None:
    async with visit() as visiting:
        visiting.till.previews = (b"no film",)
        shown = replace(PICTURE, name="old.mp4", mimetype="video/mp4", kind=MediaKind.VIDEO, size=7)
        visiting.till.says(previews=(shown,))
        await visiting.page.goto(f"{visiting.till.base}/m/{OFFER}")
        async with visiting.page.expect_download() as saved:
            await visiting.page.get_by_role("link", name="Save old.mp4 (7 bytes)").click()
        assert (await (await saved.value).path()).read_bytes() == b"no film"


async def test_a_free_film_is_played_from_its_middle() -> None:
    """What browsers do only where they may ask for a part of the file."""
    film = clip(width=640, height=360, seconds=30)
    async with visit() as visiting:
        visiting.till.previews = (film.data,)
        shown = replace(PICTURE, name="sea.webm", mimetype=film.mimetype, kind=MediaKind.VIDEO)
        visiting.till.says(previews=(replace(shown, size=len(film.data)),))
        async with visiting.page.expect_response("**/free/0") as answered:
            await visiting.page.goto(f"{visiting.till.base}/m/{OFFER}")
        assert (await answered.value).status == 206
        reached = await visiting.page.locator("video").evaluate(
            """async video => {
                if (!video.readyState) await new Promise(done => video.onloadedmetadata = done);
                video.currentTime = 20;
                await new Promise(done => video.onseeked = done);
                return video.currentTime;
            }"""
        )
        assert reached == pytest.approx(20, abs=0.5)
        assert visiting.complaints == []
