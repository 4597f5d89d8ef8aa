"""A big file on its way when the power goes: it goes on from what is on the disk, and buyers get it whole."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import aiohttp
import pytest
import pytest_asyncio

from sandbox.sample_media import blob
from tests.integration.test_studio_on_synapse import Studio, signed_in
from tests.support.synapse.market import Market, open_market
from tests.support.tus_client import TUS, metadata

pytestmark = pytest.mark.asyncio(loop_scope="module")

MB = 1024 * 1024
FILE = blob("film.bin", size=20_000_000)


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def market(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Market]:
    async with open_market(tmp_path_factory.mktemp("town")) as market:
        yield market


async def begins(studio: Studio, offer: str) -> tuple[str, int]:
    """Where it goes, and from which byte on."""
    said = metadata(filename=FILE.name, filetype=FILE.mimetype, content="f" * 64)
    headers = {"Upload-Length": str(len(FILE.data)), "Upload-Metadata": said, **ours(studio)}
    async with studio.http.post(f"{offer}/uploads", headers=headers) as answer:
        assert answer.status == 201, await answer.text()
        base = offer.partition("/studio")[0]
        path = answer.headers["Location"].partition("/studio")[2]
        return f"{base}/studio{path}", int(answer.headers["Upload-Offset"])


def ours(studio: Studio) -> dict[str, str]:
    return TUS | {"X-Form-Token": studio.token}


async def sends(
    studio: Studio, address: str, start: int, body: AsyncIterator[bytes], length: int
) -> int:
    headers = ours(studio) | {
        "Upload-Offset": str(start),
        "Content-Type": "application/offset+octet-stream",
        "Content-Length": str(length),
    }
    async with studio.http.patch(address, data=body, headers=headers) as answer:
        return answer.status


async def whole(data: bytes) -> AsyncIterator[bytes]:
    for start in range(0, len(data), MB):
        yield data[start : start + MB]


def in_the_clear(folder: Path) -> bool:
    return any(FILE.data[:64] in file.read_bytes() for file in folder.rglob("*") if file.is_file())


def sizes(folder: Path) -> list[int]:
    return [file.stat().st_size for file in folder.glob("??/??/*")]


async def test_a_kill_in_mid_upload_costs_a_part_at_most(market: Market) -> None:
    product = market.town.product
    folder: Path = product.configuration.folder / "blobs"
    buyer = await market.buyer()
    room = await market.room(buyer)
    async with signed_in(market) as studio:
        offer, _ = await studio.sends(f"{studio.base}/studio/offers", form="killed")
        address, start = await begins(studio, offer)
        assert start == 0

        async def cut() -> AsyncIterator[bytes]:
            async for chunk in whole(FILE.data[: 11 * MB]):
                yield chunk
            async with asyncio.timeout(30):
                while "0 bytes of 20 MB have arrived" in await studio.page(offer):
                    pass
            product.kill()
            yield FILE.data[11 * MB :]

        with pytest.raises(aiohttp.ClientError):
            await sends(studio, address, 0, cut(), len(FILE.data))
        assert not in_the_clear(folder)
        await product.restart()
        html = await studio.page(offer)
        assert "MB of 20 MB have arrived" in html
        again, start = await begins(studio, offer)
        assert again == address
        assert start in {4 * MB, 8 * MB}
        rest = FILE.data[start:]
        assert await sends(studio, address, start, whole(rest), len(rest)) == 204
        html = await studio.page(offer)
        assert "film.bin" in html
        seen = html.partition('name="seen" value="')[2].partition('"')[0]
        words = {"price": "5 USD", "text": "After the cut", "rooms": room, "do": "publish"}
        await studio.sends(f"{offer}/draft", seen=seen, **words)
        placeholder = await market.hears(market.seller, room, "After the cut")
        await market.pays(await market.link(buyer, room, placeholder))
        (arrived,) = await market.goods(buyer, 1)
        assert await buyer.open(arrived) == FILE.data
    large = [size for size in sizes(folder) if size > MB]
    assert large.count(len(FILE.data)) == 1
    assert len(large) <= 2, "the part that was just written when the power went waits to be swept"
