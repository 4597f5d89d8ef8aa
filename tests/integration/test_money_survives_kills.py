"""`kill -9` at every place of buying, settling, delivering and refunding: after a restart all is right."""

import asyncio
import contextlib
import sqlite3
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import TypeVar

import aiohttp
import pytest

from sandbox.app_process import AppProcess
from sandbox.browser import Browser, Page
from sandbox.clients import MatrixUser, RoomEvent
from sandbox.crash_injection import DEATHS
from sandbox.processes import ChildFailedError
from sandbox.sample_media import photo
from tests.support.synapse.market import Market, open_market

pytestmark = pytest.mark.timeout(900)

T = TypeVar("T")
CARD = {"card": "4242 4242 4242 4242", "action": "pay"}
FILES = 2


@asynccontextmanager
async def kept_alive(product: AppProcess) -> AsyncIterator[None]:
    """Whenever it dies, it is started again, as systemd does."""

    async def keep() -> None:
        while True:
            if not product.alive:
                with contextlib.suppress(ChildFailedError):
                    await product.restart()
            await asyncio.sleep(0.02)

    keeper = asyncio.create_task(keep())
    try:
        yield
    finally:
        keeper.cancel()


async def insist(act: Callable[[], Awaitable[T]]) -> T:
    """What people do when a page does not come: try again."""
    while True:
        try:
            return await act()
        except (aiohttp.ClientError, IndexError, OSError):
            await asyncio.sleep(0.05)


async def pays(link: str) -> None:
    async with Browser.open() as browser:

        async def checkout() -> Page:
            page = await browser.submit(await browser.visit(link))
            if not any("card" in form.fields for form in page.forms):
                raise aiohttp.ClientError
            return page

        page = await insist(checkout)
        await insist(lambda: browser.submit(page, CARD))


def goods(buyer: MatrixUser, bot: str) -> Counter[str]:
    """What the buyer's client shows of the bot's files: names, and how often each."""
    heard = buyer.heard()
    redacted = {event.redacts for event in heard if event.redacts}
    shown = [e for e in heard if e.sender == bot and "file" in e.content]
    return Counter(event.body for event in shown if event.event_id not in redacted)


def said(person: MatrixUser, bot: str, words: str) -> int:
    return sum(e.sender == bot and words in e.body for e in person.heard())


async def test_killed_everywhere_once_a_sale_and_a_refund_end_well(tmp_path: Path) -> None:
    async with open_market(tmp_path, ("sandbox.crash_injection",), patience=240) as market:
        bot, product, stripe = market.bot, market.town.product, market.town.stripe
        buyer = await market.town.cast.register("bob", display_name="Bob", accepts_invites=True)
        room = await market.room(buyer)
        placeholder = await market.publishes(
            room, *(photo(f"{number}.jpg", seed=number) for number in range(FILES))
        )
        deaths = product.configuration.folder / DEATHS
        deaths.touch()
        async with kept_alive(product):
            await buyer.react(room, placeholder.event_id, "🔓")
            await pays(_link(await market.hears(buyer, None, "?for=")))
            sold = await market.hears(market.seller, market.studio, "Sold for")
            await market.hears(buyer, None, "🧾")
            await _until(lambda: goods(buyer, bot).total() == FILES)
            assert stripe.balance("usd") == 500
            sale = sold.body.rpartition("sale ")[2].strip()
            await market.seller.say(market.studio, f"!ppv refund {sale}")
            await market.hears(market.seller, market.studio, "Refunded")
            await market.hears(buyer, None, "on its way back")
            await _until(lambda: not goods(buyer, bot))
            await pays(await _link_again(market, buyer, room, placeholder.event_id))
            await _until(lambda: goods(buyer, bot) == {f"{n}.jpg": 1 for n in range(FILES)})
            await _until(lambda: said(buyer, bot, "🧾") == 2)
            await _until(lambda: said(market.seller, bot, "Sold for") == 2)
            died_at = deaths.read_text().splitlines()
            deaths.unlink()
            await _until(lambda: _done(product.configuration.folder / "ppv.db"))
        assert len(died_at) >= 40, died_at
        assert len(_direct_rooms(buyer, bot)) == 1
        assert said(buyer, bot, "🧾") == said(market.seller, bot, "Sold for") == 2
        assert said(buyer, bot, "on its way back") == 1
        assert said(market.seller, bot, "Refunded") == 1
        made = stripe.all("checkout.session")
        attempts = Counter((s["metadata"]["purchase"], s["metadata"]["attempt"]) for s in made)
        assert set(attempts.values()) == {1}, "one session for each attempt"
        assert [r["amount"] for r in stripe.all("refund")] == [500]
        assert _ledger(product.configuration.folder / "ppv.db") == stripe.balance("usd") == 500


def _direct_rooms(buyer: MatrixUser, bot: str) -> set[str]:
    return {event.room_id for event in buyer.heard() if event.sender == bot and "🧾" in event.body}


def _link(event: RoomEvent) -> str:
    return next(word for word in event.body.split() if "?for=" in word)


async def _link_again(market: Market, buyer: MatrixUser, room: str, placeholder: str) -> str:
    heard = buyer.mark()
    await buyer.say(room, f"!ppv buy {_code(buyer, room, placeholder)}")
    return _link(await market.hears(buyer, None, "?for=", after=heard))


def _code(buyer: MatrixUser, room: str, placeholder: str) -> str:
    (event,) = [e for e in buyer.heard(room) if e.event_id == placeholder]
    return event.body.split("!ppv buy ")[1].split()[0]


async def _until(holds: Callable[[], bool], seconds: float = 240) -> None:
    async with asyncio.timeout(seconds):
        while not holds():  # noqa: ASYNC110 - a process and a database have no event to wait for
            await asyncio.sleep(0.05)


def _done(database: Path) -> bool:
    """Nothing is left to do but what waits for its hour."""
    now = datetime.now(UTC).isoformat(timespec="microseconds")
    with sqlite3.connect(f"file:{database}?mode=ro", uri=True) as connection:
        jobs = connection.execute(
            "SELECT COUNT(*) FROM jobs WHERE state <> 'waiting' OR due_at <= ?", (now,)
        )
        return bool(jobs.fetchone()[0] == 0)


def _ledger(database: Path) -> int:
    with sqlite3.connect(f"file:{database}?mode=ro", uri=True) as connection:
        (total,) = connection.execute("SELECT SUM(amount) FROM ledger").fetchone()
    return int(total)
