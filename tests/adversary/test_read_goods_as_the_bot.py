"""Somebody holds the appservice's token and wants to read what the bot sends to buyers."""

import secrets
from collections.abc import AsyncIterator, Mapping
from typing import Any

import nio.crypto
import pytest
from aiohttp import web
from nio.api import Api

from appservice.matrix.client import ActAs
from bot.ids import TxId
from bot.messages import Line
from tests.support.synapse.encrypted_bot import EncryptedBot
from tests.support.synapse.synapse_users import Newcomers


async def log_in_as_the_bot(bot: EncryptedBot) -> str:
    """A second device of the bot's account, with keys that everybody can claim; its id."""
    account, device = nio.crypto.OlmAccount(), f"STOLEN{secrets.token_hex(4)}"
    path = f"/_matrix/client/v3/devices/{device}"
    await bot.client.call("PUT", path, {}, acting=ActAs.USER)
    user, keys = str(bot.user_id), account.identity_keys
    account.generate_one_time_keys(50)

    def signed(value: dict[str, Any]) -> dict[str, Any]:
        signature = account.sign(Api.to_canonical_json(value))
        return value | {"signatures": {user: {f"ed25519:{device}": signature}}}

    device_keys = {
        "algorithms": ["m.olm.v1.curve25519-aes-sha2", "m.megolm.v1.aes-sha2"],
        "device_id": device,
        "user_id": user,
        "keys": {
            f"curve25519:{device}": keys["curve25519"],
            f"ed25519:{device}": keys["ed25519"],
        },
    }
    one_time_keys = {
        f"signed_curve25519:{id_}": signed({"key": key})
        for id_, key in account.one_time_keys["curve25519"].items()
    }
    body = {"device_keys": signed(device_keys), "one_time_keys": one_time_keys}
    await as_thief(bot, device, "POST", "/_matrix/client/v3/keys/upload", body)
    return device


async def as_thief(
    bot: EncryptedBot, device: str, method: str, path: str, body: Mapping[str, Any] | None = None
) -> Mapping[str, Any]:
    ours = bot.client.device_id
    bot.client.act_on(device)
    try:
        return await bot.client.call(method, path, body)
    finally:
        bot.client.act_on(ours)


async def test_a_second_device_of_the_bots_account_gets_no_keys(
    bot: EncryptedBot, newcomer: Newcomers
) -> None:
    device = await log_in_as_the_bot(bot)
    buyer = await newcomer("bob")
    room = await buyer.open_direct_room(bot.user_id, encrypted=True)
    joined = await bot.joins(room)
    await buyer.wait_for_member(room, bot.user_id)
    async with bot.listening():
        sent = await bot.rooms.send(joined, Line("the goods"), TxId("goods"))
        assert (await buyer.wait_for_event(sent)).body == "the goods"
    sync = await as_thief(bot, device, "GET", "/_matrix/client/v3/sync?timeout=0")
    assert "to_device" not in sync or not sync["to_device"].get("events")
    await bot.client.call("DELETE", f"/_matrix/client/v3/devices/{device}", {})


@pytest.fixture
async def answers_pings(appservice_port: int) -> AsyncIterator[None]:
    async def pong(_: web.Request) -> web.Response:
        return web.json_response({})

    app = web.Application()
    app.router.add_post("/_matrix/app/v1/ping", pong)
    runner = web.AppRunner(app)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", appservice_port).start()
    yield
    await runner.cleanup()


@pytest.mark.usefixtures("answers_pings")
async def test_the_operator_is_told_of_it(bot: EncryptedBot) -> None:
    identity = bot.encryption.identity
    device = await log_in_as_the_bot(bot)
    await identity.ping("1")
    assert device in (identity.problem.message or "")
    await bot.client.call("DELETE", f"/_matrix/client/v3/devices/{device}", {})
    await identity.ping("2")
    assert identity.problem.message is None
