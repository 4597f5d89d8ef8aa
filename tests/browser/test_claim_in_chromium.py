"""Opening what was bought in a real browser: fetched, checked and decrypted there."""

import hashlib
import zipfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

import pytest
from playwright.async_api import Page

from appservice.web.http_server import listen
from bot.ids import code_of
from sandbox.sample_media import blob, clip
from tests.browser.test_checkout_in_chromium import DESKTOP, PHONE, chromium
from tests.support.fake_page_data import LINK, OFFER, SECRET, teaser
from tests.support.fake_pages import Shop

PICTURE = teaser()


@dataclass(slots=True)
class Visit:
    page: Page
    shop: Shop
    base: str
    complaints: list[str]

    async def go(self) -> None:
        await self.page.goto(f"{self.base}/m/{OFFER}/claim?for={LINK}")


@asynccontextmanager
async def visit(shop: Shop, **context: object) -> AsyncIterator[Visit]:
    async with (
        chromium() as browser,
        listen(shop.application(prefix="/shop"), "127.0.0.1", 0) as port,
    ):
        page = await (await browser.new_context(**context)).new_page()  # type: ignore[arg-type]
        visiting = Visit(page, shop, f"http://127.0.0.1:{port}/shop", [])
        page.on("console", lambda message: visiting.complaints.append(message.text))
        yield visiting


async def until_open(visiting: Visit) -> None:
    """Asks for the code; somebody types it in a chat; the page goes on by itself."""
    await visiting.go()
    await visiting.page.get_by_role("button", name="Show me a code").click()
    await visiting.page.get_by_text("!ppv claim 123456").wait_for()
    visiting.shop.proven = True
    await visiting.page.get_by_role("button", name="Open").first.wait_for(timeout=15_000)


@pytest.mark.parametrize(
    "context",
    [{"viewport": DESKTOP}, {"viewport": PHONE, "color_scheme": "dark"}],
    ids=["desktop", "phone in the dark"],
)
async def test_from_the_code_to_the_picture(context: dict[str, object]) -> None:
    shop = Shop(owned=True, stuck="Your account takes no invitations.", goods=(PICTURE, PICTURE))
    async with visit(shop, **context) as visiting:
        await until_open(visiting)
        await visiting.page.get_by_role("button", name="Open").first.click()
        picture = visiting.page.get_by_role("img", name="0.png")
        await picture.wait_for()
        assert (
            await picture.evaluate("image => image.decode().then(() => image.naturalWidth)") == 16
        )
        async with visiting.page.expect_download() as download:
            await visiting.page.get_by_role("link", name="Save").click()
        saved = await download.value
        assert saved.suggested_filename == "0.png"
        assert (await saved.path()).read_bytes() == PICTURE
        assert visiting.complaints == []


async def test_a_file_that_comes_damaged_is_not_opened() -> None:
    shop = Shop(owned=True, goods=(PICTURE,))
    async with visit(shop) as visiting:
        await until_open(visiting)
        files = await shop.claimed_files(LINK, "a-secret-in-a-cookie")
        assert files
        shop.goods = (PICTURE[:-1] + b"x",)
        await visiting.page.get_by_role("button", name="Open").click()
        await visiting.page.get_by_text("came damaged").wait_for()
        assert await visiting.page.get_by_role("img", name="0.png").count() == 0


async def test_a_large_file_is_whole_though_it_is_opened_piece_by_piece() -> None:
    film = blob("film.bin", size=61_000_007).data
    shop = Shop(owned=True, goods=(film,))
    async with visit(shop) as visiting:
        await until_open(visiting)
        await visiting.page.get_by_role("button", name="Open").click()
        save = visiting.page.get_by_role("link", name="Save")
        await save.wait_for(timeout=120_000)
        async with visiting.page.expect_download() as download:
            await save.click()
        saved = (await (await download.value).path()).read_bytes()
        assert hashlib.sha256(saved).digest() == hashlib.sha256(film).digest()
        assert visiting.complaints == []


async def test_all_are_saved_at_once_under_names_of_their_own() -> None:
    goods = (PICTURE, b"another", b"x" * 9_000_001)
    shop = Shop(owned=True, goods=goods, goods_name="Strand: Süd.jpg")
    async with visit(shop) as visiting:
        await until_open(visiting)
        page = visiting.page
        async with page.expect_download() as download:
            await page.get_by_role("button", name="Save all").click()
        saved = await download.value
        assert saved.suggested_filename == f"{code_of(OFFER)}.zip"
        with zipfile.ZipFile(await saved.path()) as archive:
            assert archive.testzip() is None
            names = ["Strand_ Süd.jpg", "Strand_ Süd (2).jpg", "Strand_ Süd (3).jpg"]
            assert archive.namelist() == names
            assert tuple(archive.read(each) for each in names) == goods
        assert await page.locator(".claimed .button:not(.quiet)").count() == 1
        assert visiting.complaints == []


async def test_of_all_together_the_damaged_one_is_named_and_nothing_is_saved() -> None:
    shop = Shop(owned=True, goods=(PICTURE, PICTURE))
    async with visit(shop) as visiting:
        await until_open(visiting)
        shop.goods = (PICTURE, PICTURE[:-1] + b"x")
        await visiting.page.get_by_role("button", name="Save all").click()
        await visiting.page.get_by_text("1.png: The file came damaged").wait_for()
        shop.goods = (PICTURE, PICTURE)
        async with visiting.page.expect_download():
            await visiting.page.get_by_role("button", name="Save all").click()


async def test_a_file_that_comes_short_is_not_opened() -> None:
    shop = Shop(owned=True, goods=(PICTURE,))
    async with visit(shop) as visiting:
        await until_open(visiting)
        shop.goods = (PICTURE[:-1],)
        await visiting.page.get_by_role("button", name="Open").click()
        await visiting.page.get_by_text("did not come").wait_for()


async def test_names_are_words_and_no_markup() -> None:
    shop = Shop(owned=True, proven=True, goods=(PICTURE,))
    shop.says(text="<img src=x onerror=alert(1)>")
    async with visit(shop) as visiting:
        await visiting.go()
        await visiting.page.get_by_text("<img src=x onerror=alert(1)>").wait_for()
        assert visiting.complaints == []


async def test_the_script_speaks_the_language_of_the_page() -> None:
    shop = Shop(owned=True, proven=True, goods=(PICTURE,))
    async with visit(shop, locale="de-DE") as visiting:
        cookie = {"name": "ppv_claim", "value": SECRET, "url": visiting.base}
        await visiting.page.context.add_cookies([cookie])  # type: ignore[list-item]
        await visiting.go()
        await visiting.page.get_by_role("heading", name="Hier kannst du es öffnen").wait_for()
        await visiting.page.get_by_role("button", name="Öffnen").click()
        await visiting.page.get_by_role("link", name="Speichern").wait_for()
        assert visiting.complaints == []


@pytest.mark.parametrize(
    ("mimetype", "says"),
    [
        ("video/quicktime", "in another player"),
        ("video/x-matroska", "in another player"),
        ("audio/x-m4a", "in another player"),
        ("image/apng", "in another program"),
    ],
)
async def test_what_the_browser_cannot_play_is_offered_all_the_same(
    mimetype: str, says: str
) -> None:
    goods = b"nothing that any browser knows" * 50
    shop = Shop(owned=True, goods=(goods,), goods_mimetype=mimetype, goods_name='say "hi".mov')
    async with visit(shop) as visiting:
        await until_open(visiting)
        page = visiting.page
        await page.get_by_text('say "hi".mov').wait_for()
        await page.get_by_role("button", name="Open").click()
        await page.get_by_text(says).wait_for()
        async with page.expect_download() as download:
            await page.get_by_role("link", name="Save").click()
        saved = await download.value
        assert saved.suggested_filename == "say 'hi'.mov"
        assert (await saved.path()).read_bytes() == goods


@pytest.mark.parametrize("mimetype", ["video/webm", "video/quicktime", "video/x-m4v"])
async def test_a_film_plays_by_what_it_is_and_not_by_its_name(mimetype: str) -> None:
    shop = Shop(owned=True, goods=(clip().data,), goods_mimetype=mimetype)
    async with visit(shop) as visiting:
        await until_open(visiting)
        await visiting.page.get_by_role("button", name="Open").click()
        width = await visiting.page.locator("video").evaluate(
            """async video => {
                if (!video.readyState) await new Promise(done => video.onloadedmetadata = done);
                return video.videoWidth;
            }"""
        )
        assert width > 0
        assert await visiting.page.get_by_text("in another player").count() == 0
