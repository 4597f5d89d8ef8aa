"""The gate without matrix-ppv behind it: what it refuses, and to whom it does not listen."""

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import aiohttp
import pytest
import pytest_asyncio

from sandbox.cast import Cast, MatrixError, Person
from sandbox.gate import GATE_SECRET
from sandbox.processes import free_port
from sandbox.synapse import Synapse

pytestmark = pytest.mark.asyncio(loop_scope="module")
BOT = "@ppvbot:ppv.localhost"
ROUTES = "/_synapse/client/matrix_ppv/v1"
PICTURE: dict[str, Any] = {"msgtype": "m.image", "body": "a.png", "url": "mxc://ppv.localhost/a"}
PRICED = PICTURE | {"filename": "a.png", "body": "!ppv 5 USD Sunset"}


@dataclass(frozen=True, slots=True)
class Gated:
    synapse: Synapse
    seller: Person
    room: str

    async def asks(self, route: str, body: dict[str, Any], secret: str = GATE_SECRET) -> Any:
        headers = {"Authorization": f"Bearer {secret}"}
        url = f"{self.synapse.url}{ROUTES}/{route}"
        async with (
            aiohttp.ClientSession() as http,
            http.post(url, json=body, headers=headers) as answer,
        ):
            return answer.status, await answer.json()

    async def arms(self, until_ms: int = 2**50) -> str:
        body = {"room": self.room, "sender": self.seller.user_id, "until_ms": until_ms}
        status, answer = await self.asks("armed", body)
        assert status == 200
        return str(answer["reach"])

    async def sends(self, content: dict[str, Any], type_: str = "m.room.message") -> str:
        return await self.seller.send(self.room, type_, content)


async def gated(stack: AsyncExitStack, folder: Path, **config: Any) -> Gated:
    """With nobody where matrix-ppv should be."""
    module = {
        "module": "matrix_ppv_gate.gate.Gate",
        "config": {
            "appservice": f"http://127.0.0.1:{free_port()}",
            "bot": BOT,
            "secret": GATE_SECRET,
            **config,
        },
    }
    synapse = await stack.enter_async_context(
        Synapse.start(folder / "synapse", settings={"modules": [module]})
    )
    cast = await stack.enter_async_context(Cast(synapse, folder / "people"))
    seller, bot = await cast.introduce("sally"), await cast.introduce("ppvbot")
    room = await seller.create_room("Room", public=True)
    await bot.join(room)
    return Gated(synapse, seller, room)


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def open_gate(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Gated]:
    async with AsyncExitStack() as stack:
        yield await gated(stack, tmp_path_factory.mktemp("gate"), encrypted=True)


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def denying(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Gated]:
    async with AsyncExitStack() as stack:
        yield await gated(stack, tmp_path_factory.mktemp("deny"), mode="deny")


async def test_a_gate_that_denies_refuses_with_the_way_to_the_studio(denying: Gated) -> None:
    with pytest.raises(MatrixError, match=f"403 M_FORBIDDEN: Send paid files to {BOT}"):
        await denying.sends(PRICED)
    assert await denying.sends(PICTURE)
    assert await denying.arms() == "refused"
    assert await denying.sends(PICTURE), "nobody was told to send files for sale"


async def test_a_price_where_the_bot_is_not_is_refused(open_gate: Gated) -> None:
    elsewhere = await open_gate.seller.create_room("Elsewhere")
    with pytest.raises(MatrixError, match="403"):
        await open_gate.seller.send(elsewhere, "m.room.message", PRICED)
    assert await open_gate.seller.send(elsewhere, "m.room.message", PICTURE)


@pytest.mark.parametrize("route", ["armed", "status", "forget"])
async def test_whoever_does_not_know_the_secret_is_not_heard(open_gate: Gated, route: str) -> None:
    status, answer = await open_gate.asks(route, {}, secret="a guess")
    assert (status, answer["errcode"]) == (403, "M_FORBIDDEN")


async def test_it_says_how_far_it_reaches_and_that_nobody_answers(open_gate: Gated) -> None:
    _, status = await open_gate.asks("status", {"sender": BOT, "call": True})
    assert (status["mode"], status["reach"]) == ("replace", "encrypted")
    assert "does not answer" in status["call"]
    _, stranger = await open_gate.asks("status", {"sender": "@frank:elsewhere.org"})
    assert stranger == {"mode": "replace", "reach": "nowhere"}


async def test_with_nobody_to_take_it_in_nothing_passes_for_a_while(open_gate: Gated) -> None:
    """Even after the seller is no longer waited for: what was refused is sent again by itself."""
    assert await open_gate.arms() == "encrypted"
    hidden = {"algorithm": "m.megolm.v1.aes-sha2", "ciphertext": "AwgA", "session_id": "s"}
    for content, type_ in ((PICTURE, "m.room.message"), (hidden, "m.room.encrypted")):
        with pytest.raises(MatrixError, match="503 M_LIMIT_EXCEEDED"):
            await open_gate.sends(content, type_)
    await open_gate.arms(until_ms=0)
    for content, type_ in ((PICTURE, "m.room.message"), (hidden, "m.room.encrypted")):
        with pytest.raises(MatrixError, match="503 M_LIMIT_EXCEEDED"):
            await open_gate.sends(content, type_)
    assert await open_gate.sends({"msgtype": "m.text", "body": "Words pass."})
