"""Whose an OpenID token is: asked of the homeserver that the name leads to, and of nothing in our own network."""

from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer

from appservice.matrix.openid import USERINFO, MatrixOpenId
from appservice.matrix.ssrf import is_public
from bot.errors import OperatorError, TemporaryError
from tests.support.remote_homeserver import Elsewhere

Open = Callable[..., AbstractAsyncContextManager[MatrixOpenId]]


@pytest.fixture
def elsewhere(tmp_path: Path) -> Elsewhere:
    return Elsewhere(tmp_path)


@pytest.fixture
def opened(elsewhere: Elsewhere) -> Open:
    @asynccontextmanager
    async def open_(
        service: tuple[str, int] | None = None, allowed: Callable[[str], bool] = lambda _: True
    ) -> AsyncIterator[MatrixOpenId]:
        async def service_of(host: str) -> tuple[str, int] | None:
            return service

        async with (
            elsewhere.serving() as tls,
            MatrixOpenId.open(
                "here.test",
                "http://127.0.0.1:9",
                resolver=elsewhere,
                allowed=allowed,
                service=service_of,
                tls=tls,
            ) as openid,
        ):
            yield openid

    return open_


async def test_the_name_alone_leads_there(opened: Open, elsewhere: Elsewhere) -> None:
    async with opened() as openid:
        assert await openid.holder_of("a+token/&=", "remote.test") == "@alice:remote.test"
    assert elsewhere.seen[-1] == ("remote.test", USERINFO)
    assert elsewhere.tokens == ["a+token/&="]


@pytest.mark.parametrize(
    ("told", "host"),
    [
        ("matrix.remote.test", "matrix.remote.test"),
        ("matrix.remote.test:443", "matrix.remote.test:443"),
        ("not a name", "remote.test"),
        (7, "remote.test"),
    ],
)
async def test_it_may_name_another(
    opened: Open, elsewhere: Elsewhere, told: Any, host: str
) -> None:
    elsewhere.delegation = {"m.server": told}
    async with opened() as openid:
        assert await openid.holder_of("t", "remote.test") == "@alice:remote.test"
    assert elsewhere.seen[-1] == (host, USERINFO)


async def test_a_port_in_the_name_asks_nobody_else(opened: Open, elsewhere: Elsewhere) -> None:
    elsewhere.delegation = {"m.server": "wrong.test"}
    elsewhere.userinfo = {"sub": "@alice:remote.test:8448"}
    async with opened() as openid:
        assert await openid.holder_of("t", "remote.test:8448") == "@alice:remote.test:8448"
    assert elsewhere.seen == [("remote.test:8448", USERINFO)]


async def test_dns_may_name_a_host_that_answers_for_the_name(
    opened: Open, elsewhere: Elsewhere
) -> None:
    async with opened(("host7.provider.test", 8449)) as openid:
        assert await openid.holder_of("t", "remote.test") == "@alice:remote.test"
    assert elsewhere.seen[-1] == ("remote.test", USERINFO)


async def test_redirects_are_followed_by_https_alone(opened: Open, elsewhere: Elsewhere) -> None:
    elsewhere.delegation = web.Response(
        status=302, headers={"Location": "http://remote.test/elsewhere"}
    )
    async with opened() as openid:
        await openid.holder_of("t", "remote.test")
    assert ("remote.test", "/elsewhere") not in elsewhere.seen
    elsewhere.seen.clear()
    elsewhere.delegation = web.Response(status=302, headers={"Location": "/elsewhere"})
    async with opened() as openid:
        await openid.holder_of("t", "remote.test")
    assert ("remote.test", "/elsewhere") in elsewhere.seen


@pytest.mark.parametrize(
    "answer",
    [
        {"sub": "@alice:here.test"},
        {"sub": "@alice:remote.test.evil.test"},
        {"sub": "@alice:remote.test\n"},
        {"sub": "alice"},
        {"sub": ["@alice:remote.test"]},
        {},
        [],
    ],
)
async def test_it_speaks_of_its_own_users_alone(
    opened: Open, elsewhere: Elsewhere, answer: Any
) -> None:
    elsewhere.userinfo = answer
    async with opened() as openid:
        assert await openid.holder_of("t", "remote.test") is None


async def test_a_token_that_it_does_not_know_is_nobody_s(
    opened: Open, elsewhere: Elsewhere
) -> None:
    elsewhere.status, elsewhere.userinfo = 401, {"errcode": "M_UNKNOWN_TOKEN"}
    async with opened() as openid:
        assert await openid.holder_of("t", "remote.test") is None


@pytest.mark.parametrize("status", [302, 404, 429, 500])
async def test_anything_else_is_tried_again_later(
    opened: Open, elsewhere: Elsewhere, status: int
) -> None:
    elsewhere.status = status
    async with opened() as openid:
        with pytest.raises(TemporaryError):
            await openid.holder_of("t", "remote.test")


async def test_an_endless_answer_is_not_read(opened: Open, elsewhere: Elsewhere) -> None:
    elsewhere.userinfo = {"sub": "@alice:remote.test", "more": "x" * 70_000}
    async with opened() as openid:
        with pytest.raises(TemporaryError):
            await openid.holder_of("t", "remote.test")


async def test_a_certificate_for_another_name_is_not_believed(
    opened: Open, elsewhere: Elsewhere
) -> None:
    elsewhere.certified = ("other.test",)
    async with opened() as openid:
        with pytest.raises(TemporaryError):
            await openid.holder_of("t", "remote.test")
    assert elsewhere.seen == []


@pytest.mark.parametrize(
    "server",
    [
        "inside.test",
        "inside.test:8448",
        "127.0.0.1",
        "127.0.0.1:8448",
        "127.1:8448",
        "2130706433:8448",
        "[::1]:8448",
        "[::ffff:127.0.0.1]:8448",
        "",
        "a/b",
        "a@127.0.0.1",
        "remote.test:0",
        "remote.test:99999",
    ],
)
async def test_nothing_in_our_own_network_is_called(
    opened: Open, elsewhere: Elsewhere, server: str
) -> None:
    elsewhere.addresses["inside.test"] = "10.0.0.7"
    async with opened(allowed=is_public) as openid:
        with pytest.raises(TemporaryError):
            await openid.holder_of("t", server)
    assert elsewhere.seen == []


async def test_nor_by_way_of_what_a_public_one_names(opened: Open, elsewhere: Elsewhere) -> None:
    def allowed(address: str) -> bool:
        return address == "127.0.0.1"

    elsewhere.addresses["inside.test"] = "127.0.0.2"
    for named in ("inside.test", "inside.test:8448", "127.0.0.2:8448", "127.1:8448"):
        elsewhere.delegation = {"m.server": named}
        async with opened(allowed=allowed) as openid:
            with pytest.raises(TemporaryError):
                await openid.holder_of("t", "remote.test")
    async with opened(("inside.test", 8448), allowed) as openid:
        elsewhere.delegation = None
        with pytest.raises(TemporaryError):
            await openid.holder_of("t", "remote.test")
    assert elsewhere.tokens == []


async def test_our_own_is_asked_where_the_settings_say(opened: Open) -> None:
    async def tells(request: web.Request) -> web.Response:
        if request.query["access_token"] == "t":
            return web.json_response({"sub": "@alice:here.test"})
        return web.json_response({"errcode": "M_UNKNOWN_TOKEN"}, status=401)

    app = web.Application()
    app.router.add_get(USERINFO, tells)
    async with (
        TestServer(app, host="127.0.0.1") as server,
        MatrixOpenId.open("here.test", f"http://127.0.0.1:{server.port}") as openid,
    ):
        assert await openid.holder_of("t", "here.test") == "@alice:here.test"
        assert await openid.holder_of("other", "here.test") is None


async def test_a_listener_without_it_is_named_with_what_to_do() -> None:
    async with (
        TestServer(web.Application(), host="127.0.0.1") as server,
        MatrixOpenId.open("here.test", f"http://127.0.0.1:{server.port}") as openid,
    ):
        with pytest.raises(OperatorError, match="add `openid` to the `resources`"):
            await openid.holder_of("t", "here.test")
