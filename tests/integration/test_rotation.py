"""A new key-encryption key on a running product: what was sold before opens without the old one."""

import asyncio
import base64
import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml

from sandbox.sample_media import photo
from tests.support.synapse.encrypted_bot import eventually
from tests.support.synapse.encrypted_environment import EncryptedTown, open_encrypted_town

ROOT = Path(__file__).parents[2]
NEW = {"key": base64.b64encode(bytes(range(32))).decode()}


async def keys(town: EncryptedTown, *words: str) -> str:
    config = str(town.town.product.configuration.file)
    arguments = [sys.executable, "-P", "-m", "appservice", "keys", *words, "--config", config]
    done = await asyncio.to_thread(
        subprocess.run, arguments, cwd=ROOT, capture_output=True, text=True, timeout=60, check=True
    )
    return done.stdout


async def uses(town: EncryptedTown) -> dict[str, tuple[int, bool]]:
    told = json.loads(await keys(town, "status", "--json"))
    return {each["kek"]: (each["content_keys"], each["encryption"]) for each in told}


def configure(town: EncryptedTown, **changes: Any) -> None:
    file = town.town.product.configuration.file
    tree = yaml.safe_load(file.read_text())
    tree["keys"] |= changes
    file.write_text(yaml.safe_dump(tree))


@pytest.mark.timeout(300)
async def test_the_old_key_is_retired_and_nothing_is_lost(tmp_path: Path) -> None:
    async with open_encrypted_town(tmp_path / "town") as town:
        buyer = await town.buyer()
        room = await town.room(buyer)
        picture = photo("harbour.jpg", seed=83)
        placeholder = await town.publishes(room, picture)
        chat = await town.buys(buyer, room, placeholder)
        await town.hears(buyer, chat, "🧾")
        code = placeholder.body.split("!ppv buy ")[1].split()[0]
        before = await uses(town)
        (old,) = before
        assert before[old] == (2, True), "a picture with its thumbnail, and the bot's encryption"
        assert f"beside “{old}”" in await keys(town, "rotate")

        tree = yaml.safe_load(town.town.product.configuration.file.read_text())
        configure(town, active="second", keks={**tree["keys"]["keks"], "second": NEW})
        assert "restart it now" in await keys(town, "rotate")
        await town.town.product.restart()
        await eventually(lambda: _is(town, {"second": (2, True), old: (0, False)}))
        assert "are under “second”" in await keys(town, "rotate")
        assert f"{old}: locks up nothing (remove it" in await keys(town, "status")

        configure(town, keks={"second": NEW})
        await town.town.product.restart()
        mark = buyer.mark()
        await buyer.say(chat, f"!ppv library {code}")
        (goods,) = await town.goods(buyer, 1, after=mark)
        assert await buyer.open(goods) == picture.data
        assert goods.encrypted


async def _is(town: EncryptedTown, wanted: dict[str, tuple[int, bool]]) -> bool:
    return await uses(town) == wanted
