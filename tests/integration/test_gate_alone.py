"""The gate without matrix-ppv behind it: what it refuses, and to whom it does not listen."""

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from typing import Any

import pytest
import pytest_asyncio

from sandbox.clients import MatrixError
from tests.support.synapse.gated_homeserver import BOT, Gated, gated

pytestmark = pytest.mark.asyncio(loop_scope="module")
PICTURE: dict[str, Any] = {"msgtype": "m.image", "body": "a.png", "url": "mxc://ppv.localhost/a"}
PRICED = PICTURE | {"filename": "a.png", "body": "!ppv 5 USD Sunset"}


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
