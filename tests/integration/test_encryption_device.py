"""The bot's device and identity: made once, kept, mended, and never shared."""

import base64
import shutil
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from appservice.matrix.crypto.errors import CryptoUnusable
from appservice.matrix.crypto.olm_store import open_olm_device
from appservice.matrix.crypto.store_dir import delete_device, open_folder
from appservice.matrix.crypto.trust.cross_signing_keys import CrossSigning
from appservice.matrix.responses import UnknownDevice
from bot.ids import KekId, TxId
from bot.messages import Line
from sandbox.synapse import Synapse
from tests.support.synapse.encrypted_bot import KEKS, EncryptedBot, eventually
from tests.support.synapse.older_homeserver import older_homeserver
from tests.support.synapse.synapse_users import Newcomers

_KEYS = "/_matrix/client/v3/keys"


@pytest.fixture(scope="module")
def path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One folder for all, as the account can have one identity only."""
    return tmp_path_factory.mktemp("crypto")


@pytest.fixture
async def bot(
    synapse: Synapse, registration: dict[str, Any], path: Path
) -> AsyncIterator[EncryptedBot]:
    async with EncryptedBot.online(synapse, registration, path) as bot:
        yield bot


async def claims(newcomer: Newcomers, bot: EncryptedBot, number: int) -> list[dict[str, Any]]:
    """One-time keys of the bot's, as somebody takes them who wants to write to it."""
    person = await newcomer("ann")
    device = bot.client.device_id
    body = {"one_time_keys": {bot.user_id: {device: "signed_curve25519"}}}
    answers = [
        await person.session.request("POST", "keys", "claim", body=body) for _ in range(number)
    ]
    return [answer["one_time_keys"].get(bot.user_id, {}).get(device, {}) for answer in answers]


async def test_the_first_start_makes_a_signed_device(bot: EncryptedBot) -> None:
    assert await bot.signed()
    assert bot.client.device_id.startswith("PPV")


async def test_a_restart_changes_nothing(
    synapse: Synapse, registration: dict[str, Any], path: Path
) -> None:
    seen = []
    for _ in range(2):
        async with EncryptedBot.online(synapse, registration, path) as bot:
            standing = await bot.encryption.identity.status()
            seen.append((bot.client.device_id, standing.master_key, standing.device_keys["keys"]))
    assert seen[0] == seen[1]


async def test_a_lost_store_becomes_a_new_device_of_the_same_identity(
    synapse: Synapse, registration: dict[str, Any], path: Path
) -> None:
    async with EncryptedBot.online(synapse, registration, path) as bot:
        before = await bot.encryption.identity.status()
        device = bot.client.device_id
    delete_device(path)
    async with EncryptedBot.online(synapse, registration, path) as bot:
        assert bot.client.device_id != device
        assert await bot.signed()
        after = await bot.encryption.identity.status()
    assert after.master_key["keys"] == before.master_key["keys"]


async def test_a_homeserver_of_the_older_kind_gives_a_device_by_login(
    synapse: Synapse, registration: dict[str, Any], path: Path, newcomer: Newcomers
) -> None:
    delete_device(path)
    ann = await newcomer("ann")
    room = await ann.open_direct_room(f"@ppvbot:{synapse.server_name}", encrypted=True)
    async with (
        older_homeserver(synapse.url) as url,
        EncryptedBot.online(synapse, registration, path, url=url) as bot,
        bot.listening(),
    ):
        assert await bot.signed()
        joined = await bot.joins(room)
        await ann.wait_for_member(room, bot.user_id)
        await ann.say(room, "hello")
        await bot.until_heard("hello")
        sent = await bot.rooms.send(joined, Line("hello to you"), TxId("older"))
        assert (await ann.wait_for_event(sent)).body == "hello to you"


async def test_a_restored_backup_finds_its_way_back(
    synapse: Synapse, registration: dict[str, Any], path: Path, newcomer: Newcomers, tmp_path: Path
) -> None:
    async with EncryptedBot.online(synapse, registration, path):
        pass
    shutil.copytree(path, tmp_path / "backup")
    async with EncryptedBot.online(synapse, registration, path) as bot:
        await claims(newcomer, bot, 60)
        async with bot.listening():
            await eventually(lambda: _has_one_time_keys(newcomer, bot))
    shutil.rmtree(path)
    shutil.copytree(tmp_path / "backup", path)
    ann = await newcomer("ann")
    async with EncryptedBot.online(synapse, registration, path) as bot, bot.listening():
        await claims(newcomer, bot, 60)
        await eventually(lambda: _has_one_time_keys(newcomer, bot))
        room = await ann.open_direct_room(bot.user_id, encrypted=True)
        await bot.joins(room)
        await ann.wait_for_member(room, bot.user_id)
        await ann.say(room, "are you the same")
        await bot.until_heard("are you the same")


async def _has_one_time_keys(newcomer: Newcomers, bot: EncryptedBot) -> bool:
    (found,) = await claims(newcomer, bot, 1)
    return not any(key.get("fallback") for key in found.values())


async def test_two_processes_on_one_device_are_one_too_many(bot: EncryptedBot, path: Path) -> None:
    with (
        pytest.raises(CryptoUnusable, match="Another matrix-ppv is running"),
        open_folder(path, bot.user_id, KEKS, KekId("first")),
    ):
        pass


async def test_120_people_find_a_key_and_the_used_fallback_key_is_replaced(
    bot: EncryptedBot, newcomer: Newcomers
) -> None:
    found = await claims(newcomer, bot, 120)
    assert all(found)
    fallback = found[-1]
    assert all(key.get("fallback") for key in fallback.values())

    async def another_key() -> bool:
        return (await claims(newcomer, bot, 1))[0] != fallback

    async with bot.listening():
        await eventually(another_key)
    more = await claims(newcomer, bot, 60)
    assert all(more)
    assert more[-1] != fallback


async def test_who_found_only_the_fallback_key_is_understood(
    bot: EncryptedBot, newcomer: Newcomers
) -> None:
    await claims(newcomer, bot, 60)
    ann = await newcomer("ann")
    room = await ann.open_direct_room(bot.user_id, encrypted=True)
    await bot.joins(room)
    async with bot.listening():
        await ann.wait_for_member(room, bot.user_id)
        await ann.say(room, "by the fallback key")
        event = await bot.until_heard("by the fallback key")
    assert event["encrypted"] is True


async def test_a_deleted_device_is_replaced_and_readable(
    bot: EncryptedBot, newcomer: Newcomers
) -> None:
    ann = await newcomer("ann")
    room = await ann.open_direct_room(bot.user_id, encrypted=True)
    joined = await bot.joins(room)
    async with bot.listening():
        await ann.wait_for_member(room, bot.user_id)
        old = bot.client.device_id
        await bot.client.call("DELETE", f"/_matrix/client/v3/devices/{old}", {})
        with pytest.raises(UnknownDevice):
            await bot.client.call("GET", "/_matrix/client/v3/account/whoami")
        await eventually(lambda: _is_back(bot))
        assert bot.client.device_id != old
        assert [old in words for words in bot.alerts] == [True]
        sent = await bot.rooms.send(joined, Line("here again"), TxId("again"))
        assert (await ann.wait_for_event(sent)).body == "here again"
        await ann.say(room, "welcome back")
        await bot.until_heard("welcome back")


async def _is_back(bot: EncryptedBot) -> bool:
    try:
        return await bot.signed()
    except UnknownDevice:
        return False


async def test_another_key_encryption_key_does_not_open_the_store(
    bot: EncryptedBot, tmp_path: Path
) -> None:
    for file in bot.folder.path.glob("*"):
        (tmp_path / file.name).write_bytes(file.read_bytes())
    missing = {KekId("second"): bytes(32)}
    with (
        pytest.raises(CryptoUnusable, match=r"“first”, which is not in\s+keys.keks"),
        open_folder(tmp_path, bot.user_id, missing, KekId("second")),
    ):
        pass


async def test_nothing_on_the_disk_opens_without_the_key_encryption_key(bot: EncryptedBot) -> None:
    identity = CrossSigning.load(bot.folder.identity_file, bot.user_id, KEKS)
    assert identity is not None
    on_disk = b"".join(file.read_bytes() for file in bot.folder.path.glob("*"))
    for seed in (identity.master.seed, identity.self_signing.seed, KEKS[KekId("first")]):
        assert seed not in on_disk
        assert base64.b64encode(seed).rstrip(b"=") not in on_disk
    with (
        pytest.raises(CryptoUnusable, match="does not open under the key"),
        open_olm_device(replace(bot.folder, keks={KekId("first"): bytes(32)})),
    ):
        pass


async def test_another_identity_than_ours_is_told_to_the_operator(
    synapse: Synapse, registration: dict[str, Any], path: Path
) -> None:
    async with EncryptedBot.online(synapse, registration, path) as bot:
        folder = bot.folder
        kept = folder.identity_file.read_bytes()
        other = CrossSigning.generate(bot.user_id)
        other.save(folder.identity_file, folder.active, folder.keks[folder.active])
        await bot.encryption.identity.establish()
        assert "identity.json" in (bot.encryption.identity.problem.message or "")
        folder.identity_file.write_bytes(kept)
        await bot.encryption.identity.establish()
        assert bot.encryption.identity.problem.message is None
        assert await bot.signed()
