"""Room keys belong to the device that sent them, survive a restart, and are bounded."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import nio.crypto
import pytest

from appservice.matrix.crypto import olm_machine
from appservice.matrix.crypto.megolm import room_key_store
from appservice.matrix.crypto.olm_machine import OlmMachine
from appservice.matrix.crypto.olm_store import open_olm_device
from appservice.matrix.crypto.store_dir import open_folder
from bot.ids import KekId, UserId

BOT = UserId("@ppvbot:test")
KEKS = {KekId("first"): b"1" * 32}
ROOM = "!room:test"
ALICE, MALLORY = "alice's key", "mallory's key"


@contextmanager
def machine(path: Path) -> Iterator[OlmMachine]:
    with open_folder(path, BOT, KEKS, KekId("first")) as folder, open_olm_device(folder) as opened:
        yield opened.olm


def sends(olm: OlmMachine, sender_key: str, outbound: Any, room: str = ROOM) -> None:
    olm.create_group_session(sender_key, "signing key", room, outbound.id, outbound.session_key)


def session() -> Any:
    outbound = nio.crypto.OutboundGroupSession()
    outbound.mark_as_shared()
    return outbound


def test_a_session_id_taken_by_another_device_leaves_the_first_where_it_was(tmp_path: Path) -> None:
    outbound = session()
    with machine(tmp_path) as olm:
        sends(olm, MALLORY, outbound)
        sends(olm, ALICE, outbound)
        assert olm.room_keys.senders(ROOM, outbound.id) == {ALICE, MALLORY}
    with machine(tmp_path) as olm:
        found = olm.room_keys.find(ROOM, ALICE, outbound.id)
        assert found.sender_key == ALICE
        assert found.decrypt(outbound.encrypt("hello")) == ("hello", 0)


def test_a_session_is_replaced_only_by_one_that_opens_more(tmp_path: Path) -> None:
    outbound = session()
    early = outbound.session_key
    outbound.encrypt("the first")
    with machine(tmp_path) as olm:
        sends(olm, ALICE, outbound)
        assert olm.room_keys.find(ROOM, ALICE, outbound.id).first_known_index == 1
        olm.create_group_session(ALICE, "signing key", ROOM, outbound.id, early)
        assert olm.room_keys.find(ROOM, ALICE, outbound.id).first_known_index == 0
        sends(olm, ALICE, outbound)
        assert olm.room_keys.find(ROOM, ALICE, outbound.id).first_known_index == 0


def test_the_session_of_one_room_is_none_of_another(tmp_path: Path) -> None:
    outbound = session()
    with machine(tmp_path) as olm:
        sends(olm, ALICE, outbound)
        assert olm.room_keys.find("!other:test", ALICE, outbound.id) is None


def test_a_replay_is_known_after_a_restart(tmp_path: Path) -> None:
    outbound = session()
    with machine(tmp_path) as olm:
        sends(olm, ALICE, outbound)
        found = olm.room_keys.find(ROOM, ALICE, outbound.id)
        assert olm.room_keys.is_first_use(found, 0, {"event_id": "$first"})
    with machine(tmp_path) as olm:
        found = olm.room_keys.find(ROOM, ALICE, outbound.id)
        assert olm.room_keys.is_first_use(found, 0, {"event_id": "$first"})
        assert not olm.room_keys.is_first_use(found, 0, {"event_id": "$again"})
        assert olm.room_keys.is_first_use(found, 1, {"event_id": "$next"})


def test_looking_whether_an_index_was_read_remembers_nothing(tmp_path: Path) -> None:
    outbound = session()
    with machine(tmp_path) as olm:
        sends(olm, ALICE, outbound)
        found = olm.room_keys.find(ROOM, ALICE, outbound.id)
        assert olm.room_keys.is_unread(found, 0)
        assert olm.room_keys.is_unread(found, 0)
        assert olm.room_keys.is_first_use(found, 0, {"event_id": "$first"})
        assert not olm.room_keys.is_unread(found, 0)
        assert olm.room_keys.is_unread(found, 1)


def test_what_is_forgotten_counts_as_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(room_key_store, "_MAX_INDICES_PER_SESSION", 10)
    outbound = session()
    with machine(tmp_path) as olm:
        sends(olm, ALICE, outbound)
        found = olm.room_keys.find(ROOM, ALICE, outbound.id)
        for index in range(30):
            assert olm.room_keys.is_first_use(found, index, {"event_id": f"${index}"})
        assert not any(olm.room_keys.is_unread(found, index) for index in range(30))
        assert not any(
            olm.room_keys.is_first_use(found, index, {"event_id": "$again"}) for index in range(30)
        )
        (rows,) = olm.store.database.execute_sql("SELECT count(*) FROM message_indices").fetchall()
        assert rows == (10,)


def test_a_device_that_floods_the_bot_pushes_out_its_own_keys_alone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(room_key_store, "_MAX_SESSIONS_PER_DEVICE", 5)
    hers = session()
    with machine(tmp_path) as olm:
        sends(olm, ALICE, hers)
        flood = [session() for _ in range(20)]
        for each in flood:
            sends(olm, MALLORY, each)
        assert olm.room_keys.find(ROOM, ALICE, hers.id) is not None
        assert [olm.room_keys.find(ROOM, MALLORY, each.id) is not None for each in flood] == (
            [False] * 15 + [True] * 5
        )


def test_olm_sessions_of_one_device_are_bounded_on_disk_too(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(olm_machine, "_MAX_OLM_SESSIONS_PER_DEVICE", 3)
    peer = nio.crypto.OlmAccount()
    peer.generate_one_time_keys(10)
    with machine(tmp_path) as olm:
        for key in peer.one_time_keys["curve25519"].values():
            olm.create_session(key, peer.identity_keys["curve25519"])
        newest = olm.session_store.get(peer.identity_keys["curve25519"]).id
    with machine(tmp_path) as olm:
        kept = olm.session_store[peer.identity_keys["curve25519"]]
        assert len(kept) == 3
        assert newest in {each.id for each in kept}


def test_the_bot_keeps_no_key_to_what_it_said_itself(tmp_path: Path) -> None:
    with machine(tmp_path) as olm:
        olm.create_outbound_group_session(ROOM)
        ours = olm.outbound_group_sessions[ROOM].id
        assert olm.room_keys.senders(ROOM, ours) == set()


def test_sessions_of_earlier_versions_are_taken_over(tmp_path: Path) -> None:
    outbound = session()
    with machine(tmp_path) as olm:
        inbound = nio.crypto.InboundGroupSession(outbound.session_key, "signing key", ALICE, ROOM)
        olm.store.save_inbound_group_session(inbound)
    with machine(tmp_path) as olm:
        assert olm.room_keys.find(ROOM, ALICE, outbound.id).ed25519 == "signing key"


def test_the_logs_of_the_library_are_silent_once_a_store_is_open(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    with machine(tmp_path):
        logging.getLogger("nio.responses").warning("the key is hunter2")
    assert "hunter2" not in caplog.text
