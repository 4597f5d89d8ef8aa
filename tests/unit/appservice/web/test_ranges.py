"""Parts of free previews, as players of films ask for them."""

from dataclasses import replace

import pytest
from aiohttp import ClientResponse

from appservice.web.ranges import part_of
from bot.domain.offers.attachment import MediaKind
from bot.views.page_models import FreeFile
from tests.support.fake_page_data import OFFER, SUNSET
from tests.support.fake_pages import Client, Shop

FILM = bytes(range(256)) * 20
FREE = FreeFile(
    number=0,
    name="sea.mp4",
    kind=MediaKind.VIDEO,
    mimetype="video/mp4",
    size=len(FILM),
    tag="first",
)
PATH = f"/m/{OFFER}/free/0"


def shop() -> Shop:
    return Shop(offer=replace(SUNSET, free=1, previews=(FREE,)), previews=(FILM,))


async def asks(client: Client, **headers: str) -> tuple[ClientResponse, bytes]:
    answer = await client.get(
        PATH, headers={name.replace("_", "-"): value for name, value in headers.items()}
    )
    return answer, await answer.read()


@pytest.mark.parametrize(
    ("header", "start", "stop"),
    [
        ("bytes=0-1", 0, 2),
        ("bytes=0-0", 0, 1),
        ("bytes=17-4000", 17, 4001),
        ("bytes=5000-", 5000, 5120),
        ("bytes=0-", 0, 5120),
        ("bytes=0-99999999", 0, 5120),
        ("bytes=-20", 5100, 5120),
        ("bytes=-99999", 0, 5120),
        ("Bytes = 3-4 ", 3, 5),
    ],
)
async def test_a_part_is_sent_with_its_place(header: str, start: int, stop: int) -> None:
    async with shop().open() as client:
        answer, body = await asks(client, Range=header)
    assert answer.status == 206
    assert body == FILM[start:stop]
    assert answer.headers["Content-Range"] == f"bytes {start}-{stop - 1}/5120"
    assert answer.headers["Content-Length"] == str(stop - start)
    assert answer.headers["Accept-Ranges"] == "bytes"
    assert answer.content_type == "video/mp4"


@pytest.mark.parametrize("header", ["bytes=5120-", "bytes=9999-10000", "bytes=-0"])
async def test_where_nothing_is_the_size_is_told(header: str) -> None:
    async with shop().open() as client:
        answer, body = await asks(client, Range=header)
    assert (answer.status, body) == (416, b"")
    assert answer.headers["Content-Range"] == "bytes */5120"


@pytest.mark.parametrize(
    "header",
    [
        "",
        "bytes=",
        "bytes=-",
        "bytes=4-3",
        "bytes=a-b",
        "bytes=0-1,5-6",
        "lines=0-1",
        "bytes=0-" + "9" * 19,
    ],
)
async def test_what_is_not_understood_gets_all_of_it(header: str) -> None:
    async with shop().open() as client:
        answer, body = await asks(client, Range=header)
    assert (answer.status, body) == (200, FILM)
    assert "Content-Range" not in answer.headers
    assert part_of(header, len(FILM)) is None


async def test_a_part_of_another_file_than_the_one_known_is_not_sent() -> None:
    async with shop().open() as client:
        for if_range, status in (
            ('"first"', 206),
            ('"second"', 200),
            ('W/"first"', 200),
            ("Fri, 27 Nov 2026 12:00:00 GMT", 200),
        ):
            answer, body = await asks(client, Range="bytes=0-1", If_Range=if_range)
            assert (answer.status, len(body)) == (status, 2 if status == 206 else len(FILM))
            assert answer.headers["ETag"] == '"first"'


async def test_what_a_browser_has_already_is_not_sent_again() -> None:
    async with shop().open() as client:
        for known, status in (
            ('"first"', 304),
            ('W/"first"', 304),
            ('"x", "first"', 304),
            ("*", 304),
            ('"second"', 200),
        ):
            answer, body = await asks(client, If_None_Match=known)
            assert (answer.status, body) == (status, b"" if status == 304 else FILM)


async def test_head_tells_of_all_of_it_whatever_part_is_asked_for() -> None:
    async with shop().open() as client:
        answer = await client.head(PATH, headers={"Range": "bytes=0-1"})
        assert answer.status == 200
        assert answer.headers["Content-Length"] == "5120"
        assert answer.headers["Accept-Ranges"] == "bytes"
        assert answer.headers["ETag"] == '"first"'
