"""Who gets the key of what goes into an encrypted room, with real Olm and a homeserver that only passes it on."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from appservice.matrix.crypto.encrypted_rooms import KnownRooms
from appservice.matrix.crypto.megolm.key_upkeep import KeyUpkeep
from appservice.matrix.crypto.megolm.outbound_session import OutboundSessions
from appservice.matrix.crypto.megolm_cipher import RoomCipher
from appservice.matrix.crypto.olm_account import Account
from appservice.matrix.crypto.olm_store import open_olm_device
from appservice.matrix.crypto.store_dir import open_folder
from appservice.matrix.crypto.trust.cross_signing_keys import CrossSigning
from appservice.matrix.crypto.trust.device_trust import Devices
from bot.domain.matrix.private_room import NoDevice, ProvedRoom, RoomFacts, prove
from bot.ids import KekId, RoomId, UserId
from bot.services.inbound.remember_identities import RememberIdentities
from tests.support.frozen_clock import FrozenClock
from tests.support.memory.memory_store import MemoryStore
from tests.unit.appservice.matrix.crypto.test_device_trust import BOB, BOT, KEKS, ROOM, Device

EVE = UserId("@eve:test")
TEXT = {"msgtype": "m.text", "body": "it is yours"}
FILE = {"msgtype": "m.image", "body": "harbour.png", "file": {"url": "mxc://test/1"}}


@dataclass
class Homeserver:
    """Answers as `MatrixClient` does, from what people have uploaded."""

    user_id: str = BOT
    devices: dict[str, list[Device]] = field(default_factory=dict)
    identities: dict[str, CrossSigning] = field(default_factory=dict)
    signed: set[str] = field(default_factory=set)
    """Ids of devices that their owner's identity has signed."""
    away: bool = False
    members: set[str] = field(default_factory=lambda: {BOT, BOB})
    sent: list[tuple[str, str, str]] = field(default_factory=list)
    """Kind, user and device of each to-device message."""

    async def call(self, _: str, path: str, body: Mapping[str, Any] | None = None) -> Any:
        if path.endswith("/keys/query"):
            return self._query(list((body or {})["device_keys"]))
        if path.endswith("/keys/claim"):
            return self._claim((body or {})["one_time_keys"])
        if "/sendToDevice/" in path:
            kind = path.rsplit("/", 2)[1]
            for user, devices in (body or {})["messages"].items():
                self.sent += [(kind, user, device) for device in devices]
            return {}
        if "/members" in path:
            event = {"type": "m.room.member", "content": {"membership": "join"}}
            return {"chunk": [event | {"state_key": each} for each in self.members]}
        return {}  # The room is encrypted.

    def readers(self) -> set[str]:
        return {device for kind, _, device in self.sent if kind == "m.room.encrypted"}

    def _query(self, users: list[str]) -> dict[str, Any]:
        if self.away:
            return {"device_keys": {}, "failures": {"test": {}}}
        answer: dict[str, Any] = {"device_keys": {}, "master_keys": {}, "self_signing_keys": {}}
        for user in users:
            mine = self.identities.get(user)
            answer["device_keys"][user] = {
                each.id: each.shown(mine if each.id in self.signed else None)
                for each in self.devices.get(user, [])
            }
            if mine is not None:
                body = mine.upload_body("", lambda _: "")
                answer["master_keys"][user] = body["master_key"]
                answer["self_signing_keys"][user] = body["self_signing_key"]
        return answer

    def _claim(self, wanted: Mapping[str, Mapping[str, str]]) -> dict[str, Any]:
        keys = {
            user: {each.id: each.claimed() for each in self.devices[user] if each.id in devices}
            for user, devices in wanted.items()
        }
        return {"one_time_keys": keys}


@dataclass
class Bot:
    """The bot's encryption in a room with Bob."""

    homeserver: Homeserver
    cipher: RoomCipher
    devices: Devices
    store: MemoryStore

    async def says(self, content: Mapping[str, Any], *, goods: bool = True) -> str:
        type_, _ = await self.cipher.enclose(
            RoomId(ROOM), "m.room.message", content, private_room(), goods=goods
        )
        return type_

    async def bob_gets_new_identity(self) -> Device:
        device = Device("NEW")
        self.homeserver.identities[BOB] = CrossSigning.generate(BOB)
        self.homeserver.devices[BOB] = [device]
        self.homeserver.signed = {"NEW"}
        self.devices.mark_changed([BOB])
        return device


def private_room() -> ProvedRoom:
    facts = RoomFacts(
        id=RoomId(ROOM),
        creators=frozenset({BOT}),
        members={BOT: "join", BOB: "join"},
        encrypted=True,
    )
    return prove(facts, bot=BOT, person=BOB, encrypted=True)


def open_bot(path: Path, homeserver: Homeserver, *, required: bool) -> Iterator[Bot]:
    clock = FrozenClock()
    store = MemoryStore(clock)
    with open_folder(path, BOT, KEKS, KekId("first")) as folder, open_olm_device(folder) as machine:
        olm: Any = machine.olm
        client: Any = homeserver
        devices, outgoing = Devices(olm, required=required), OutboundSessions(olm)
        upkeep = KeyUpkeep(client, olm, Account(olm), devices, outgoing)
        remember = RememberIdentities(store, clock)
        cipher = RoomCipher(KnownRooms(client), devices, outgoing, upkeep, remember)
        yield Bot(homeserver, cipher, devices, store)


@pytest.fixture
def bot(tmp_path: Path) -> Iterator[Bot]:
    """Bob has one signed device."""
    homeserver = Homeserver(devices={BOB: [Device("PHONE")]}, signed={"PHONE"})
    homeserver.identities[BOB] = CrossSigning.generate(BOB)
    yield from open_bot(tmp_path, homeserver, required=False)


@pytest.fixture
def strict(tmp_path: Path) -> Iterator[Bot]:
    """`encryption.devices: required`, and Bob has no identity."""
    yield from open_bot(tmp_path, Homeserver(devices={BOB: [Device("PHONE")]}), required=True)


async def test_goods_go_out_if_a_device_of_the_person_gets_the_key(bot: Bot) -> None:
    assert await bot.says(FILE) == "m.room.encrypted"
    assert bot.homeserver.readers() == {"PHONE"}


async def test_goods_wait_while_their_homeserver_does_not_answer(bot: Bot) -> None:
    bot.homeserver.away = True
    with pytest.raises(NoDevice) as unread:
        await bot.says(TEXT)
    assert unread.value.retry_after  # No change of a device list will be heard of.


async def test_goods_wait_while_there_is_no_device(bot: Bot) -> None:
    bot.homeserver.devices[BOB] = []
    with pytest.raises(NoDevice) as unread:
        await bot.says(TEXT)
    assert unread.value.retry_after is None
    assert not bot.homeserver.sent


async def test_goods_wait_while_no_device_is_signed_and_has_to_be(strict: Bot) -> None:
    with pytest.raises(NoDevice):
        await strict.says(TEXT)
    assert await strict.says(TEXT, goods=False) == "m.room.encrypted"
    assert not strict.homeserver.readers()


async def test_goods_wait_until_the_new_identity_is_confirmed(bot: Bot) -> None:
    await bot.says(TEXT)
    await bot.bob_gets_new_identity()
    for content in (TEXT, FILE):
        with pytest.raises(NoDevice):
            await bot.says(content)
    async with bot.store.begin() as uow:
        identity = await uow.people.identity(BOB)
        assert identity is not None
        await uow.people.save_identity(identity.confirmed())
    await bot.says(FILE)
    assert bot.homeserver.readers() == {"PHONE", "NEW"}


async def test_a_device_without_one_time_keys_is_asked_again_soon(bot: Bot) -> None:
    phone = bot.homeserver.devices[BOB][0]
    bot.homeserver.devices[BOB] = [phone]
    phone.claimed = dict  # type: ignore[method-assign]
    with pytest.raises(NoDevice) as unread:
        await bot.says(TEXT)
    assert unread.value.retry_after


async def test_a_third_member_who_joins_in_between_gets_no_key(bot: Bot) -> None:
    """The room was proved before Eve came; a message for all members shows that her device would get keys."""
    bot.homeserver.members.add(EVE)
    bot.homeserver.devices[EVE] = [Device("EVES", EVE)]
    await bot.says(TEXT)
    await bot.says(TEXT, goods=False)
    assert {user for _, user, _ in bot.homeserver.sent} == {BOB}
    await bot.cipher.enclose(RoomId(ROOM), "m.room.message", TEXT)
    assert {user for _, user, _ in bot.homeserver.sent} == {BOB, EVE}
    sessions_of_eve = bot.homeserver.sent.count(("m.room.encrypted", EVE, "EVES"))
    await bot.says(FILE)
    assert bot.homeserver.sent.count(("m.room.encrypted", EVE, "EVES")) == sessions_of_eve
    assert bot.homeserver.sent[-1] == ("m.room.encrypted", BOB, "PHONE")  # A session of its own.
