"""A thief with the disks wants goods, names and keys: after every journey all files are searched for marks.

Real Synapse: with and without the gate, in clear rooms and in encrypted ones, on SQLite and on PostgreSQL. `MAY_HOLD`
says what each place may hold, and why; whatever else turns up is a fault.
"""

import asyncio
import os
import sqlite3
import subprocess
import sys
import tempfile
from collections.abc import AsyncIterator, Mapping
from contextlib import closing
from itertools import count
from pathlib import Path
from typing import Any

import nio.crypto.attachments
import psycopg
import pytest

import sandbox.clients.client_attachments
from sandbox.environment import open_environment
from sandbox.postgres import Cluster
from sandbox.sample_media import photo
from tests.adversary.canary import Canary, files_in, holds, shows_the_same, spellings
from tests.adversary.canary_journeys import (
    World,
    by_a_buyer_who_gives_it_back,
    by_a_flag,
    by_a_later_flag,
    by_a_later_flag_in_an_encrypted_room,
    by_the_browser,
    by_the_studio,
)
from tests.adversary.temporary_files import TemporaryFiles
from tests.support.postgres_fixtures import NewDatabase
from tests.support.synapse.market import SELLER, Market

GATE_IN_CLEAR, CLEAR, GATE_ENCRYPTED = "the gate in clear rooms", "clear rooms", "encrypted rooms"
POSTGRES = "PostgreSQL"
"""With the gate, in clear rooms."""

IN_CLEAR_ROOMS = {
    ("name", "homeserver homeserver.db"),  # what people and the bot say there, the studio included
    ("words", "homeserver homeserver.db"),
}
COPIES = {("bytes", "homeserver media"), ("picture", "homeserver media")}
MAY_HOLD: Mapping[str, set[tuple[str, str]]] = {
    # The words of what is on sale are public: Stripe is told them with each checkout.
    GATE_IN_CLEAR: IN_CLEAR_ROOMS,
    POSTGRES: IN_CLEAR_ROOMS,
    # The bot is no admin, so the homeserver's copies stay, and the seller is told of each.
    CLEAR: IN_CLEAR_ROOMS | COPIES,
    GATE_ENCRYPTED: set(),
}
SEEN_BEFORE = IN_CLEAR_ROOMS | COPIES
"""What the room saw before the flag: the gate took nothing out, so it deletes no copy, and the seller is told."""


def changes_of(kind: str, database: str | None) -> dict[str, Any]:
    changes: dict[str, Any] = {"logging": {"level": "debug"}}
    if kind != GATE_ENCRYPTED:
        changes["encryption"] = {"direct_rooms": "off"}
    if database:
        changes["database"] = {"url": database}
    return changes


@pytest.fixture(params=[GATE_IN_CLEAR, CLEAR, GATE_ENCRYPTED, POSTGRES])
def kind(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def database(kind: str, request: pytest.FixtureRequest) -> str | None:
    """The address of a database of PostgreSQL; None for the default."""
    if kind != POSTGRES:
        return None
    new: NewDatabase = request.getfixturevalue("new_database")
    return new()


@pytest.fixture
def temporary(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> TemporaryFiles:
    folder = tmp_path / "temporary"
    folder.mkdir()
    monkeypatch.setenv("TMPDIR", str(folder))
    monkeypatch.setenv("PYTHONPATH", str(Path(__file__).with_name("audited")))
    return TemporaryFiles(folder)


@pytest.fixture
async def world(
    kind: str,
    database: str | None,
    temporary: TemporaryFiles,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> AsyncIterator[World]:
    gate, changes = kind != CLEAR, changes_of(kind, database)
    async with open_environment(tmp_path, sellers=(SELLER,), changes=changes, gate=gate) as town:
        seller = await town.cast.register(SELLER)
        encrypted = kind == GATE_ENCRYPTED
        studio = await seller.open_direct_room(town.bot, encrypted=encrypted)
        await seller.wait_for_member(studio, town.bot, seconds=60)
        world = World(Market(town, seller, studio, count(1), patience=90.0), encrypted)

        def watched(data: bytes) -> tuple[bytes, dict[str, Any]]:
            ciphertext, keys = nio.crypto.attachments.encrypt_attachment(data)
            world.canary.keys.add(keys["key"]["k"])
            return ciphertext, keys

        monkeypatch.setattr(sandbox.clients.client_attachments, "encrypt_attachment", watched)
        yield world


_BUSY = "SELECT COUNT(*) FROM jobs WHERE state = 'running' OR (state = 'waiting' AND due_at <= {})"


async def all_is_done(file: Path, database: str | None) -> None:
    """No job is left that can be done now."""

    def busy() -> int:
        if database:
            now = "to_char(now() AT TIME ZONE 'UTC', 'YYYY-MM-DD\"T\"HH24:MI:SS.MS')"
            with psycopg.connect(database) as server:
                row = server.execute(_BUSY.format(now)).fetchone()
                return int(row[0]) if row else 0
        now = "strftime('%Y-%m-%dT%H:%M:%f', 'now')"
        with closing(sqlite3.connect(f"file:{file}?mode=ro", uri=True)) as connection:
            return int(connection.execute(_BUSY.format(now)).fetchone()[0])

    async with asyncio.timeout(120):
        while await asyncio.to_thread(busy):
            pass


def found_beyond(
    canary: Canary, world: World, more: Mapping[str, Path], allowed: set[tuple[str, str]]
) -> set[tuple[str, str]]:
    found = {(each.kind, each.place) for each in canary.found_in(world.town, more)}
    return found - allowed


@pytest.mark.timeout(600)
async def test_no_mark_is_found_where_it_may_not_be(
    world: World, kind: str, database: str | None, temporary: TemporaryFiles, request: Any
) -> None:
    with temporary.watched(world.town.product.pid):
        await by_the_studio(world)
        await by_a_buyer_who_gives_it_back(world)
        await by_a_flag(world)
        if world.encrypted:
            await by_a_later_flag_in_an_encrypted_room(world)
        else:
            await by_a_later_flag(world)
        await by_the_browser(world)
        await all_is_done(world.town.product.configuration.folder / "ppv.db", database)
    assert (temporary.kept / f"audited-{world.town.product.pid}").exists()
    more = {"temporary": temporary.kept, "shared memory": Path("/dev/shm")}  # noqa: S108
    if database:
        cluster: Cluster = request.getfixturevalue("cluster")
        cluster.run("CHECKPOINT")
        more["PostgreSQL"] = Path(cluster.run("SHOW data_directory")[0][0])
    assert not found_beyond(world.canary, world, more, MAY_HOLD[kind])
    assert not found_beyond(world.seen, world, more, SEEN_BEFORE)
    told = [event.body for event in world.market.seller.heard()]
    if not world.encrypted:
        assert sum("I may not delete the server's own copy" in words for words in told) >= 2
    if kind == CLEAR:
        assert found_beyond(world.canary, world, {}, set()) >= COPIES, (
            "they are found where they lie"
        )
        for journey in ("studio", "flagged"):
            names = [words for words in told if "could not delete" in words]
            assert any(f"zanzibar-{journey}" in words for words in names), journey


async def test_a_handover_that_waits_gives_nothing_away(world: World, kind: str) -> None:
    """The gate took it out, and matrix-ppv was killed before it could do anything with it."""
    if kind in {CLEAR, POSTGRES}:
        pytest.skip("there is no gate, or the records are not among our files")
    market = world.market
    room = await world.room()
    await market.seller.say(room, "!ppv 5 USD Waiting")
    await market.hears(market.seller, room, "Send the files for 5.00 USD now")
    held = world.picture("held")
    await market.seller.send_file(room, held)
    world.town.product.kill()
    ours = {each for each in world.canary.found_in(world.town) if each.place.startswith("ours")}
    assert not ours


def test_temporary_files_are_found_after_they_are_deleted(temporary: TemporaryFiles) -> None:
    mark = b"zanzibar-harbour.jpg"
    with (
        tempfile.NamedTemporaryFile(dir=temporary.folder) as named,
        tempfile.TemporaryFile(dir=temporary.folder) as nameless,
        temporary.watched(os.getpid()),
    ):
        for file in (named, nameless):
            file.write(mark)
            file.flush()
    assert [file.read_bytes() for _, file in files_in({"kept": temporary.kept})].count(mark) >= 2


_SHORT_LIVED = """
import pathlib, tempfile
with tempfile.TemporaryFile() as file:
    file.write(b"zanzibar-1")
file = tempfile.NamedTemporaryFile(delete=False)
file.write(b"zanzibar-2")
file.close()
pathlib.Path(file.name).unlink()
with tempfile.TemporaryDirectory() as folder:
    (pathlib.Path(folder) / "file").write_bytes(b"zanzibar-3")
"""


def test_temporary_files_are_found_however_short_they_live(temporary: TemporaryFiles) -> None:
    """Nobody looks meanwhile."""
    subprocess.run([sys.executable, "-P", "-c", _SHORT_LIVED, "appservice"], check=True)
    assert not list(temporary.folder.iterdir())
    found = {file.read_bytes() for _, file in files_in({"kept": temporary.kept})}
    assert {b"zanzibar-1", b"zanzibar-2", b"zanzibar-3"} <= found


def test_the_search_finds_what_is_there() -> None:
    """In every spelling, and pictures made smaller or otherwise compressed."""
    mark = b"zanzibar-harbour.jpg"
    for spelling in spellings(mark):
        assert holds(b"..." + spelling + b"...", mark)
    large, small = photo("a.jpg", seed=3), photo("a.jpg", width=400, height=267, seed=3)
    assert shows_the_same(small.data, large.data)
    assert large.poster
    assert shows_the_same(large.poster.data, large.data)
