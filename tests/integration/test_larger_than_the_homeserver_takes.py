"""Files that a real homeserver does not take: sold, told to everybody, and whole on the buyer's own page."""

import base64
import hashlib
import io
import re
from collections.abc import AsyncIterator
from urllib.parse import urlsplit

import aiohttp
import pytest
import pytest_asyncio
import yaml
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

from sandbox.clients import MatrixUser, RoomEvent
from sandbox.sample_media import MediaFile, blob, photo
from tests.integration.test_studio_on_synapse import Studio, signed_in
from tests.support.synapse.encrypted_bot import eventually
from tests.support.synapse.market import Market, open_market
from tests.support.synapse.running_doctor import findings
from tests.support.tus_client import TUS, metadata

pytestmark = pytest.mark.asyncio(loop_scope="module")

_HIDDEN = re.compile(r'<input type="hidden" name="([^"]+)" value="([^"]*)">')
LARGE = blob("film.bin", size=2_500_000)


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def market(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Market]:
    async with open_market(tmp_path_factory.mktemp("town")) as market:
        yield market


async def takes_at_most(market: Market, size: str) -> None:
    """What an admin does: another value, and a restart."""
    synapse = market.town.synapse
    file = synapse.folder / "homeserver.yaml"
    settings = yaml.safe_load(file.read_text())
    file.write_text(yaml.safe_dump(settings | {"max_upload_size": size}))
    await synapse.restart()


async def is_told(studio: Studio, offer: str) -> bool:
    """The limit is asked again at most half a minute later."""
    return (await studio.page(offer)).count("too large for the chat server") == 1


async def uploads(studio: Studio, offer: str, file: MediaFile) -> None:
    """By the browser, whose files do not pass by the homeserver."""
    said = metadata(filename=file.name, filetype=file.mimetype, modified="1")
    ours = TUS | {"X-Form-Token": studio.token}
    headers = {"Upload-Length": str(len(file.data)), "Upload-Metadata": said, **ours}
    async with studio.http.post(f"{offer}/uploads", headers=headers) as answer:
        assert answer.status == 201, await answer.text()
        path = answer.headers["Location"].partition("/studio")[2]
    address = f"{offer.partition('/studio')[0]}/studio{path}"
    headers = ours | {"Upload-Offset": "0", "Content-Type": "application/offset+octet-stream"}
    async with studio.http.patch(address, data=io.BytesIO(file.data), headers=headers) as answer:
        assert answer.status == 204


async def opens_on_the_page(buyer: MatrixUser, line: RoomEvent) -> dict[str, bytes]:
    """Asks for the code, writes it to the bot, and opens each file as the page's script does."""
    link = next(word for word in line.body.split() if "/claim?for=" in word)
    token = urlsplit(link).query.removeprefix("for=")
    base = link.partition("?")[0]
    async with aiohttp.ClientSession(cookie_jar=aiohttp.CookieJar(unsafe=True)) as http:
        own = {"Sec-Fetch-Site": "same-origin"}
        async with http.get(f"{base}/files", params={"for": token}) as answer:
            assert answer.status in {401, 403}, "the link alone opens nothing"
        async with http.get(link) as answer:
            filled = dict(_HIDDEN.findall(await answer.text()))
        async with http.post(base, data=filled, headers=own) as answer:
            code = re.search(r"!ppv claim (\d{6})", await answer.text())
        assert code is not None
        await buyer.say(line.room_id, f"!ppv claim {code[1]}")

        async def is_proven() -> bool:
            async with http.get(f"{base}/files", params={"for": token}) as answer:
                return answer.ok

        await eventually(is_proven)
        async with http.get(f"{base}/files", params={"for": token}) as answer:
            assert answer.status == 200
            told = (await answer.json())["files"]
        return {each["name"]: await opened(http, base, each) for each in told}


async def opened(http: aiohttp.ClientSession, base: str, file: dict[str, str]) -> bytes:
    site = urlsplit(base)
    async with http.get(f"{site.scheme}://{site.netloc}{file['url']}") as answer:
        sealed = await answer.read()
    assert base64.b64encode(hashlib.sha256(sealed).digest()).decode() == file["sha256"]
    key = base64.urlsafe_b64decode(file["key"]["k"] + "=")  # type: ignore[index]
    cipher = Cipher(algorithms.AES(key), modes.CTR(base64.b64decode(file["iv"])))
    return cipher.decryptor().update(sealed)


async def test_larger_than_the_homeserver_takes_from_the_draft_to_the_buyers_page(
    market: Market,
) -> None:
    await takes_at_most(market, "1M")
    buyer = await market.buyer()
    room = await market.room(buyer)
    small = photo("small.jpg", seed=5)
    async with signed_in(market) as studio:
        offer, _ = await studio.sends(f"{studio.base}/studio/offers", form="large")
        await uploads(studio, offer, small)
        await uploads(studio, offer, LARGE)
        await eventually(lambda: is_told(studio, offer))
        html = await studio.page(offer)
        seen = html.partition('name="seen" value="')[2].partition('"')[0]
        words = {"price": "5 USD", "text": "A long film", "rooms": room, "do": "publish"}
        await studio.sends(f"{offer}/draft", seen=seen, **words)
    placeholder = await market.hears(market.seller, room, "A long film")
    page = await market.pays(await market.link(buyer, room, placeholder))
    assert "Paid" in page.words
    line = await market.hears(buyer, None, "too large for this chat")
    (arrived,) = await market.goods(buyer, 1)
    assert await buyer.open(arrived) == small.data
    assert await opens_on_the_page(buyer, line) == {
        "small.jpg": small.data,
        LARGE.name: LARGE.data,
    }
    found = await findings(market.town.product.configuration.file)
    assert found["deliveries"] == (True, "all that is paid for is handed over")
    assert found["jobs"][0]


async def test_a_limit_that_is_lowered_after_publishing(market: Market) -> None:
    await takes_at_most(market, "50M")
    buyer = await market.buyer()
    room = await market.room(buyer)
    placeholder = await market.publishes(room, LARGE, words="5 USD Before the change")
    link = await market.link(buyer, room, placeholder)
    await takes_at_most(market, "1M")
    await market.pays(link)
    line = await market.hears(buyer, None, "too large for this chat")
    assert await opens_on_the_page(buyer, line) == {LARGE.name: LARGE.data}
    heard = buyer.mark()
    await takes_at_most(market, "50M")
    code = re.search(r"!ppv buy (\S+)", placeholder.body)
    assert code is not None
    await buyer.say(line.room_id, f"library {code[1]}")
    (arrived,) = await market.goods(buyer, 1, after=heard)
    assert await buyer.open(arrived) == LARGE.data
