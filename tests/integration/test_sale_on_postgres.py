"""Sales whose records lie in PostgreSQL: with a server that dies in the middle, and moved there from SQLite."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from itertools import count
from pathlib import Path

import aiohttp
import pytest
import yaml

from sandbox.app_process import AppProcess
from sandbox.browser import Browser, Page
from sandbox.environment import open_environment
from sandbox.postgres import Cluster
from sandbox.sample_media import photo
from tests.support.postgres_fixtures import NewDatabase
from tests.support.synapse.market import SELLER, Market
from tests.support.synapse.running_doctor import command, findings

_CARD = {"card": "4242 4242 4242 4242", "action": "pay"}


@asynccontextmanager
async def open_market(folder: Path, database: str | None = None) -> AsyncIterator[Market]:
    changes = {"encryption": {"direct_rooms": "off"}}
    if database:
        changes["database"] = {"url": database}
    async with open_environment(folder, sellers=(SELLER,), changes=changes) as town:
        seller = await town.cast.register(SELLER)
        studio = await seller.open_direct_room(town.bot)
        await seller.wait_for_member(studio, town.bot, seconds=30)
        yield Market(town, seller, studio, count(1))


async def until_ready_is(status: int, product: AppProcess) -> dict[str, str]:
    """What it says of its parts then."""
    url = f"http://127.0.0.1:{product.configuration.addresses.ops}/ready"
    async with aiohttp.ClientSession() as operator, asyncio.timeout(60):
        while True:
            async with operator.get(url) as answer:
                if answer.status == status:
                    parts: dict[str, str] = (await answer.json())["parts"]
                    return parts
            await asyncio.sleep(0.1)


async def insist_on(browser: Browser, page: Page) -> Page:
    """Reload until it comes."""
    while page.status >= 500:
        await asyncio.sleep(0.2)
        page = await browser.visit(page.url)
    return page


@pytest.mark.timeout(240)
async def test_a_database_server_that_dies_while_somebody_pays_is_waited_for(
    tmp_path: Path, new_database: NewDatabase, cluster: Cluster
) -> None:
    async with open_market(tmp_path, new_database()) as market:
        product = market.town.product
        buyer = await market.buyer()
        room = await market.room(buyer)
        placeholder = await market.publishes(room, photo("one.jpg", seed=3))
        link = await market.link(buyer, room, placeholder)
        async with Browser.open() as browser:
            checkout = await browser.submit(await browser.visit(link))
            await asyncio.to_thread(cluster.kill)
            try:
                parts = await until_ready_is(503, product)
                assert "cannot be reached" in parts["database"]
                paid = await browser.submit(checkout, _CARD)
                assert paid.status == 503
            finally:
                await asyncio.to_thread(cluster.start)
            await until_ready_is(200, product)
            await insist_on(browser, paid)
        (goods,) = await market.goods(buyer, 1)
        assert await buyer.open(goods) == photo("one.jpg", seed=3).data
        assert market.town.stripe.balance("usd") == 500
        assert product.alive
        assert cluster.url().split(":")[2].partition("@")[0] not in product.log_file.read_text()


@pytest.mark.timeout(240)
async def test_what_was_sold_on_sqlite_is_delivered_again_from_postgresql(
    tmp_path: Path, new_database: NewDatabase
) -> None:
    async with open_market(tmp_path) as market:
        product, server = market.town.product, new_database()
        config = product.configuration.file
        buyer = await market.buyer()
        room = await market.room(buyer)
        placeholder = await market.publishes(room, photo("two.jpg", seed=4))
        await market.pays(await market.link(buyer, room, placeholder))
        await market.goods(buyer, 1)
        sale = await market.hears(market.seller, market.studio, "Sold for")
        await product.stop()

        file = f"sqlite:///{product.configuration.folder}/ppv.db"
        done = await command(config, "db", "copy", file, server)
        assert done.returncode == 0, done.stderr
        assert "1 payments\n" in done.stdout
        assert "counted on both sides. Now write the new address into database.url" in done.stdout
        assert server not in done.stdout
        again = await command(config, "db", "copy", file, server)
        assert again.returncode == 1
        assert "is not empty" in again.stderr
        assert "Nothing was copied" in again.stderr

        tree = yaml.safe_load(config.read_text())
        tree["database"] = {"url": server}
        config.write_text(yaml.safe_dump(tree))
        await product.restart()
        chat = await buyer.wait_for_direct_room(market.bot, seconds=30)
        mark = buyer.mark()
        await buyer.say(chat, f"!ppv library {placeholder.body.split('!ppv buy ')[1].split()[0]}")
        (goods,) = await market.goods(buyer, 1, after=mark)
        assert await buyer.open(goods) == photo("two.jpg", seed=4).data

        code = sale.body.rpartition("sale ")[2].strip()
        evidence = await command(config, "evidence", code, "-o", str(config.parent))
        assert evidence.returncode == 0, evidence.stderr
        found = await findings(config)
        assert found["jobs"][0], found
        assert found["database"] == (
            False,
            "PostgreSQL is set to lose sales in a power cut: turn on fsync and full_page_writes",
        )
        second = await command(config, "run")
        assert second.returncode == 1
        assert "Another matrix-ppv is running on this database" in second.stderr
