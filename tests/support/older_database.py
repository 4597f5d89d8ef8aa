"""A database that an earlier version wrote, and the world around it at that moment."""

import json
import sqlite3
from collections.abc import Mapping, Sequence
from contextlib import closing
from datetime import datetime
from itertools import count
from pathlib import Path
from typing import Any

import pytest

from appservice.db import schema
from appservice.db.engines import engine_at
from appservice.db.postgres.pg_connection import connected
from appservice.db.postgres.pg_table_copy import PostgresTables
from appservice.db.sqlite.location import sqlite_path
from appservice.db.store import SqlStore
from appservice.db.table_copy import VERSIONS
from bot.ids import BlobId, CheckoutSessionId, EventId, MxcUri, RoomId, UserId
from bot.messages import Line
from tests.support.bot_harness import BotHarness
from tests.support.fake_homeserver import Said

_FOLDER = Path(__file__).parents[1] / "upgrades"


def dump_of(commit: str) -> str:
    return (_FOLDER / f"{commit}.sql").read_text(encoding="utf-8")


def world_of(commit: str) -> dict[str, Any]:
    world: dict[str, Any] = json.loads((_FOLDER / f"{commit}.json").read_text(encoding="utf-8"))
    return world


def write_sqlite(url: str, dump: str) -> None:
    with closing(sqlite3.connect(sqlite_path(url))) as database:
        database.executescript(dump)


async def write_postgres(url: str, dump: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Make the schema of the dump's version in an empty database, and copy the same rows into it."""
    with closing(sqlite3.connect(":memory:")) as source:
        source.executescript(dump)
        (version,) = source.execute(f"SELECT MAX(version) FROM {VERSIONS}").fetchone()  # noqa: S608
        await make_version(url, version, monkeypatch)
        async with connected(url) as connection:
            await connection.execute("BEGIN")
            tables = PostgresTables(connection)
            for name in await tables.names():
                if name == VERSIONS:
                    continue
                rows = source.execute(f"SELECT * FROM {name}")  # noqa: S608 - a name of ours
                columns = [each[0] for each in rows.description]
                await tables.add(name, columns, rows.fetchall())
            numbers = source.execute("SELECT name, seq FROM sqlite_sequence").fetchall()
            await tables.count_on(dict(numbers))
            await connection.execute("COMMIT")


async def make_version(url: str, version: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """Make an empty database of an older version, on either engine."""
    with monkeypatch.context() as older:
        scripts = schema.migrations()[:version]
        older.setattr(schema, "migrations", lambda: scripts)
        await engine_at(url).upgrade(copy=False)


async def insert(url: str, sql: str, rows: Sequence[tuple[str | int, ...]]) -> None:
    """Run a statement with each of the rows, on either engine. Parameters are written as `?`."""
    if url.startswith("sqlite"):
        with closing(sqlite3.connect(sqlite_path(url))) as database, database:
            database.executemany(sql, rows)
    else:
        async with connected(url) as connection, connection.cursor() as cursor:
            await cursor.executemany(sql.replace("?", "%s").encode(), rows)


class UpgradedHouse(BotHarness):
    """The bot of this version in the world as it was; `use` gives it the upgraded store."""

    sql: SqlStore

    def __init__(self, world: Mapping[str, Any]) -> None:
        super().__init__()
        self.world = world
        self.clock.at = datetime.fromisoformat(world["now"])
        matrix = self.matrix
        matrix.members = {
            RoomId(room): {UserId(who) for who in inside}
            for room, inside in world["members"].items()
        }
        matrix.opened = {RoomId(room): UserId(who) for room, who in world["opened"].items()}
        matrix.aliases = {alias: RoomId(room) for alias, room in world["aliases"].items()}
        matrix.shut = {UserId(who) for who in world["shut"]}
        matrix.media = {MxcUri(url): bytes.fromhex(data) for url, data in world["media"].items()}
        matrix.said = [
            Said(RoomId(room), EventId(event), Line(""), None) for room, event in world["said"]
        ]
        for each in matrix.said:
            matrix._own_events.add(each.event)
            matrix.timeline.append(matrix._own_message(each.room, each.event, None))
        matrix._events = len(matrix.said) + 1000
        self.timeline._numbers = count(1000)
        self._transactions = 1000
        self.blobs.blobs = {
            BlobId(id_): bytes.fromhex(data) for id_, data in world["blobs"].items()
        }
        self.blobs._put_at = dict.fromkeys(self.blobs.blobs, self.clock.now())
        self.vault.keks = {self.vault.active: b"k" * 32}

    async def use(self, store: SqlStore) -> None:
        await store.unlock()
        await store.queue.recover(self.clock.now())
        self.sql = store
        self.store = store  # type: ignore[assignment]
        self.restart()
        await self._open_checkouts()

    async def _open_checkouts(self) -> None:
        """Let the payment processor know what it knew."""
        async with self.sql.begin() as uow:
            offers = await uow.offers.of_seller(UserId("@alice:test"), discarded=True)
            purchases = [each for offer in offers for each in await uow.purchases.of(offer)]
        attempts = {each.session: each.request for one in purchases for each in one.attempts}
        for session, request in sorted(attempts.items(), key=lambda each: str(each[0])):
            made = await self.stripe.create_checkout(request)
            assert made.session == session
        for session, intent, minor in self.world["payments"]:
            self.stripe.pay(CheckoutSessionId(session))
            assert self.stripe.payments[intent].amount.minor == minor

    async def room_of(self, who: UserId) -> RoomId:
        async with self.sql.begin() as uow:
            room = await uow.direct_rooms.of(who)
        assert room is not None
        return room
