"""A backup while it runs, an empty machine, and a sale that is delivered again from it."""

import asyncio
import shutil
import stat
import subprocess
import sys
import tarfile
from pathlib import Path

from appservice.database_backup import BackupPaths, restore
from appservice.db.sqlite.sqlite_engine import SqliteEngine
from sandbox.sample_media import photo
from tests.support.synapse.encrypted_environment import EncryptedTown, open_encrypted_town

ROOT = Path(__file__).parents[2]


async def command(town: EncryptedTown, *words: str) -> subprocess.CompletedProcess[str]:
    config = str(town.town.product.configuration.file)
    arguments = [sys.executable, "-P", "-m", "appservice", *words, "--config", config]
    done = await asyncio.to_thread(
        subprocess.run, arguments, cwd=ROOT, capture_output=True, text=True, timeout=60, check=False
    )
    assert "Traceback" not in done.stderr, done.stderr
    return done


async def test_a_sale_before_the_backup_is_delivered_again_after_the_restore(
    tmp_path: Path,
) -> None:
    async with open_encrypted_town(tmp_path / "town") as town:
        buyer = await town.buyer()
        room = await town.room(buyer)
        picture = photo("harbour.jpg", seed=71)
        placeholder = await town.publishes(room, picture)
        chat = await town.buys(buyer, room, placeholder)
        await town.hears(buyer, chat, "🧾")
        code = placeholder.body.split("!ppv buy ")[1].split()[0]

        archive = tmp_path / "backup.tar"
        made = await command(town, "backup", str(archive))
        assert made.returncode == 0, made.stderr
        assert "not in it" in made.stdout
        assert stat.S_IMODE(archive.stat().st_mode) == 0o600
        with tarfile.open(archive) as tar:
            names = tar.getnames()
        assert "ppv.db" in names
        assert "config.yaml" not in names

        product = town.town.product
        refused = await command(town, "restore", str(archive))
        assert refused.returncode == 1
        assert "replaces nothing" in refused.stderr

        await product.stop()
        folder = product.configuration.folder
        for gone in ("blobs", "ppv.crypto"):
            shutil.rmtree(folder / gone)
        for file in folder.glob("ppv.db*"):
            file.unlink()
        assert (await command(town, "restore", str(archive))).returncode == 0
        await product.restart()

        mark = buyer.mark()
        await buyer.say(chat, f"!ppv library {code}")
        (goods,) = await town.goods(buyer, 1, after=mark)
        assert await buyer.open(goods) == picture.data
        assert goods.encrypted


def test_an_archive_that_points_elsewhere_writes_nothing_there(tmp_path: Path) -> None:
    evil = tmp_path / "evil.tar"
    (tmp_path / "payload").write_text("x")
    with tarfile.open(evil, "w") as tar:
        for name in ("blobs/../../escaped", "../escaped", "/escaped", "crypto/a/b", "other"):
            tar.add(tmp_path / "payload", name)
    home = tmp_path / "home"
    restore(evil, BackupPaths(SqliteEngine(home / "ppv.db"), home / "blobs", home / "crypto"))
    assert not list(tmp_path.rglob("escaped"))
    assert not home.exists()
