"""The studio beside a chat on a real homeserver, which gives out OpenID tokens and says whose they are."""

import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import quote

import aiohttp
import pytest
import pytest_asyncio
import yaml

from sandbox.clients import MatrixUser
from sandbox.environment import Environment, open_environment
from sandbox.processes import free_port
from sandbox.synapse import Synapse
from tests.support.synapse.running_doctor import findings

pytestmark = pytest.mark.asyncio(loop_scope="module")
APP = "https://app.element.test"
CHANGES: dict[str, dict[str, Any]] = {
    "encryption": {"direct_rooms": "off"},
    "public": {"widget_clients": [APP]},
}


@dataclass(slots=True)
class Chat:
    """A seller's direct room, and the homeserver as their app calls it."""

    town: Environment
    seller: MatrixUser
    room: str
    http: aiohttp.ClientSession

    async def asks(self, words: str, answer: str) -> str:
        mark = self.seller.mark()
        await self.seller.say(self.room, words)
        event = await self.seller.wait_for(
            lambda each: each.sender == self.town.bot and answer in each.body,
            room_id=self.room,
            after=mark,
            seconds=30,
        )
        return event.body

    async def state(self, type_: str, key: str = "") -> dict[str, Any]:
        path = f"rooms/{quote(self.room)}/state/{type_}/{key}"
        return await self._called("GET", path, await self._token("sally"))

    async def openid(self, name: str) -> dict[str, Any]:
        user = quote(f"@{name}:{self.town.synapse.server_name}")
        path = f"user/{user}/openid/request_token"
        return await self._called("POST", path, await self._token(name), {})

    async def sign_in(self, url: str, openid: dict[str, Any]) -> tuple[int, dict[str, str], str]:
        """Status, answer, and the cookie that came with it."""
        page, _, secret = url.partition("?for=")
        async with self.http.get(url) as answer:
            html = await answer.text()
            cookie = answer.headers["Set-Cookie"].partition(";")[0]
        form = {
            "token": re.findall(r'data-token="([^"]+)"', html)[0],
            "for": secret,
            "openid": openid["access_token"],
            "server": openid["matrix_server_name"],
        }
        headers = {"Sec-Fetch-Site": "same-origin", "Cookie": cookie}
        async with self.http.post(f"{page}/sign-in", data=form, headers=headers) as answer:
            brought = answer.headers.get("Set-Cookie", "").partition(";")[0]
            return answer.status, await answer.json(), brought

    async def _token(self, name: str) -> str:
        login = {
            "type": "m.login.password",
            "identifier": {"type": "m.id.user", "user": name},
            "password": f"{name}-password",
        }
        return str((await self._called("POST", "login", None, login))["access_token"])

    async def _called(
        self, method: str, path: str, token: str | None, body: Any = None
    ) -> dict[str, Any]:
        url = f"{self.town.synapse.url}/_matrix/client/v3/{path}"
        headers = {"Authorization": f"Bearer {token}"} if token else {}
        async with self.http.request(method, url, json=body, headers=headers) as answer:
            assert answer.status == 200, await answer.text()
            return dict(await answer.json())


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def chat(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Chat]:
    folder = tmp_path_factory.mktemp("town")
    async with (
        open_environment(folder, sellers=("sally",), changes=CHANGES) as town,
        _apps() as http,
    ):
        seller = await town.cast.register("sally", password="sally-password")
        await town.cast.register("mallory", password="mallory-password")
        room = await seller.open_direct_room(town.bot)
        await seller.wait_for_member(room, town.bot, seconds=30)
        yield Chat(town, seller, room, http)


@asynccontextmanager
async def _apps() -> AsyncIterator[aiohttp.ClientSession]:
    async with aiohttp.ClientSession(cookie_jar=aiohttp.DummyCookieJar()) as http:
        yield http


async def test_from_the_word_to_the_studio_and_out_again(chat: Chat) -> None:
    said = await chat.asks("!ppv widget", "I may not change")
    assert f"/op {chat.town.bot} 50" in said
    await chat.seller.set_power(chat.room, chat.town.bot, 50)
    await chat.asks("!ppv widget", "beside this chat now")
    widget = await chat.state("im.vector.modular.widgets", "matrix-ppv-studio")
    assert (widget["type"], widget["creatorUserId"]) == ("m.custom", chat.town.bot)
    layout = await chat.state("io.element.widgets.layout")
    assert list(layout["widgets"]) == ["matrix-ppv-studio"]
    url = widget["url"]

    token = await chat.openid("sally")
    status, went, cookie = await chat.sign_in(url, token)
    assert (status, went) == (200, {"go": "/widget/studio"})
    pages = chat.town.product.configuration.addresses.pages
    headers = {"Cookie": cookie, "Sec-Fetch-Site": "same-origin"}
    async with chat.http.get(f"{pages}/widget/studio", headers=headers) as answer:
        assert answer.status == 200
        assert chat.seller.user_id in await answer.text()
        assert f"frame-ancestors {APP}" in answer.headers["Content-Security-Policy"]

    assert (await chat.sign_in(url, token))[0] == 409, "a token is taken once"
    status, why, _ = await chat.sign_in(url, await chat.openid("mallory"))
    assert (status, "belongs to somebody else" in why["error"]) == (409, True)
    status, why, _ = await chat.sign_in(url, token | {"access_token": "made-up"})
    assert (status, "did not confirm" in why["error"]) == (409, True)

    await chat.asks("!ppv widget off", "out of this chat")
    assert await chat.state("im.vector.modular.widgets", "matrix-ppv-studio") == {}
    assert (await chat.state("io.element.widgets.layout"))["widgets"] == {}
    status, why, _ = await chat.sign_in(url, await chat.openid("sally"))
    assert (status, "was closed" in why["error"]) == (409, True)


async def test_doctor_tells_whether_the_homeserver_answers(chat: Chat, tmp_path: Path) -> None:
    config = chat.town.product.configuration.file
    well, words = (await findings(config))["widget"]
    assert (well, words) == (True, f"the homeserver answers OpenID, for {APP}")

    async with _without_openid(tmp_path / "synapse") as other:
        tree = yaml.safe_load(config.read_text())
        tree["homeserver"]["url"] = other.url
        spoiled = tmp_path / "config.yaml"
        spoiled.write_text(yaml.safe_dump(tree))
        well, words = (await findings(spoiled))["widget"]
    assert not well
    assert "add `openid` to the `resources` of the listener" in words


@asynccontextmanager
async def _without_openid(folder: Path) -> AsyncIterator[Synapse]:
    port = free_port()
    listener = {
        "port": port,
        "bind_addresses": ["127.0.0.1"],
        "type": "http",
        "resources": [{"names": ["client"]}],
    }
    async with Synapse.start(folder, port=port, settings={"listeners": [listener]}) as synapse:
        yield synapse
