"""Somebody who has learned the gate's secret wants to delete others' files, or to keep others from sending any."""

import time
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from typing import Any

import pytest
import pytest_asyncio
from aiohttp import web
from aiohttp.test_utils import TestServer

from sandbox.clients import MatrixError, MatrixUser
from tests.support.synapse.gated_homeserver import BOT, Gated, gated

pytestmark = pytest.mark.asyncio(loop_scope="module")


async def _takes_all(request: web.Request) -> web.Response:
    """What matrix-ppv answers for goods."""
    return web.json_response({"name": "taken"} if request.path.endswith("/held") else {})


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def gate(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Gated]:
    app = web.Application()
    app.router.add_post("/_ppv/gate/v1/{route}", _takes_all)
    async with TestServer(app, host="127.0.0.1") as shop, AsyncExitStack() as stack:
        url = f"http://127.0.0.1:{shop.port}"
        folder = tmp_path_factory.mktemp("gate")
        yield await gated(stack, folder, encrypted=True, appservice=url)


async def uploads(person: MatrixUser) -> str:
    return await person.session.upload(b"a picture of somebody's own", "image/png", "own.png")


async def deletes(gate: Gated, mxc: str, **more: Any) -> Any:
    media = mxc.rpartition("/")[2]
    status, answer = await gate.asks("forget", {"media_id": media, **more})
    assert status == 200
    return answer


def picture(mxc: str, **more: Any) -> dict[str, Any]:
    return {"msgtype": "m.image", "body": "a.png", "url": mxc, **more}


def priced(mxc: str, **more: Any) -> dict[str, Any]:
    return picture(mxc, filename="a.png", **more) | {"body": "!ppv 5 USD Sunset"}


async def test_media_that_the_gate_never_saw_stays(gate: Gated) -> None:
    wanda = await gate.cast.register("wanda")
    await wanda.join(gate.room)
    await gate.seller.wait_for_member(gate.room, wanda.user_id)
    mxc = await uploads(gate.seller)
    for more in ({}, {"owner": gate.seller.user_id}):
        assert (await deletes(gate, mxc, **more))["deleted"] is False
    await gate.sends(picture(mxc))
    assert (await deletes(gate, mxc))["deleted"] is False, (
        "it went to a room, and was for sale to nobody"
    )
    assert await gate.seller.session.download(mxc)


async def test_media_of_another_in_ones_own_priced_message_stays(gate: Gated) -> None:
    victim = await gate.cast.register("vera")
    mxc = await uploads(victim)
    await gate.sends(priced(mxc))
    for owner in (gate.seller.user_id, victim.user_id):
        assert (await deletes(gate, mxc, owner=owner))["deleted"] is False
    assert (await deletes(gate, mxc))["deleted"] is False
    assert await victim.session.download(mxc)


async def test_what_it_took_out_is_deleted_with_its_thumbnail(gate: Gated) -> None:
    mxc, thumbnail = await uploads(gate.seller), await uploads(gate.seller)
    await gate.sends(priced(mxc, info={"thumbnail_url": thumbnail}))
    assert (await deletes(gate, mxc, owner="@vera:ppv.localhost"))["deleted"] is False
    for each in (mxc, thumbnail):
        assert (await deletes(gate, each, owner=gate.seller.user_id))["deleted"] is True
        with pytest.raises(MatrixError):
            await gate.seller.session.download(each)
        assert (await deletes(gate, each))["deleted"] is True, "asked again, it is gone"


async def test_an_older_matrix_ppv_that_names_no_owner_is_understood(gate: Gated) -> None:
    mxc = await uploads(gate.seller)
    await gate.sends(priced(mxc))
    assert (await deletes(gate, mxc))["deleted"] is True


async def test_an_encrypted_message_to_the_bot_speaks_for_two_files(gate: Gated) -> None:
    ann = await gate.cast.register("ann")
    files = [await uploads(ann) for _ in range(4)]
    room = await ann.create_room("Ann and the bot", public=True)
    hidden = {"algorithm": "m.megolm.v1.aes-sha2", "ciphertext": "AwgA", "session_id": "s"}
    await ann.send(room, "m.room.encrypted", hidden)
    assert (await deletes(gate, files[0]))["deleted"] is False, "the bot was not there"
    await gate.bot.join(room)
    await ann.wait_for_member(room, BOT)
    await ann.send(room, "m.room.encrypted", hidden)
    assert [(await deletes(gate, each))["deleted"] for each in files] == [True, True, False, False]
    later = await uploads(ann)
    assert (await deletes(gate, later))["deleted"] is False


async def test_who_has_not_written_to_the_bot_is_not_armed(gate: Gated) -> None:
    async def armed(who: MatrixUser, room: str) -> str:
        body = {"room": room, "sender": who.user_id, "until_ms": 2**50}
        return str((await gate.asks("armed", body))[1]["reach"])

    victim = await gate.cast.register("victor")
    elsewhere = await victim.create_room("Elsewhere")
    await victim.join(gate.room)
    assert await armed(victim, gate.room) == "nowhere"
    assert await armed(victim, elsewhere) == "nowhere"
    await victim.say(elsewhere, "!ppv 5 USD")
    assert await armed(victim, elsewhere) == "nowhere", "the bot is not there"
    mxc = await uploads(victim)
    for room in (gate.room, elsewhere):
        sent = await victim.send(room, "m.room.message", picture(mxc))
        assert (await victim.wait_for_event(sent)).content["url"] == mxc
    await victim.say(gate.room, "!ppv 5 USD")
    assert await armed(victim, gate.room) == "encrypted"


async def test_nobody_is_armed_for_more_than_a_day(gate: Gated) -> None:
    await gate.arms(2**50)
    rows = gate.watched()
    assert rows
    assert all(until <= (time.time() + 24 * 3600 + 60) * 1000 for until in rows)


@pytest.mark.parametrize("route", ["armed", "status", "forget"])
async def test_nonsense_is_refused_as_such(gate: Gated, route: str) -> None:
    for body in (
        {},
        {"sender": 1, "room": [], "media_id": {}},
        {"sender": "@a:b", "room": "!r", "until_ms": "x"},
    ):
        status, _ = await gate.asks(route, body)
        assert status in {200, 400}, body
