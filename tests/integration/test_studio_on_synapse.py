"""The studio's pages on a real homeserver: from a link in a chat to goods that a buyer opens."""

import io
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import aiohttp
import pytest
import pytest_asyncio

from sandbox.sample_media import MediaFile, blob, photo
from tests.support.synapse.market import Market, open_market

pytestmark = pytest.mark.asyncio(loop_scope="module")


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def market(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Market]:
    async with open_market(tmp_path_factory.mktemp("town")) as market:
        yield market


@dataclass(slots=True)
class Studio:
    """The seller's browser."""

    http: aiohttp.ClientSession
    base: str
    token: str = ""

    async def page(self, address: str) -> str:
        async with self.http.get(address) as answer:
            return await self._read(answer)

    async def sends(self, address: str, **fields: str) -> tuple[str, str]:
        """Where that leads, and what stands there."""
        form = {"token": self.token, **fields}
        async with self.http.post(address, data=form) as answer:
            return str(answer.url), await self._read(answer)

    def form_with(self, file: MediaFile) -> aiohttp.FormData:
        form = aiohttp.FormData()
        form.add_field("token", self.token)
        form.add_field("form", file.name)
        content = io.BytesIO(file.data)
        form.add_field("files", content, filename=file.name, content_type=file.mimetype)
        return form

    async def uploads(self, offer: str, file: MediaFile) -> None:
        async with self.http.post(f"{offer}/files", data=self.form_with(file)) as answer:
            assert (answer.status, await answer.json()) == (200, {})

    async def _read(self, answer: aiohttp.ClientResponse) -> str:
        html = await answer.text()
        assert answer.status == 200, html
        self.token = re.findall(r'name="token" value="([^"]+)"', html)[0]
        return html


@asynccontextmanager
async def signed_in(market: Market) -> AsyncIterator[Studio]:
    heard = market.seller.mark()
    await market.seller.say(market.studio, "!ppv studio")
    said = await market.hears(market.seller, market.studio, "/sign-in?with=", after=heard)
    link = next(word for word in said.body.split() if "/sign-in?with=" in word)
    base, _, secret = link.partition("/sign-in?with=")
    jar = aiohttp.CookieJar(unsafe=True)
    async with aiohttp.ClientSession(cookie_jar=jar) as http:
        studio = Studio(http, base)
        await studio.page(link)
        address, _ = await studio.sends(f"{base}/sign-in", **{"with": secret})
        assert address == f"{base}/studio"
        yield studio


async def test_what_is_put_together_in_the_browser_is_bought_and_opened(market: Market) -> None:
    buyer = await market.buyer()
    room = await market.room(buyer)
    goods = [photo("harbour.jpg"), blob("samples.bin", size=20_000_000)]
    async with signed_in(market) as studio:
        offer, html = await studio.sends(f"{studio.base}/studio/offers", form="first")
        assert f'name="rooms" value="{room}"' in html, "a room that both are in is offered"
        assert f'value="{market.studio}"' not in html, "the direct room is not"
        for file in goods:
            await studio.uploads(offer, file)
        html = await studio.page(offer)
        seen = re.findall(r'name="seen" value="([^"]+)"', html)[0]
        words = {"price": "5 USD", "text": "From the browser", "rooms": room, "do": "publish"}
        await studio.sends(f"{offer}/draft", seen=seen, **words)
        placeholder = await market.hears(market.seller, room, "From the browser")
        await market.pays(await market.link(buyer, room, placeholder))
        arrived = await market.goods(buyer, 2)
        assert [await buyer.open(event) for event in arrived] == [file.data for file in goods]
        assert (await buyer.open_thumbnail(arrived[0])).startswith(b"\xff\xd8")
        assert buyer.user_id in await studio.page(f"{studio.base}/studio/sales")
    assert market.town.stripe.schema_misses == []


async def test_a_power_cut_in_mid_upload_leaves_nothing_half_done(market: Market) -> None:
    folder = market.town.product.configuration.folder / "blobs"
    async with signed_in(market) as studio:
        offer, _ = await studio.sends(f"{studio.base}/studio/offers", form="cut")
        whole, cut = photo("whole.jpg", seed=7), blob("cut.bin", size=2_000_000)
        await studio.uploads(offer, whole)
        before = ciphertexts(folder)
        with pytest.raises(aiohttp.ClientError):
            await studio.http.post(f"{offer}/files", data=cut_short(studio, cut, market))
        await market.town.product.restart()
        html = await studio.page(offer)
        assert ("whole.jpg" in html, "cut.bin" in html) == (True, False)
        assert ciphertexts(folder) == before
        await studio.uploads(offer, cut)
        assert "cut.bin" in await studio.page(offer)


def cut_short(studio: Studio, file: MediaFile, market: Market) -> aiohttp.MultipartWriter:
    """A form whose file has come half way when the power goes."""

    async def half() -> AsyncIterator[bytes]:
        yield file.data[: len(file.data) // 2]
        market.town.product.kill()
        yield file.data[len(file.data) // 2 :]

    form = aiohttp.MultipartWriter("form-data")
    for name, words in (("token", studio.token), ("form", file.name)):
        form.append(words).set_content_disposition("form-data", name=name)
    part = form.append(half(), {"Content-Type": file.mimetype})
    part.set_content_disposition("form-data", name="files", filename=file.name)
    return form


def ciphertexts(folder: Path) -> set[str]:
    """What is whole; what is half written lies apart."""
    return {file.name for file in folder.glob("??/??/*")}


async def test_neither_log_nor_records_know_the_secrets(market: Market) -> None:
    async with signed_in(market) as studio:
        (cookie,) = studio.http.cookie_jar
        log = market.town.product.log_file.read_text()
        records = (market.town.product.configuration.folder / "ppv.db").read_bytes()
        assert cookie.value not in log
        assert "sign-in?with" not in log
        assert cookie.value.encode() not in records
