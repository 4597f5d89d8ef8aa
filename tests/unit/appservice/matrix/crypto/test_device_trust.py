"""Which devices of others count: signatures are checked, whatever a homeserver shows beside them."""

import base64
import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import nio.crypto
import pytest
from nio.api import Api

from appservice.matrix.crypto.megolm.inbound_keys import InboundKeys
from appservice.matrix.crypto.megolm.outbound_session import OutboundSessions
from appservice.matrix.crypto.olm_machine import OlmMachine
from appservice.matrix.crypto.olm_store import open_olm_device
from appservice.matrix.crypto.store_dir import open_folder
from appservice.matrix.crypto.trust.cross_signing_keys import CrossSigning
from appservice.matrix.crypto.trust.device_trust import Devices
from appservice.matrix.crypto.trust.user_identities import seen_identity
from bot.domain.people.cross_signing import Identity
from bot.ids import KekId, UserId

BOT, BOB = UserId("@ppvbot:test"), UserId("@bob:test")
ROOM = "!room:test"
KEKS = {KekId("first"): b"1" * 32}


class Device:
    """Somebody's device, with keys to begin sessions with."""

    def __init__(self, id_: str, user: str = BOB) -> None:
        self.id, self.user = id_, user
        self.account = nio.crypto.OlmAccount()
        self.account.generate_one_time_keys(1)

    @property
    def ed25519(self) -> str:
        return str(self.account.identity_keys["ed25519"])

    def signed(self, value: dict[str, Any]) -> dict[str, Any]:
        signature = self.account.sign(Api.to_canonical_json(value))
        return value | {"signatures": {self.user: {f"ed25519:{self.id}": signature}}}

    def shown(self, identity: CrossSigning | None = None) -> dict[str, Any]:
        keys = self.account.identity_keys
        device = self.signed(
            {
                "algorithms": ["m.olm.v1.curve25519-aes-sha2", "m.megolm.v1.aes-sha2"],
                "device_id": self.id,
                "user_id": self.user,
                "keys": {
                    f"ed25519:{self.id}": keys["ed25519"],
                    f"curve25519:{self.id}": keys["curve25519"],
                },
            }
        )
        if identity is not None:
            device["signatures"][self.user] |= identity.with_signature(device)["signatures"][
                self.user
            ]
        return device

    def claimed(self) -> dict[str, Any]:
        ((id_, key),) = self.account.one_time_keys["curve25519"].items()
        return {f"signed_curve25519:{id_}": self.signed({"key": key})}


def answer(*devices: dict[str, Any], identity: CrossSigning | None = None) -> dict[str, Any]:
    """What `/keys/query` says of Bob."""
    found: dict[str, Any] = {"device_keys": {BOB: {each["device_id"]: each for each in devices}}}
    if identity is not None:
        body = identity.upload_body("", lambda _: "")
        found["master_keys"] = {BOB: body["master_key"]}
        found["self_signing_keys"] = {BOB: body["self_signing_key"]}
    return found


@pytest.fixture
def olm(tmp_path: Path) -> Any:
    with (
        open_folder(tmp_path, BOT, KEKS, KekId("first")) as folder,
        open_olm_device(folder) as each,
    ):
        yield each.olm


def test_devices_that_the_identity_has_signed_are_found() -> None:
    mine, phone, evil = CrossSigning.generate(BOB), Device("PHONE"), Device("EVIL")
    seen = seen_identity(BOB, answer(phone.shown(mine), evil.shown(), identity=mine))
    assert seen.master_key == mine.master.public
    assert seen.devices == {phone.ed25519}


def test_without_an_identity_all_devices_are_told() -> None:
    phone, laptop = Device("PHONE"), Device("LAPTOP")
    seen = seen_identity(BOB, answer(phone.shown(), laptop.shown()))
    assert seen.master_key == ""
    assert seen.devices == {phone.ed25519, laptop.ed25519}


def test_signatures_by_other_keys_count_for_nothing() -> None:
    mine, other, evil = CrossSigning.generate(BOB), CrossSigning.generate(BOB), Device("EVIL")
    by_another = seen_identity(BOB, answer(evil.shown(other), identity=mine))
    assert by_another.devices == frozenset()
    swapped = answer(evil.shown(other), identity=mine)
    swapped["self_signing_keys"] = answer(identity=other)["self_signing_keys"]
    seen = seen_identity(BOB, swapped)
    assert (seen.master_key, seen.devices) == (mine.master.public, frozenset())


def test_keys_put_in_beneath_a_signature_do_not_count() -> None:
    mine, phone, evil = CrossSigning.generate(BOB), Device("PHONE"), Device("EVIL")
    forged = phone.shown(mine)
    forged["keys"]["ed25519:PHONE"] = evil.ed25519
    assert seen_identity(BOB, answer(forged, identity=mine)).devices == frozenset()


def test_the_identity_of_somebody_else_is_none_of_bobs() -> None:
    eves = CrossSigning.generate("@eve:test")
    body = eves.upload_body("", lambda _: "")
    found = answer(Device("EVIL").shown())
    found["master_keys"] = {BOB: body["master_key"]}
    found["self_signing_keys"] = {BOB: body["self_signing_key"]}
    assert seen_identity(BOB, found).master_key == ""


@pytest.mark.parametrize(
    "junk", [None, [], 7, "x", {"keys": 1}, {"keys": {"ed25519:x": {}}}, {"usage": {}}]
)
def test_whatever_a_homeserver_shows_nothing_is_raised(junk: object) -> None:
    mine, phone = CrossSigning.generate(BOB), Device("PHONE")
    for part in ("device_keys", "master_keys", "self_signing_keys"):
        whole = json.loads(json.dumps(answer(phone.shown(mine), identity=mine)))
        whole[part] = junk
        seen_identity(BOB, whole)
        whole[part] = {BOB: junk}
        seen_identity(BOB, whole)
        whole[part] = {BOB: {"PHONE": junk}}
        seen_identity(BOB, whole)


def shares(
    olm: OlmMachine, devices: Devices, *, confidential: bool = False, **known: Identity
) -> set[str]:
    """The ids of the devices that get the room's key."""
    outgoing = OutboundSessions(olm)
    trusted, _ = devices.readers(
        [BOB, BOT], {str(each.user): each for each in known.values()}, confidential=confidential
    )
    readers = [each for each in trusted if devices.has_session(each)]
    batches = list(outgoing.share(ROOM, readers))
    for batch in batches:
        outgoing.mark_shared_with(ROOM, batch)
    outgoing.mark_shared(ROOM)
    return {device for batch in batches for _, device in batch[0]}


def meets(
    devices: Devices,
    *those: Device,
    identity: CrossSigning | None = None,
    signs: tuple[Device, ...] = (),
) -> None:
    shown = [each.shown(identity if each in signs else None) for each in those]
    devices.mark_changed([BOB])
    devices.on_query_response([BOB], answer(*shown, identity=identity))
    for each in those:
        wanted: dict[str, dict[str, str]] = {BOB: {each.id: "signed_curve25519"}}
        devices.on_one_time_keys(wanted, {"one_time_keys": {BOB: {each.id: each.claimed()}}})


def test_room_keys_go_to_signed_devices_alone(olm: OlmMachine) -> None:
    devices, mine = Devices(olm), CrossSigning.generate(BOB)
    phone, evil = Device("PHONE"), Device("EVIL")
    meets(devices, phone, evil, identity=mine, signs=(phone,))
    assert shares(olm, devices) == {"PHONE"}


def test_where_nobody_has_an_identity_the_setting_decides(olm: OlmMachine) -> None:
    preferred, required = Devices(olm), Devices(olm, required=True)
    phone = Device("PHONE")
    for devices in (preferred, required):
        meets(devices, phone)
    assert shares(olm, required) == set()
    assert shares(olm, preferred) == {"PHONE"}


def test_no_further_device_of_the_bots_account_gets_a_key(olm: OlmMachine) -> None:
    devices, thief = Devices(olm), Device("STOLEN", BOT)
    found = {"device_keys": {BOT: {"STOLEN": thief.shown()}}}
    devices.on_query_response([BOT], found)
    wanted: dict[str, dict[str, str]] = {BOT: {"STOLEN": "signed_curve25519"}}
    devices.on_one_time_keys(wanted, {"one_time_keys": {BOT: {"STOLEN": thief.claimed()}}})
    trusted, untrusted = devices.readers([BOT], {}, confidential=False)
    assert (trusted, untrusted) == ([], [])


def test_goods_go_to_no_device_of_an_identity_that_nobody_has_confirmed(olm: OlmMachine) -> None:
    devices = Devices(olm)
    mine, forged = CrossSigning.generate(BOB), CrossSigning.generate(BOB)
    phone, evil = Device("PHONE"), Device("EVIL")
    meets(devices, phone, identity=mine, signs=(phone,))
    seen = devices.seen(BOB)
    assert seen is not None
    known = Identity.first(BOB, seen)
    meets(devices, phone, evil, identity=forged, signs=(evil,))
    seen = devices.seen(BOB)
    assert seen is not None
    changed = known.updated(seen, datetime(2026, 12, 1, tzinfo=UTC))
    assert shares(olm, devices, bob=changed) == {"PHONE", "EVIL"}
    assert shares(olm, devices, bob=changed, confidential=True) == {"PHONE"}


def test_one_person_makes_the_bot_keep_no_more_than_a_few_unknown_devices(olm: OlmMachine) -> None:
    incoming = InboundKeys(olm, Devices(olm))
    olm.account.generate_one_time_keys(40)
    for number, key in enumerate(list(olm.account.one_time_keys["curve25519"].values())[:40]):
        stranger = nio.crypto.OlmAccount()
        session = nio.crypto.OutboundSession(stranger, olm.account.identity_keys["curve25519"], key)
        kind, body = session.encrypt(json.dumps({"type": "m.dummy"})).to_parts()
        content = {
            "algorithm": "m.olm.v1.curve25519-aes-sha2",
            "sender_key": stranger.identity_keys["curve25519"],
            "ciphertext": {
                olm.account.identity_keys["curve25519"]: {"type": kind, "body": _base64(body)}
            },
        }
        incoming.receive(
            [{"type": "m.room.encrypted", "sender": BOB, "content": content, "n": number}]
        )
    assert len(list(olm.session_store)) == 5


def _base64(data: bytes) -> str:
    return base64.b64encode(data).decode().rstrip("=")
