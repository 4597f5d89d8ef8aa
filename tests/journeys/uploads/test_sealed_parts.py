"""Files that the browser has sealed before they leave it."""

import secrets
from collections.abc import AsyncIterator

import pytest

from bot.crypto.upload_parts import encrypt_part
from bot.ids import OfferId
from bot.services.uploads.part_store import PART_BYTES
from tests.support.bot_harness import BotHarness
from tests.support.draft_forms import PNG, draft, goods
from tests.support.member_pages_client import Browser
from tests.support.tus_client import SEALED, Sender

FILE = secrets.token_bytes(300_000)


@pytest.fixture
async def sender(browser: Browser, offer: OfferId) -> Sender:
    sender = Sender(browser, offer, FILE)
    await sender.begins()
    return sender


async def test_parts_are_kept_as_they_come_and_put_on_sale_as_one(
    house: BotHarness, offer: OfferId, sender: Sender
) -> None:
    key = await sender.key()
    first = sender.seals(key, 0, 100_000)
    answer = await sender.sends_sealed(0, first)
    assert (answer.status, answer.headers["Upload-Offset"]) == (204, "100000")
    assert list(house.blobs.blobs.values()) == [first]
    await sender.sends_sealed(100_000, sender.seals(key, 100_000, 300_000))
    assert await goods(house, offer) == FILE
    assert len(house.blobs.blobs) == 1, "of the parts nothing is left"


async def test_a_browser_that_cannot_goes_on_with_what_another_has_sealed(
    house: BotHarness, offer: OfferId, sender: Sender
) -> None:
    await sender.sends_sealed(0, sender.seals(await sender.key(), 0, 100_000))
    assert (await sender.sends(100_000, FILE[100_000:])).status == 204
    assert await goods(house, offer) == FILE


async def test_what_was_altered_or_belongs_elsewhere_is_not_taken(
    house: BotHarness, browser: Browser, offer: OfferId, sender: Sender
) -> None:
    key = await sender.key()
    right = sender.seals(key, 0, 100_000)
    other = Sender(browser, offer, FILE, name="other.bin")
    await other.begins()
    wrong = [
        right[:-1] + bytes([right[-1] ^ 1]),
        sender.seals(key, 1, 100_000),
        other.seals(await other.key(), 0, 100_000),
        right[:20],
        b"",
        sender.seals(key, 0, 0),
    ]
    for sealed in wrong:
        answer = await sender.sends_sealed(0, sealed)
        assert answer.status == 409
        assert "did not arrive as it was sent" in await answer.text()
    assert house.blobs.blobs == {}
    assert (await sender.looks()).headers["Upload-Offset"] == "0"


async def test_a_part_that_is_sent_twice_stands_once(
    house: BotHarness, offer: OfferId, sender: Sender
) -> None:
    key = await sender.key()
    for _ in range(2):
        answer = await sender.sends_sealed(0, sender.seals(key, 0, 300_000))
    assert answer.status == 409
    assert await goods(house, offer) == FILE


async def large() -> AsyncIterator[bytes]:
    for _ in range(PART_BYTES // 1024 + 1):
        yield bytes(1024)


async def test_no_part_is_larger_than_it_may_be(sender: Sender) -> None:
    answer = await sender.sends(0, large(), **{"Content-Type": SEALED})
    assert answer.status == 413


async def test_more_than_was_announced_is_not_taken(house: BotHarness, sender: Sender) -> None:
    key = await sender.key()
    sender.data += b"and more"
    answer = await sender.sends_sealed(0, sender.seals(key, 0, len(sender.data)))
    assert answer.status == 413
    assert house.blobs.blobs == {}


async def test_the_key_is_for_the_page_of_whose_draft_it_is(
    house: BotHarness, browser: Browser, sender: Sender
) -> None:
    answer = await browser.client.get(f"{sender.location}/key", headers={"Tus-Resumable": "1.0.0"})
    assert answer.status == 403
    before = await sender.key()
    await sender.browser.client.delete(sender.location, headers=sender.headers)
    answer = await browser.client.get(f"{sender.location}/key", headers=sender.headers)
    assert answer.status == 404
    await sender.begins()
    assert await sender.key() != before


async def test_a_picture_out_of_a_film_comes_sealed_as_well(
    house: BotHarness, browser: Browser, offer: OfferId
) -> None:
    film = Sender(browser, offer, FILE, name="film.mp4", kind="video/mp4")
    await film.begins()
    key, upload = await film.key(), film.location.rpartition("/")[2]
    headers = film.headers | {"Content-Type": SEALED}
    for place, status in [("0", 409), ("poster", 204)]:
        answer = await browser.client.put(
            f"{film.location}/poster", data=encrypt_part(key, upload, place, PNG), headers=headers
        )
        assert answer.status == status
    assert all(PNG not in blob for blob in house.blobs.blobs.values())
    await film.sends_sealed(0, film.seals(key, 0, len(FILE)))
    await house.work()
    (file,) = draft(house, offer).attachments
    assert file.thumbnail is not None
