"""Big files in a real browser: they pause, go on, and come back after the page was closed."""

import os
import re
import secrets
from pathlib import Path

import pytest
from playwright.async_api import Page, Route

from bot.ids import OfferId
from bot.services.drafts.chat_draft import Limits
from tests.browser.test_checkout_in_chromium import CHROMIUM, PHONE
from tests.browser.test_studio_in_chromium import Visit, visit, visit_at
from tests.support.bot_harness import BotHarness
from tests.support.draft_forms import goods, names

pytestmark = pytest.mark.skipif(CHROMIUM is None, reason="needs Debian's chromium")

FILM = secrets.token_bytes(3_000_000)
SLOW = 400_000
"""Bytes a second."""
LIMITS = Limits(file_size=2_000_000_000, attachments=10)


@pytest.fixture
def house() -> BotHarness:
    house = BotHarness()
    house.restart(limits=LIMITS)
    return house


@pytest.fixture
def film(tmp_path: Path) -> Path:
    file = tmp_path / "film.bin"
    file.write_bytes(FILM)
    return file


async def begins(visiting: Visit, *files: Path) -> OfferId:
    page = visiting.page
    await visiting.signs_in()
    await page.get_by_role("button", name="New offer").click()
    await page.get_by_role("heading", name="Files").wait_for()
    await page.get_by_label("Choose files").set_input_files(files)
    return OfferId(page.url.rpartition("/")[2])


async def slow_line(page: Page, bytes_a_second: int = SLOW) -> None:
    session = await page.context.new_cdp_session(page)
    await session.send("Network.enable")
    await session.send(
        "Network.emulateNetworkConditions",
        {
            "offline": False,
            "latency": 0,
            "downloadThroughput": -1,
            "uploadThroughput": bytes_a_second,
        },
    )


def starts_of(page: Page) -> list[int]:
    """From which byte on the browser sends, each time."""
    starts = list[int]()
    page.on(
        "request",
        lambda sent: (
            starts.append(int(sent.headers["upload-offset"])) if sent.method == "PATCH" else None
        ),
    )
    return starts


async def is_under_way(page: Page) -> None:
    """More than the first encrypted part, 1 MiB, as the page says: the server keeps whole parts only."""
    words = page.locator("#sending .fine").first
    await words.filter(has_text=re.compile(r"(1\.[1-9]|2(\.\d)?) MB of 3 MB")).wait_for()


async def test_an_upload_pauses_and_goes_on(house: BotHarness, film: Path) -> None:
    async with visit(house, viewport=PHONE, color_scheme="dark") as visiting:
        page = visiting.page
        await slow_line(page)
        starts = starts_of(page)
        offer = await begins(visiting, film)
        await is_under_way(page)
        said = page.locator("#sending .fine")
        pause = page.get_by_role("button", name="Pause: film.bin")
        await pause.focus()
        await page.keyboard.press("Enter")
        await page.locator("#said").get_by_text("film.bin is paused.").wait_for(state="attached")
        await said.get_by_text("stay there for a day").wait_for()
        resume = page.get_by_role("button", name="Resume: film.bin")
        assert await resume.evaluate("button => button === document.activeElement")
        await page.keyboard.press("Enter")
        await page.locator("#files .sorted").get_by_text("film.bin").wait_for()
        assert len(starts) >= 2
        assert starts[0] == 0 < starts[-1]
        assert visiting.complaints == [] or all("409" in each for each in visiting.complaints)
    assert await goods(house, offer) == FILM


async def test_a_file_is_sealed_before_it_leaves_the_browser(house: BotHarness, film: Path) -> None:
    async with visit(house) as visiting:
        page, sent = visiting.page, list[bytes]()
        page.on(
            "request",
            lambda each: (
                sent.append(each.post_data_buffer or b"") if each.method == "PATCH" else None
            ),
        )
        offer = await begins(visiting, film)
        await page.get_by_text("Your browser encrypts each file before it leaves").wait_for()
        await page.locator("#files .sorted").get_by_text("film.bin").wait_for()
    assert sum(map(len, sent)) == len(FILM) + 28 * len(sent)
    assert not any(
        FILM[start : start + 32] in b"".join(sent) for start in range(0, len(FILM), 100_000)
    )
    assert await goods(house, offer) == FILM


async def test_a_page_that_is_loaded_again_knows_what_has_arrived(
    house: BotHarness, film: Path
) -> None:
    async with visit(house) as visiting:
        page = visiting.page
        await slow_line(page)
        starts = starts_of(page)
        offer = await begins(visiting, film)
        await is_under_way(page)
        page.on("dialog", lambda dialog: dialog.accept())
        kept = page.get_by_text(re.compile(r"MB of 3\sMB have arrived"))
        await page.reload()
        while not await kept.count():  # The server hears a little later that the page is gone.
            await page.reload()
        await page.get_by_label("Choose files").set_input_files(film)
        await page.locator("#sending li:not(.fault)").wait_for()
        await page.get_by_text("have arrived. Choose the same file").wait_for(state="hidden")
        await page.locator("#files .sorted").get_by_text("film.bin").wait_for()
        assert starts[0] == 0 < starts[-1]
    assert await goods(house, offer) == FILM
    assert names(house, offer) == ["film.bin"]


async def test_two_files_with_one_name_size_and_time_are_two_files(
    house: BotHarness, tmp_path: Path
) -> None:
    files = []
    for number in (1, 2):
        file = tmp_path / str(number) / "photo.bin"
        file.parent.mkdir()
        file.write_bytes(FILM[:1000] + bytes([number]))
        os.utime(file, (1_700_000_000, 1_700_000_000))
        files.append(file)
    async with visit(house) as visiting:
        page = visiting.page
        offer = await begins(visiting, files[0])
        await page.locator("#files .sorted").get_by_text("photo.bin").wait_for()
        await page.get_by_label("Choose files").set_input_files(files[1])
        await page.locator("#files .sorted").get_by_text("photo.bin").nth(1).wait_for()
    assert names(house, offer) == ["photo.bin", "photo.bin"]
    assert (await goods(house, offer), await goods(house, offer, 1)) == (
        FILM[:1000] + b"\1",
        FILM[:1000] + b"\2",
    )


async def test_what_is_not_wanted_any_more_is_let_go(house: BotHarness, film: Path) -> None:
    async with visit(house) as visiting:
        page = visiting.page
        await slow_line(page)
        await begins(visiting, film)
        await is_under_way(page)
        await page.get_by_role("button", name="Remove: film.bin").click()
        await page.locator("#said").get_by_text("film.bin is removed.").wait_for(state="attached")
        await page.locator("#sending li:not(.fault)").wait_for(state="detached")
        await page.reload()
        assert await page.get_by_text("have arrived").count() == 0
    assert house.store.records.uploads == {}


async def test_a_connection_that_breaks_is_tried_again(house: BotHarness, film: Path) -> None:
    async with visit(house) as visiting:
        page, sent = visiting.page, 0

        async def breaks_once(route: Route) -> None:
            nonlocal sent
            sent += route.request.method == "PATCH"
            first = route.request.method == "PATCH" and sent == 1
            await (route.abort() if first else route.continue_())

        await page.route("**/uploads/**", breaks_once)
        offer = await begins(visiting, film)
        await page.get_by_text("The connection broke. It is tried again.").wait_for()
        await page.locator("#files .sorted").get_by_text("film.bin").wait_for()
    assert sent > 1
    assert names(house, offer) == ["film.bin"]


async def test_one_that_pauses_lets_the_next_one_go(
    house: BotHarness, film: Path, tmp_path: Path
) -> None:
    small = tmp_path / "small.bin"
    small.write_bytes(b"x" * 1000)
    async with visit(house) as visiting:
        page = visiting.page
        await slow_line(page)
        offer = await begins(visiting, film, small)
        await is_under_way(page)
        assert names(house, offer) == []
        await page.get_by_role("button", name="Pause: film.bin").click()
        await page.locator("#files .sorted").get_by_text("small.bin").wait_for()
        await page.get_by_label("Choose files").set_input_files(film)
        await page.locator("#files .sorted").get_by_text("film.bin").wait_for()
    assert names(house, offer) == ["small.bin", "film.bin"]
    assert await goods(house, offer, 1) == FILM


async def test_when_nothing_helps_there_is_a_button(house: BotHarness, film: Path) -> None:
    async with visit(house) as visiting:
        page = visiting.page
        await page.clock.install()
        await page.route("**/uploads/**", lambda route: route.abort())
        offer = await begins(visiting, film)
        again = page.get_by_role("button", name="Try again: film.bin")
        await page.get_by_text("It is tried again.").wait_for()
        while not await again.is_visible():
            await page.clock.run_for(10_000)
        await page.locator("#said").get_by_text("The connection broke.").wait_for(state="attached")
        await page.unroute("**/uploads/**")
        await again.click()
        await page.locator("#files .sorted").get_by_text("film.bin").wait_for()
    assert names(house, offer) == ["film.bin"]


async def test_files_arrive_where_the_address_has_capital_letters(
    house: BotHarness, film: Path
) -> None:
    async with visit_at("LOCALHOST", house) as visiting:
        offer = await begins(visiting, film)
        await visiting.page.locator("#files .sorted").get_by_text("film.bin").wait_for()
        assert visiting.complaints == []
    assert await goods(house, offer) == FILM
