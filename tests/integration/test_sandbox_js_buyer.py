"""The JavaScript buyer opens what a matrix-nio seller sends, and says what it cannot read."""

import base64

import pytest

from sandbox.sample_media import photo
from tests.support.js_buyer import JsBuyer
from tests.support.synapse.synapse_users import Newcomers


@pytest.mark.parametrize("encrypted", [False, True])
async def test_it_opens_a_sealed_file(newcomer: Newcomers, encrypted: bool) -> None:
    seller = await newcomer("sally")
    account = await newcomer.register("jane")
    picture = photo()
    async with JsBuyer.online(newcomer.synapse.url, account) as buyer:
        room_id = await seller.open_direct_room(account.user_id, encrypted=encrypted)
        await seller.wait_for_member(room_id, account.user_id)
        sent = await seller.send_file(room_id, picture, encrypted=True)
        message = await buyer.wait_for_message(sent)
    assert message["file"] == {"sha256": picture.sha256, "size": len(picture.data)}
    assert picture.poster is not None
    assert message["thumbnail_file"]["sha256"] == picture.poster.sha256
    assert message["encrypted"] is encrypted


async def test_it_refuses_a_file_with_another_hash(newcomer: Newcomers) -> None:
    seller = await newcomer("sally")
    account = await newcomer.register("jane")
    async with JsBuyer.online(newcomer.synapse.url, account) as buyer:
        room_id = await seller.open_direct_room(account.user_id)
        sent = await seller.send_file(room_id, photo(), encrypted=True)
        content = dict((await seller.wait_for_event(sent)).content)
        wrong = base64.b64encode(bytes(32)).decode().rstrip("=")
        content["file"] = {**content["file"], "hashes": {"sha256": wrong}}
        damaged = await seller.send(room_id, "m.room.message", content)
        message = await buyer.wait_for_message(damaged)
    assert message["file"] == {"error": "Mismatched SHA-256 digest"}


async def test_a_strict_one_reads_no_device_without_its_owners_signature(
    newcomer: Newcomers,
) -> None:
    seller = await newcomer("sally")
    account = await newcomer.register("jane")
    async with JsBuyer.online(newcomer.synapse.url, account, mode="signed") as buyer:
        room_id = await seller.open_direct_room(account.user_id, encrypted=True)
        await seller.wait_for_member(room_id, account.user_id)
        sent = await seller.say(room_id, "from an unsigned device")
        line = await buyer.wait_for(lambda line: line.get("event_id") == sent)
    assert line["failure"] == "UNSIGNED_SENDER_DEVICE"
