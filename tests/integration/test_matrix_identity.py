"""The bot's account on a real homeserver."""

from collections.abc import AsyncIterator
from typing import Any

import pytest
from aiohttp import web

from appservice.matrix.client import MatrixClient
from bot.errors import TemporaryError, UsuallyTemporaryError
from sandbox.synapse import Synapse
from tests.support.synapse.matrix_bot import DEVICE, NAME, MatrixBot


@pytest.fixture
async def bot(synapse: Synapse, registration: dict[str, Any]) -> AsyncIterator[MatrixBot]:
    async with MatrixBot.online(synapse, registration) as bot:
        yield bot


async def profile(bot: MatrixBot) -> dict[str, Any]:
    return await bot.client.call("GET", f"/_matrix/client/v3/profile/{bot.user_id}")


async def test_every_request_is_made_by_the_bot_on_its_device(bot: MatrixBot) -> None:
    me = await bot.identity.whoami()
    assert (me.user, me.device) == (bot.user_id, DEVICE)


async def test_the_bot_has_a_name_and_a_picture_that_stay(bot: MatrixBot) -> None:
    first = await profile(bot)
    assert first["displayname"] == NAME
    await bot.identity.establish()
    assert await profile(bot) == first
    assert await bot.media.has(first["avatar_url"])


async def test_a_changed_name_or_lost_picture_comes_back(bot: MatrixBot) -> None:
    path = f"/_matrix/client/v3/profile/{bot.user_id}"
    await bot.client.call("PUT", f"{path}/displayname", {"displayname": "Somebody"})
    gone = "mxc://ppv.localhost/gone"
    await bot.client.call("PUT", f"{path}/avatar_url", {"avatar_url": gone})
    await bot.identity.establish()
    mended = await profile(bot)
    assert mended["displayname"] == NAME
    assert mended["avatar_url"] != gone


async def test_the_homeserver_calls_back_when_it_is_pinged(
    bot: MatrixBot, appservice_port: int
) -> None:
    called: list[Any] = []

    async def pinged(request: web.Request) -> web.Response:
        called.append(await request.json())
        return web.json_response({})

    application = web.Application()
    application.router.add_post("/_matrix/app/v1/ping", pinged)
    runner = web.AppRunner(application)
    await runner.setup()
    try:
        await web.TCPSite(runner, "127.0.0.1", appservice_port).start()
        try:
            milliseconds = await bot.identity.ping("are you there")
        except (
            TemporaryError
        ):  # Synapse was about to try again by itself, and trips over its own timer.
            milliseconds = await bot.identity.ping("are you there")
    finally:
        await runner.cleanup()
    assert called[-1] == {"transaction_id": "are you there"}
    assert milliseconds is not None


async def test_a_ping_that_nobody_answers_is_a_matter_of_time(bot: MatrixBot) -> None:
    with pytest.raises(TemporaryError):
        await bot.identity.ping("is anybody there")


async def test_a_wrong_token_is_tried_for_a_while_and_then_needs_an_operator(
    synapse: Synapse, bot: MatrixBot
) -> None:
    async with MatrixClient.open(synapse.url, bot.user_id, DEVICE, "wrong") as stranger:
        with pytest.raises(UsuallyTemporaryError, match="as_token"):
            await stranger.call("GET", "/_matrix/client/v3/account/whoami")
