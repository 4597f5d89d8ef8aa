"""A thief with the database, its log and the blobs, but without the configuration, wants to open what is sold."""

import base64
import re
from collections.abc import AsyncIterator, Iterator
from itertools import count, product
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

from sandbox.clients import RoomEvent
from sandbox.environment import open_environment
from sandbox.sample_media import photo
from tests.support.synapse.market import SELLER, Market

pytestmark = pytest.mark.asyncio(loop_scope="module")
_BASE64 = re.compile(rb"[A-Za-z0-9+/_-]{22,44}={0,2}")
_HEX = re.compile(rb"[0-9a-fA-F]{64}|[0-9a-fA-F]{32}")


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def market(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Market]:
    clear = {"encryption": {"direct_rooms": "off"}}
    folder = tmp_path_factory.mktemp("town")
    async with open_environment(folder, sellers=(SELLER,), changes=clear) as town:
        seller = await town.cast.register(SELLER)
        studio = await seller.open_direct_room(town.bot)
        await seller.wait_for_member(studio, town.bot)
        yield Market(town, seller, studio, count(1))


def loot(market: Market) -> tuple[bytes, list[bytes]]:
    """All bytes of the database with what belongs to it, and all blobs."""
    folder: Path = market.town.product.configuration.folder
    database = b"".join(each.read_bytes() for each in sorted(folder.glob("ppv.db*")))
    blobs = [each.read_bytes() for each in (folder / "blobs").rglob("*") if each.is_file()]
    return database, blobs


def secrets_in(database: bytes, length: int) -> set[bytes]:
    """Whatever may be so many bytes of a key, as text of several kinds."""
    found = set[bytes]()
    letters = -(-length * 8 // 6)
    for word in _BASE64.findall(database):
        bare = word.rstrip(b"=").translate(bytes.maketrans(b"-_", b"+/"))
        for start in range(len(bare) - letters + 1):
            part = bare[start : start + letters]
            found.add(base64.b64decode(part + b"=" * (-letters % 4))[:length])
    found |= {
        bytes.fromhex(each.decode()) for each in _HEX.findall(database) if len(each) == 2 * length
    }
    return found


def opened(
    keys: set[bytes], counters: set[bytes], blobs: list[bytes], start: bytes
) -> Iterator[bytes]:
    """What a key and a counter turn into a file that begins so."""
    for key, counter, blob in product(keys, counters, blobs):
        decryptor = Cipher(algorithms.AES(key), modes.CTR(counter)).decryptor()
        if decryptor.update(blob[: len(start)]) == start:
            yield blob


def key_and_counter(goods: RoomEvent) -> tuple[bytes, bytes]:
    file: dict[str, Any] = goods.content["file"]
    key = base64.urlsafe_b64decode(file["key"]["k"] + "=")
    return key, base64.b64decode(file["iv"] + "==")


async def test_neither_the_goods_nor_a_key_to_them_lie_about(market: Market) -> None:
    buyer = await market.buyer()
    room = await market.room(buyer)
    sold, waiting = photo("sold.jpg", seed=71), photo("waiting.jpg", seed=72)
    placeholder = await market.publishes(room, sold)
    await market.pays(await market.link(buyer, room, placeholder))
    (goods,) = await market.goods(buyer, 1)
    assert await buyer.open(goods) == sold.data
    await market.publishes(room, waiting, words="7 USD Nobody has bought it")

    database, blobs = loot(market)
    assert len(blobs) >= 2
    for file in (sold, waiting):
        for at in range(0, len(file.data) - 48, 4096):
            mark = file.data[at : at + 48]
            assert mark not in database
            assert not [blob for blob in blobs if mark in blob]

    key, counter = key_and_counter(goods)
    start = sold.data[:32]
    assert list(opened({key}, {counter}, blobs, start)), "with the buyer's key the blob opens"
    planted = database + b' {"k": "' + base64.urlsafe_b64encode(key) + b'"} '
    assert key in secrets_in(planted, 32), "a key that lay about would be found"
    counters = secrets_in(database, 16) | {counter}
    keys = secrets_in(database, 32)
    assert keys
    assert key not in keys
    assert key not in database
    for file in (sold, waiting):
        assert not list(
            opened(keys, counters if len(counters) < 40 else {counter}, blobs, file.data[:32])
        )
