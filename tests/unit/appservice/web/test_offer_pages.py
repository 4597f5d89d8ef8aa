"""The offer's page: what everybody sees, what is free, and the way to one's own link."""

from dataclasses import replace
from typing import Any

import pytest

from appservice.web.site import CHECKOUT as PAY
from bot.domain.offers.attachment import MediaKind
from bot.errors import UserError
from bot.ids import UserId
from bot.services.checkout.request_link import TooOften
from bot.views.page_models import FreeFile
from tests.support.fake_page_data import LINK, OFFER, SUNSET, teaser
from tests.support.fake_pages import Client, Shop

PAGE = f"/m/{OFFER}"
PERSONAL = f"{PAGE}?for={LINK}"
ASK = f"{PAGE}/ask"
BOB = "@bob:elsewhere.org"
BROWSER = {"Accept": "text/html,application/xhtml+xml,*/*;q=0.8"}


async def page(client: Client, path: str, status: int = 200) -> str:
    answer = await client.get(path, headers=BROWSER)
    assert (answer.status, answer.content_type) == (status, "text/html")
    return await answer.text()


async def test_the_room_link_shows_the_offer_and_how_to_get_ones_own_link() -> None:
    async with Shop().open() as client:
        html = await page(client, f"/m/{OFFER}")
    for words in (
        "Three evenings on the roof",
        "Alice",
        "@alice:example.org",
        "5.00 USD",
        "3 photos, 1 video (2:14), 48 MB",
        "One free preview stands with it in the room.",
        "🔓",
        "!ppv buy K7QM2-XPA4E",
        "https://matrix.to/#/%40ppv%3Aexample.org",
    ):
        assert words in html
    assert PAY not in html, "nobody can pay who is not known on Matrix"


@pytest.mark.parametrize("code", ["K7QM2-XPA4E", "k7qm2xpa4e", "K7QM2XPA4E"])
async def test_the_code_in_the_address_may_be_written_as_people_do(code: str) -> None:
    async with Shop().open() as client:
        assert "5.00 USD" in await page(client, f"/m/{code}")


async def test_looking_makes_nothing() -> None:
    shop = Shop()
    async with shop.open() as client:
        for path in (f"/m/{OFFER}", PERSONAL):
            await client.head(path)
            await client.get(path)
            assert (await client.get(PAY)).status == 405
    assert shop.started == []


@pytest.mark.parametrize("code", ["0000000000", "x", "K7QM2-XPA4E-", "..%2f..%2fetc"])
async def test_an_offer_that_is_not_there_is_told_kindly(code: str) -> None:
    async with Shop(offer=None).open() as client:
        assert "There is no such offer" in await page(client, f"/m/{code}", 404)


async def test_an_offer_that_has_ended_says_why_and_cannot_be_bought() -> None:
    ended = replace(SUNSET, ended="This offer has ended: its seller took it off sale.")
    async with Shop(offer=ended).open() as client:
        for path in (f"/m/{OFFER}", PERSONAL):
            html = await page(client, path, 410)
            assert "its seller took it off sale" in html
            assert "<form" not in html
            assert "How to get it" not in html


async def test_an_offer_without_picture_text_or_display_name_looks_whole() -> None:
    seller = UserId("@alice:example.org")
    bare = replace(SUNSET, teaser=None, text="", seller_name=seller, free=0)
    async with Shop(offer=bare).open() as client:
        html = await page(client, f"/m/{OFFER}")
        assert (await client.get(f"/m/{OFFER}/teaser.png")).status == 404
    assert "<img" not in html
    assert 'class="words"' not in html
    assert "free preview" not in html
    assert html.count(seller) == 3, "in the title, in the card for chats, once on the page"


async def test_the_teaser_is_the_tiny_picture_itself() -> None:
    async with Shop().open() as client:
        assert f"/m/{OFFER}/teaser.png" in await page(client, f"/m/{OFFER}")
        answer = await client.get(f"/m/{OFFER}/teaser.png")
        assert (answer.status, answer.content_type) == (200, "image/png")
        assert await answer.read() == SUNSET.teaser


async def test_chats_that_show_what_a_link_leads_to_get_nothing_that_is_sold() -> None:
    async with Shop().open(prefix="/shop") as client:
        html = await page(client, f"/shop{PAGE}")
        for name, content in {
            "og:title": "Alice (@alice:example.org) · 5.00 USD",
            "og:description": "Three evenings on the roof, and the film of the last one."
            " (3 photos, 1 video (2:14), 48 MB)",
            "og:url": f"http://ppv.test/shop/m/{OFFER}",
            "og:image": f"http://ppv.test/shop/m/{OFFER}/card.png",
        }.items():
            assert f'<meta property="{name}" content="{content}">' in html
        answer = await client.get(f"/shop{PAGE}/card.png")
        assert (answer.status, answer.content_type) == (200, "image/png")
        assert "og:" not in await page(client, f"/shop{PERSONAL}"), (
            "a personal link is nobody else's"
        )


async def test_without_a_teaser_there_is_no_picture_to_show() -> None:
    async with Shop(offer=replace(SUNSET, teaser=None)).open() as client:
        assert "og:image" not in await page(client, PAGE)
        assert (await client.get(f"{PAGE}/card.png")).status == 404


# --- free previews


def shop_with(*files: tuple[str, MediaKind, str]) -> Shop:
    previews = tuple(
        FreeFile(
            number=number, name=name, kind=kind, mimetype=mimetype, size=len(teaser()), tag="1"
        )
        for number, (name, kind, mimetype) in enumerate(files)
    )
    offer = replace(SUNSET, free=len(files), previews=previews)
    return Shop(offer=offer, previews=(teaser(),) * len(files))


async def test_free_previews_are_shown_as_they_are() -> None:
    shop = shop_with(
        ("roof.png", MediaKind.IMAGE, "image/png"),
        ("roof.mp4", MediaKind.VIDEO, "video/mp4"),
        ("roof.mp3", MediaKind.AUDIO, "audio/mpeg"),
        ("plan.pdf", MediaKind.FILE, "application/pdf"),
    )
    async with shop.open(prefix="/shop") as client:
        html = await page(client, f"/shop{PAGE}")
        free = f"/shop{PAGE}/free"
        assert f'<img src="{free}/0" alt="roof.png"' in html
        assert f'<video src="{free}/1" controls' in html
        assert f'<audio src="{free}/2" controls' in html
        assert f'href="{free}/3" download="plan.pdf"' in html
        assert "with it in the room" not in html
        answer = await client.get(f"{free}/0")
        assert (answer.status, answer.content_type) == (200, "image/png")
        assert await answer.read() == teaser()
        assert (await client.head(f"{free}/0")).headers["Content-Length"] == str(len(teaser()))
        for missing in (f"{free}/4", f"{free}/999", "/shop/m/0000000000/free/0"):
            assert (await client.get(missing)).status == 404


async def test_what_stands_in_the_room_alone_is_counted() -> None:
    async with Shop(offer=replace(SUNSET, free=3)).open() as client:
        html = await page(client, PAGE)
    assert "3 free previews stand with it in the room." in html
    assert "Free to see" not in html


@pytest.mark.parametrize("mimetype", ["text/html", "image/svg+xml", "application/xhtml+xml", "x"])
async def test_a_file_that_could_run_is_only_ever_saved(mimetype: str) -> None:
    """Whatever a seller calls it: a page of the seller's must not speak in our name."""
    shop = shop_with(('"><script>alert(1)</script>\r\nX: y', MediaKind.IMAGE, mimetype))
    async with shop.open() as client:
        assert "<script>" not in await page(client, PAGE)
        answer = await client.get(f"{PAGE}/free/0")
    assert answer.content_type == "application/octet-stream"
    assert answer.headers["Content-Disposition"].startswith("attachment;")
    assert "sandbox" in answer.headers["Content-Security-Policy"]
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert "X" not in answer.headers


# --- asking for one's own link


async def ask(client: Client, who: str, **headers: str) -> Any:
    return await client.post(
        ASK, data={"who": who}, headers=BROWSER | headers, allow_redirects=False
    )


@pytest.mark.parametrize(
    "typed",
    [BOB, f"  {BOB} ", f"https://matrix.to/#/{BOB}", "https://matrix.to/#/%40bob%3Aelsewhere.org"],
)
async def test_whoever_types_their_matrix_id_is_written_to(typed: str) -> None:
    shop = Shop()
    async with shop.open() as client:
        answer = await ask(client, typed)
        assert (answer.status, answer.headers["Location"]) == (303, f"{PAGE}?asked")
        html = await page(client, answer.headers["Location"])
        assert "Please look into your chats." in html
        assert BOB not in html, "the answer is the same for everybody"
    assert shop.wanted == [UserId(BOB)]


@pytest.mark.parametrize(
    "typed", ["", "bob", "@bob", "@bob:", "bob@elsewhere.org", "@:elsewhere.org", "@b:" + "x" * 300]
)
async def test_what_is_no_matrix_id_is_said_beside_the_field(typed: str) -> None:
    shop = Shop()
    async with shop.open() as client:
        answer = await ask(client, typed)
        html = await answer.text()
    assert answer.status == 400
    assert "That is not a Matrix ID." in html
    assert 'aria-invalid="true"' in html
    assert shop.wanted == []


async def test_what_was_typed_is_kept_and_is_no_markup() -> None:
    async with Shop().open() as client:
        html = await (await ask(client, '"><script>alert(1)</script>')).text()
    assert 'value="&#34;&gt;&lt;script&gt;alert(1)&lt;/script&gt;"' in html


async def test_the_visitor_is_known_by_an_address_that_cannot_be_made_up() -> None:
    shop = Shop()
    async with shop.open() as client:
        forwarded = {"X-Forwarded-For": "198.51.100.1, 9.9.9.9"}
        assert (await ask(client, BOB, **forwarded)).status == 303
        assert shop.askers == ["9.9.9.9"], "the last one is the word of the web server in front"


async def test_who_asks_too_often_is_told_to_wait() -> None:
    shop = Shop()
    async with shop.open() as client:
        shop.ask_failure = TooOften()
        answer = await ask(client, BOB)
        assert (answer.status, answer.headers["Retry-After"]) == (429, "60")
        assert "Please wait a minute" in await answer.text()


async def test_other_websites_cannot_have_anybody_written_to() -> None:
    shop = Shop()
    async with shop.open() as client:
        assert (await ask(client, BOB, **{"Sec-Fetch-Site": "cross-site"})).status == 403
    assert shop.wanted == []


async def test_what_is_not_there_or_not_on_sale_is_said() -> None:
    async with Shop(offer=None).open() as client:
        assert (await ask(client, BOB)).status == 404

    shop = Shop(failure=UserError("This offer has ended: its seller took it off sale."))
    async with shop.open() as client:
        answer = await ask(client, BOB)
        assert answer.status == 409
        assert "took it off sale" in await answer.text()
