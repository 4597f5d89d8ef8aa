"""The sync loop tells of people whose devices have changed."""

import asyncio
from collections.abc import Collection, Sequence
from pathlib import Path
from typing import Any

import pytest

from appservice.matrix.crypto.encrypted_rooms import KnownRooms
from appservice.matrix.crypto.megolm.inbound_keys import InboundKeys
from appservice.matrix.crypto.megolm.key_upkeep import KeyUpkeep
from appservice.matrix.crypto.megolm.outbound_session import OutboundSessions
from appservice.matrix.crypto.olm_account import Account
from appservice.matrix.crypto.olm_store import open_olm_device
from appservice.matrix.crypto.store_dir import open_folder
from appservice.matrix.crypto.sync_loop import SyncLoop
from appservice.matrix.crypto.trust.device_trust import Devices
from bot.errors import TemporaryError
from bot.ids import KekId, UserId
from tests.unit.appservice.matrix.crypto.test_device_trust import BOB, BOT, KEKS


class Client:
    """One sync, and then silence."""

    user_id = BOT

    def __init__(self, sync: dict[str, Any]) -> None:
        self.syncs = [sync, sync]
        self.silent = asyncio.Event()

    async def wait_for(self, _: str) -> dict[str, Any]:
        if not self.syncs:
            self.silent.set()
            await asyncio.Event().wait()
        return self.syncs.pop()

    async def call(self, *_: object) -> dict[str, Any]:
        return {}


async def told(path: Path, sync: dict[str, Any], *, failures: int = 0) -> list[set[UserId]]:
    """What `devices_changed` is called with; it fails that often first."""
    heard: list[set[UserId]] = []
    called = asyncio.Event()

    async def devices_changed(users: Collection[UserId]) -> None:
        heard.append(set(users))
        if len(heard) <= failures:
            raise TemporaryError("the database is locked")
        called.set()

    async def nothing(_: Sequence[Any]) -> None:
        pass

    with open_folder(path, BOT, KEKS, KekId("first")) as folder, open_olm_device(folder) as machine:
        olm: Any = machine.olm
        identity: Any = None  # It is asked only when the device is lost.
        client: Any = Client(sync)
        account, devices, outgoing = Account(olm), Devices(olm), OutboundSessions(olm)
        hearing = SyncLoop(
            client=client,
            olm=olm,
            account=account,
            devices=devices,
            incoming=InboundKeys(olm, devices),
            rooms=KnownRooms(client),
            upkeep=KeyUpkeep(client, olm, account, devices, outgoing),
            identity=identity,
        )
        listening = asyncio.create_task(
            hearing.run(nothing, nothing, lambda: None, devices_changed=devices_changed)
        )
        ends = {listening, *(asyncio.create_task(each.wait()) for each in (called, client.silent))}
        await asyncio.wait(ends, return_when=asyncio.FIRST_COMPLETED)
        for each in ends:
            each.cancel()
        await asyncio.gather(*ends, return_exceptions=True)
    return heard


async def test_it_tells_whose_devices_have_changed(tmp_path: Path) -> None:
    sync = {"next_batch": "s1", "device_lists": {"changed": [BOB], "left": ["@eve:test"]}}
    assert {BOB} in await told(tmp_path, sync)


async def test_what_could_not_be_written_down_is_told_again(tmp_path: Path) -> None:
    sync = {"next_batch": "s1", "device_lists": {"changed": [BOB]}}
    assert await told(tmp_path, sync, failures=1) == [{BOB}, {BOB}]


@pytest.mark.parametrize("lists", [None, 7, [], {"changed": 7}, {"changed": [None, {}, "bob"]}])
async def test_it_tells_of_nobody_where_the_lists_are_junk(tmp_path: Path, lists: object) -> None:
    assert await told(tmp_path, {"next_batch": "s1", "device_lists": lists}) == []
