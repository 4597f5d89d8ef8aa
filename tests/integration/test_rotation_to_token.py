"""Key-encryption keys move into a token and out of it again, on a running product: everything opens all the time."""

import base64
from pathlib import Path
from typing import Any

import pytest
import yaml

from sandbox.clients import MatrixUser
from sandbox.sample_media import photo
from tests.integration.test_rotation import configure, keys, uses
from tests.support.softhsm import SoftHsm, needs_softhsm
from tests.support.synapse.encrypted_bot import eventually
from tests.support.synapse.encrypted_environment import EncryptedTown, open_encrypted_town
from tests.support.synapse.running_doctor import findings

pytestmark = [needs_softhsm, pytest.mark.timeout(300)]
THIRD = {"key": base64.b64encode(bytes(range(32))).decode()}


async def test_into_the_token_and_out_again_and_nothing_is_lost(tmp_path: Path) -> None:
    hsm = SoftHsm(tmp_path / "hsm")
    hsm.initialize()
    async with open_encrypted_town(tmp_path / "town") as town:
        product = town.town.product
        buyer = await town.buyer()
        room = await town.room(buyer)
        picture = photo("harbour.jpg", seed=83)
        placeholder = await town.publishes(room, picture)
        chat = await town.buys(buyer, room, placeholder)
        await town.hears(buyer, chat, "🧾")
        code = placeholder.body.split("!ppv buy ")[1].split()[0]
        (old,) = await uses(town)
        device = await device_of(town)
        first = yaml.safe_load(product.configuration.file.read_text())["keys"]["keks"][old]

        configure(town, pkcs11=hsm.settings())
        assert "new key “ppv kek”" in await keys(town, "make", "ppv kek")
        configure(town, active="hsm", keks={old: first, "hsm": {"label": "ppv kek"}})
        assert "restart it now" in await keys(town, "rotate")
        await product.restart()
        await eventually(lambda: _is(town, {"hsm": (2, True), old: (0, False)}))
        assert "hsm, in the token, locks up 2 content keys" in await keys(town, "status")

        configure(town, keks={"hsm": {"label": "ppv kek"}})
        await product.restart()
        assert await opens(town, buyer, chat, code) == picture.data
        assert await device_of(town) == device
        found = await findings(product.configuration.file)
        assert found["token"] == (
            True,
            f"“{hsm.label}” holds “ppv kek” (AES-GCM), and gives none of them out",
        )
        assert found["keys"][0]
        assert found["encryption"][0]

        keks: dict[str, Any] = {"hsm": {"label": "ppv kek"}, "third": THIRD}
        configure(town, active="third", keks=keks)
        await product.restart()
        await eventually(lambda: _is(town, {"third": (2, True), "hsm": (0, False)}))
        configure(town, keks={"third": THIRD})
        hsm.vanish()
        await product.restart()
        assert await opens(town, buyer, chat, code) == picture.data
        assert await device_of(town) == device


async def test_while_the_token_is_gone_goods_wait_for_it(tmp_path: Path) -> None:
    hsm = SoftHsm(tmp_path / "hsm")
    hsm.initialize()
    async with open_encrypted_town(tmp_path / "town") as town:
        configure(town, pkcs11=hsm.settings())
        await keys(town, "make", "ppv kek")
        tree = yaml.safe_load(town.town.product.configuration.file.read_text())
        both = {**tree["keys"]["keks"], "hsm": {"label": "ppv kek"}}
        configure(town, active="hsm", keks=both)
        await town.town.product.restart()
        buyer = await town.buyer()
        room = await town.room(buyer)
        picture = photo("harbour.jpg", seed=84)
        placeholder = await town.publishes(room, picture)
        hsm.vanish()
        chat = await town.buys(buyer, room, placeholder)
        assert "is not there" in (await findings(town.town.product.configuration.file))["token"][1]
        hsm.come_back()
        (goods,) = await town.goods(buyer, 1)
        assert await buyer.open(goods) == picture.data
        await town.hears(buyer, chat, "🧾")


async def opens(town: EncryptedTown, buyer: MatrixUser, chat: str, code: str) -> bytes:
    """What is delivered once more."""
    mark = buyer.mark()
    await buyer.say(chat, f"!ppv library {code}")
    (goods,) = await town.goods(buyer, 1, after=mark)
    return await buyer.open(goods)


async def device_of(town: EncryptedTown) -> str:
    _, words = (await findings(town.town.product.configuration.file))["encryption"]
    return words


async def _is(town: EncryptedTown, wanted: dict[str, tuple[int, bool]]) -> bool:
    return await uses(town) == wanted
