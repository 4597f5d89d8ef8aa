"""Archives of records that lie in PostgreSQL, and archives that are restored into it."""

import asyncio
import tarfile
from pathlib import Path

import pytest

from appservice.database_backup import BackupPaths, restore, save
from appservice.db import schema
from appservice.db.engine import Engine
from appservice.db.engines import engine_at
from appservice.db.errors import DatabaseUnusable
from appservice.db.schema import SchemaState, migrations
from appservice.db.sqlite.sqlite_engine import SqliteEngine
from bot.errors import TemporaryError, UserError
from sandbox.postgres import Cluster
from tests.integration.test_db_copy import assert_whole, fill
from tests.support.postgres_fixtures import NewDatabase


def places(folder: Path, database: Engine) -> BackupPaths:
    return BackupPaths(database, folder / "blobs", folder / "crypto")


def test_an_archive_is_restored_into_either_engine(
    tmp_path: Path, new_database: NewDatabase
) -> None:
    server, other, archive = new_database(), new_database(), tmp_path / "ppv.tar"
    asyncio.run(fill(server))
    here = places(tmp_path / "here", engine_at(server))
    blob = here.blobs / "ab/cd/abcd"
    blob.parent.mkdir(parents=True)
    blob.write_bytes(b"sealed")
    assert save(here, archive, None) > 0
    with pytest.raises(UserError, match=r"replaces nothing.*“test.*” at 127.0.0.1:.* is not empty"):
        restore(archive, places(tmp_path / "there", engine_at(server)))

    file = SqliteEngine(tmp_path / "there/ppv.db")
    restore(archive, places(tmp_path / "there", file))
    asyncio.run(assert_whole(f"sqlite:///{file.path}"))
    restore(archive, places(tmp_path / "elsewhere", engine_at(other)))
    asyncio.run(assert_whole(other))
    for folder in ("there", "elsewhere"):
        assert (tmp_path / folder / "blobs/ab/cd/abcd").read_bytes() == b"sealed"
        assert not [each for each in (tmp_path / folder).iterdir() if "tmp" in each.name]
    with tarfile.open(archive) as tar:
        assert tar.getnames() == ["ppv.db", "blobs/ab/cd/abcd"]


def test_an_archive_of_an_older_version_is_brought_up_to_date(
    tmp_path: Path, new_database: NewDatabase, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = SqliteEngine(tmp_path / "old.db")
    with monkeypatch.context() as older:
        before = migrations()[:5]
        older.setattr(schema, "migrations", lambda: before)
        asyncio.run(file.upgrade(copy=False))
    server = engine_at(new_database())
    asyncio.run(server.restore_from(file.path))
    assert asyncio.run(server.state()) is SchemaState.HEAD


def test_a_server_that_is_away_leaves_no_half_archive(
    tmp_path: Path, new_database: NewDatabase, cluster: Cluster
) -> None:
    here = places(tmp_path, engine_at(new_database()))
    cluster.kill()
    try:
        with pytest.raises((DatabaseUnusable, TemporaryError), match="cannot be reached"):
            save(here, tmp_path / "ppv.tar", None)
    finally:
        cluster.start()
    assert list(tmp_path.iterdir()) == []
