"""How large a file may be: what the homeserver says, and what a proxy in front of it takes."""

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from types import SimpleNamespace

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer

from appservice.matrix.client import MatrixClient
from appservice.matrix.media.media_repository import MatrixMedia
from bot.errors import TemporaryError
from bot.ids import UserId
from bot.ports import FileTooLarge, NotTaken

NGINX = "<html><head><title>413 Request Entity Too Large</title></head></html>"


class Homeserver:
    """A media repository behind a proxy."""

    def __init__(self) -> None:
        self.limit: int | None = 1000
        self.old = False
        """It knows only the path of Matrix before 1.11."""
        self.proxy: int | None = None
        self.refuses: str | None = None
        self.says_too_large = False
        """It refuses in its own words what the proxy would refuse with a page."""
        self.page: int | None = None
        """The status with which the proxy answers in its place."""
        self.hidden = False
        """The proxy does not let the question for the limit through."""
        self.reserved = 0

    def routes(self) -> list[web.RouteDef]:
        return [
            web.get("/_matrix/client/v1/media/config", self._config),
            web.get("/_matrix/media/v3/config", self._config),
            web.post("/_matrix/media/v1/create", self._create),
            web.put("/_matrix/media/v3/upload/{server}/{media}", self._upload),
        ]

    async def _config(self, request: web.Request) -> web.Response:
        if self.hidden:
            return web.Response(status=404, text=NGINX, content_type="text/html")
        if self.old and request.path.startswith("/_matrix/client/v1"):
            return web.json_response({"errcode": "M_UNRECOGNIZED", "error": "no"}, status=404)
        return web.json_response({} if self.limit is None else {"m.upload.size": self.limit})

    async def _create(self, _: web.Request) -> web.Response:
        if self.page:
            return web.Response(status=self.page, text=NGINX, content_type="text/html")
        if self.refuses:
            return web.json_response({"errcode": self.refuses, "error": "no"}, status=403)
        self.reserved += 1
        return web.json_response({"content_uri": f"mxc://test/m{self.reserved}"})

    async def _upload(self, request: web.Request) -> web.Response:
        if self.proxy is not None and (request.content_length or 0) > self.proxy:
            if self.says_too_large:
                return web.json_response({"errcode": "M_TOO_LARGE", "error": "no"}, status=413)
            return web.Response(status=413, text=NGINX, content_type="text/html")
        await request.read()
        return web.json_response({})


@pytest.fixture
async def homeserver() -> Homeserver:
    return Homeserver()


@asynccontextmanager
async def media_of(homeserver: Homeserver) -> AsyncIterator[MatrixMedia]:
    application = web.Application(client_max_size=0)
    application.add_routes(homeserver.routes())
    async with TestServer(application) as server:
        url = str(server.make_url(""))
        async with MatrixClient.open(url, UserId("@bot:test"), "DEVICE", "token") as client:
            yield MatrixMedia(client)


async def goes_up(media: MatrixMedia, size: int) -> None:
    async def chunks() -> AsyncIterator[bytes]:
        for start in range(0, size, 1 << 16):
            yield bytes(min(1 << 16, size - start))

    await media.upload(await media.reserve(size), chunks(), size=size, mimetype="text/plain")


@pytest.mark.parametrize("old", [False, True])
async def test_the_homeservers_limit_is_asked_before_an_address_is_reserved(
    homeserver: Homeserver, old: bool
) -> None:
    homeserver.old = old
    async with media_of(homeserver) as media:
        assert await media.largest() == 1000
        await goes_up(media, 1000)
        for _ in range(10):
            with pytest.raises(FileTooLarge):
                await goes_up(media, 1001)
    assert homeserver.reserved == 1, "addresses that are never filled are few"


async def test_a_changed_limit_counts_for_the_next_upload(homeserver: Homeserver) -> None:
    async with media_of(homeserver) as media:
        with pytest.raises(FileTooLarge):
            await goes_up(media, 1500)
        homeserver.limit = 2000
        await goes_up(media, 1500)
        homeserver.limit = 100
        with pytest.raises(FileTooLarge):
            await goes_up(media, 1500)
        assert await media.largest() == 100


@pytest.fixture
def passes(monkeypatch: pytest.MonkeyPatch) -> Callable[[float], None]:
    """Lets seconds pass."""
    now = [1e6]
    monkeypatch.setattr(
        "appservice.matrix.media.upload_limit.time",
        SimpleNamespace(monotonic=lambda: now[0]),
    )

    def let_pass(seconds: float) -> None:
        now[0] += seconds

    return let_pass


async def test_what_a_proxy_refuses_for_minutes_is_too_large_and_remembered(
    homeserver: Homeserver, passes: Callable[[float], None]
) -> None:
    homeserver.limit, homeserver.proxy = 5_000_000, 1_000_000
    async with media_of(homeserver) as media:
        for _ in range(3):
            with pytest.raises(TemporaryError):
                await goes_up(media, 3_000_000)
        assert await media.largest() == 5_000_000
        passes(301)
        with pytest.raises(FileTooLarge):
            await goes_up(media, 3_000_000)
        assert await media.largest() == 2_999_999
        with pytest.raises(FileTooLarge):
            await goes_up(media, 3_000_000)
        await goes_up(media, 900_000)
        assert homeserver.reserved == 5
        passes(3601)
        with pytest.raises(FileTooLarge):
            await goes_up(media, 3_000_000)
        assert homeserver.reserved == 6, "after an hour it is tried once more"


async def test_one_odd_answer_of_a_proxy_decides_nothing(
    homeserver: Homeserver, passes: Callable[[float], None]
) -> None:
    homeserver.limit, homeserver.proxy = 5_000_000, 0
    async with media_of(homeserver) as media:
        with pytest.raises(TemporaryError):
            await goes_up(media, 3_000_000)
        homeserver.proxy = None
        await goes_up(media, 3_000_000)
        homeserver.proxy = 0
        passes(3600)
        with pytest.raises(TemporaryError):
            await goes_up(media, 3_000_000)


async def test_the_homeservers_own_word_counts_at_once(homeserver: Homeserver) -> None:
    homeserver.proxy, homeserver.says_too_large = 0, True
    async with media_of(homeserver) as media:
        with pytest.raises(FileTooLarge):
            await goes_up(media, 10)


@pytest.mark.parametrize("status", [401, 403, 404])
async def test_a_page_in_place_of_an_answer_counts_once_it_has_lasted(
    homeserver: Homeserver, status: int, passes: Callable[[float], None]
) -> None:
    homeserver.page = status
    async with media_of(homeserver) as media:
        with pytest.raises(TemporaryError):
            await goes_up(media, 10)
        passes(301)
        with pytest.raises(NotTaken):
            await goes_up(media, 10)
        homeserver.page = None
        await goes_up(media, 10)
        homeserver.page = status
        with pytest.raises(TemporaryError):
            await goes_up(media, 10)


async def test_a_proxy_that_hides_the_question_for_the_limit_hides_only_that(
    homeserver: Homeserver,
) -> None:
    homeserver.hidden = True
    async with media_of(homeserver) as media:
        await goes_up(media, 3_000_000)
        assert await media.largest() is None


async def test_a_homeserver_that_names_no_limit_has_none(homeserver: Homeserver) -> None:
    homeserver.limit = None
    async with media_of(homeserver) as media:
        assert await media.largest() is None
        await goes_up(media, 3_000_000)


async def test_a_repository_that_says_no_takes_nothing(homeserver: Homeserver) -> None:
    homeserver.refuses = "M_FORBIDDEN"
    async with media_of(homeserver) as media:
        with pytest.raises(NotTaken):
            await goes_up(media, 10)


async def test_who_only_looks_is_not_held_up_by_a_homeserver_that_is_away() -> None:
    async with MatrixClient.open("http://127.0.0.1:9", UserId("@b:t"), "D", "token") as client:
        media = MatrixMedia(client)
        assert await media.largest() is None
        with pytest.raises(TemporaryError):
            await media.reserve(10)
