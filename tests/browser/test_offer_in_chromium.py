"""The offer's page in a real browser: what is free is shown, and one's own link can be asked for."""

from dataclasses import replace
from typing import Any

import pytest
from playwright.async_api import expect

from bot.domain.offers.attachment import MediaKind
from bot.ids import UserId
from bot.views.page_models import FreeFile
from sandbox.sample_media import clip
from tests.browser.test_checkout_in_chromium import WAYS, needs_chromium, visit
from tests.support.fake_page_data import OFFER, teaser

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
