"""Somebody wants to end the loops that ask the homeserver, or to hold them at one place for ever.

What comes by sync is changed at random: by the sync loop with real Olm, and by the sweep. Every time the token must
move on, and an event of another room, behind the changed ones, must be taken in.
"""

import asyncio
import secrets
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import aiohttp

from appservice.matrix.bot_user import MatrixIdentity
from appservice.matrix.client import MatrixClient
from appservice.matrix.crypto.setup import Encryption, open_encryption
from appservice.matrix.crypto.store_dir import open_folder
from appservice.matrix.media.media_repository import MatrixMedia
from appservice.matrix.policy_lists import rules_in
from appservice.matrix.room.sync_backfill import SyncBackfill
from bot.ids import KekId, UserId
from bot.services.inbound.decrypt import DecryptEvents
from bot.services.inbound.failed_items import FailedItems
from bot.services.inbound.remember_identities import RememberIdentities
from bot.services.operations.alert_admins import QueueAlert
from tests.adversary.any_input import changed, inputs, share
from tests.support.bot_harness import ALICE, BOB, CAROL, LOUNGE, BotHarness
from tests.support.fake_homeserver import BOT

_FRESH_AFTER = 200


class Answers(MatrixClient):
    """A homeserver that gives each sync only once, and to everything else says next to nothing."""

    def __init__(self, session: aiohttp.ClientSession) -> None:
        super().__init__("http://homeserver.invalid", UserId(BOT), "token", session, session)
        self.syncs: asyncio.Queue[dict[str, Any]] = asyncio.Queue()
        self.asked = asyncio.Event()

    async def wait_for(self, path: str) -> dict[str, Any]:
        if self.syncs.empty():
            self.asked.set()
        return await self.syncs.get()

    async def call(self, method: str, path: str, *_: Any, **__: Any) -> dict[str, Any]:
        if "/sync" in path:
            return self.syncs.get_nowait()
        return {"joined_rooms": [], "device_keys": {}, "one_time_key_counts": {}, "chunk": []}


class Memory:
    def __init__(self) -> None:
        self.token: str | None = "s0"

    async def read(self) -> str | None:
        return self.token

    async def write(self, token: str) -> None:
        self.token = token


@asynccontextmanager
async def sessionless() -> AsyncIterator[Answers]:
    async with aiohttp.ClientSession() as session:
        yield Answers(session)


def sync_of(house: BotHarness, number: int, events: Sequence[Any], **more: Any) -> dict[str, Any]:
    """The room behind comes last."""
    behind = house.timeline.text("!behind:test", CAROL, "!ppv help")
    behind_encrypted = house.timeline.encrypted(behind, "s2")
    rooms = {
        LOUNGE: {"timeline": {"events": list(events), "limited": False, "prev_batch": "p1"}},
        "!behind:test": {"timeline": {"events": [behind, behind_encrypted]}},
    }
    invite = {
        "!i:test": {
            "invite_state": {
                "events": [house.timeline.invitation("!i:test", BOB, BOT, direct=True)]
            }
        }
    }
    return {"next_batch": f"s{number}", "rooms": {"join": rooms, "invite": invite}, **more}


def poisoned(chance: Any, sync: dict[str, Any]) -> dict[str, Any]:
    """Everything but the room behind, and where this sync ends."""
    joined = sync["rooms"]["join"]
    first = changed(chance, joined[LOUNGE])
    rest = {key: value for key, value in sync.items() if key not in {"next_batch", "rooms"}}
    invite = changed(chance, sync["rooms"]["invite"])
    further = changed(chance, rest)
    return {
        **(further if isinstance(further, dict) else {}),
        "next_batch": sync["next_batch"],
        "rooms": {
            "join": {LOUNGE: first, "!behind:test": joined["!behind:test"]},
            "invite": invite,
        },
    }


async def test_by_the_sweep(monkeypatch: Any) -> None:
    monkeypatch.setattr("appservice.matrix.room.sync_backfill._INVITE_DELAY_SECONDS", 0)
    async with sessionless() as client:
        memory = Memory()
        sweep = SyncBackfill(client, memory)
        house = BotHarness()
        for number, (seed, chance) in enumerate(inputs("sweep", share(10)), 1):
            say = house.timeline
            events = [
                say.text(LOUNGE, ALICE, "!ppv 5 USD x"),
                say.arrival(LOUNGE, BOT),
                say.reaction(LOUNGE, BOB, "$1", "🔓"),
            ]
            sync = poisoned(chance, sync_of(house, number, events))
            client.syncs.put_nowait(sync)
            heard = len(house.store.records.jobs)
            await guarded(
                seed, sweep.sync_once(house.bot.receive_transaction, house.bot.failed.record)
            )
            assert memory.token == f"s{number}", seed
            assert len(house.store.records.jobs) > heard, seed
            if number % _FRESH_AFTER == 0:
                house = BotHarness()


async def test_by_the_sync_loop(tmp_path: Path) -> None:
    keks = {KekId("first"): secrets.token_bytes(32)}
    house = BotHarness()
    remember, alert = RememberIdentities(house.store, house.clock), QueueAlert(house.store)
    async with sessionless() as client:
        with (
            open_folder(tmp_path, UserId(BOT), keks, KekId("first")) as folder,
            open_encryption(
                folder, client, identity_of(client), remember, alert, signed_only=False
            ) as encryption,
        ):
            client.act_on(folder.device.device)
            await hear(client, encryption)


async def hear(client: Answers, encryption: Encryption) -> None:
    house = BotHarness()
    heard: list[str] = []

    def accept_of(house: BotHarness) -> DecryptEvents:
        failed = FailedItems(house.store, house.clock)
        return DecryptEvents(house.store, encryption.rooms, house.clock, failed, BOT)

    async def accept(events: Sequence[Mapping[str, Any]]) -> None:
        await accept_of(house)(events)
        heard.extend(str(event["room_id"]) for event in events)

    async def keys_came(_: Sequence[str]) -> None:
        pass

    client.syncs.put_nowait({"next_batch": "s0"})
    listening = asyncio.create_task(
        encryption.sync_loop.run(accept, keys_came, lambda: None, house.bot.failed.record)
    )
    try:
        for number, (seed, chance) in enumerate(inputs("sync", share(2)), 1):
            client.asked.clear()
            say = house.timeline
            events = [say.encrypted(say.text(LOUNGE, ALICE, "x"), "s1"), say.arrival(LOUNGE, BOB)]
            sync = sync_of(house, number, events, **keys(encryption))
            sync["rooms"]["join"][LOUNGE]["state"] = {"events": []}
            client.syncs.put_nowait(poisoned(chance, sync))
            asked = asyncio.create_task(client.asked.wait())
            await asyncio.wait({asked, listening}, return_when=asyncio.FIRST_COMPLETED)
            if listening.done():
                await guarded(seed, listening)
            assert heard[-1:] == ["!behind:test"], seed
            assert encryption.sync_loop._since == f"s{number}", seed
            heard.clear()
            if number % _FRESH_AFTER == 0:
                house = BotHarness()
    finally:
        listening.cancel()
        await asyncio.gather(listening, return_exceptions=True)


def keys(encryption: Encryption) -> dict[str, Any]:
    """What comes to the device itself."""
    ours = encryption.identity.account.curve25519
    olm = {
        "algorithm": "m.olm.v1.curve25519-aes-sha2",
        "sender_key": "A" * 43,
        "ciphertext": {ours: {"type": 0, "body": "A" * 100}},
    }
    room_key = {
        "algorithm": "m.megolm.v1.aes-sha2",
        "room_id": LOUNGE,
        "session_id": "s",
        "session_key": "A" * 300,
    }
    return {
        "to_device": {
            "events": [
                {"type": "m.room.encrypted", "sender": BOB, "content": olm},
                {"type": "m.room_key", "sender": BOB, "content": room_key},
                {"type": "m.room_key_request", "sender": BOB, "content": {"action": "request"}},
            ]
        },
        "device_lists": {"changed": [BOB], "left": [CAROL]},
        "device_one_time_keys_count": {"signed_curve25519": 50},
        "device_unused_fallback_key_types": ["signed_curve25519"],
    }


def identity_of(client: MatrixClient) -> MatrixIdentity:
    return MatrixIdentity(client, MatrixMedia(client, None), "test", "Pay-per-view")


async def test_by_a_policy_list() -> None:
    """The good rule behind the changed ones counts."""
    rule = {
        "type": "m.policy.rule.user",
        "state_key": "rule",
        "content": {"entity": "@spam*:test", "recommendation": "m.ban", "reason": "spam"},
    }
    for seed, chance in inputs("policy list", share(5)):
        good = {**rule, "content": {"entity": "@bob:test", "recommendation": "m.ban"}}
        try:
            bans = rules_in([changed(chance, rule), changed(chance, rule), good], BOT)
            assert bans.bans(UserId("@bob:test")), seed
            bans.bans(UserId("@" + "a" * 100 + ":test"))
        except Exception as error:
            error.add_note(seed)
            raise


async def guarded(seed: str, doing: Any) -> None:
    try:
        await doing
    except Exception as error:
        error.add_note(seed)
        raise
