"""Files from a form in the browser go in sealed, in any number and of any kind."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from appservice.storage.local_blob_store import LocalBlobStore
from bot.domain.offers.attachment import MediaKind
from bot.ids import AttachmentId, BlobId
from bot.services.drafts.quotas import Quotas
from tests.support.bot_harness import BotHarness
from tests.support.draft_forms import PNG, begins, draft, form_of, names, uploads
from tests.support.member_pages_client import Browser, signed_in


async def test_what_is_stored_is_ciphertext(house: BotHarness, browser: Browser) -> None:
    offer = await begins(browser)
    secret = b"nobody may read this " * 10_000
    await uploads(browser, offer, ("secret.txt", secret, "text/plain"))
    (attachment,) = draft(house, offer).attachments
    assert attachment.encrypted
    assert attachment.encrypted.size == len(secret)
    assert all(b"nobody may read" not in blob for blob in house.blobs.blobs.values())
    assert attachment.source is None


async def test_a_form_that_is_sent_again_adds_nothing(house: BotHarness, browser: Browser) -> None:
    """As when a page is loaded again, or a script tries again because the answer was lost."""
    offer = await begins(browser)
    for _ in range(2):
        await uploads(browser, offer, ("1.png", PNG, "image/png"), ("2.png", PNG, "image/png"))
    assert names(house, offer) == ["1.png", "2.png"]
    await uploads(browser, offer, ("1.png", PNG, "image/png"), form="another")
    assert names(house, offer) == ["1.png", "2.png", "1.png"]


async def test_a_script_is_answered_in_json(house: BotHarness, browser: Browser) -> None:
    offer = await begins(browser)
    address = f"/studio/offers/{offer}/files"
    answer = await browser.client.post(address, data=form_of(browser, ("1.png", PNG, "image/png")))
    assert (answer.status, await answer.json()) == (200, {})
    answer = await browser.client.post(address, data=form_of(browser, ("0", b"", "x/y"), form="g"))
    assert answer.status == 409
    assert "it is empty" in (await answer.json())["error"]


async def test_an_empty_file_is_left_out_and_the_others_are_taken(
    house: BotHarness, browser: Browser
) -> None:
    offer = await begins(browser)
    files = [("none.png", b"", "image/png"), ("1.png", PNG, "image/png")]
    status, html = await uploads(browser, offer, *files)
    assert status == 409
    assert "“none.png” was left out: it is empty." in html
    assert names(house, offer) == ["1.png"]


async def test_a_file_that_is_too_large_is_left_out(house: BotHarness, browser: Browser) -> None:
    offer = await begins(browser)
    files = [("large.bin", b"x" * 1_000_001, "x/y"), ("1.png", PNG, "image/png")]
    status, html = await uploads(browser, offer, *files)
    assert status == 409
    assert "“large.bin” was left out: it is larger than 1 MB" in html
    assert names(house, offer) == ["1.png"]
    assert len(house.blobs.blobs) == 2, "the picture and its thumbnail"


async def test_of_two_hundred_files_as_many_are_taken_as_an_offer_holds(
    house: BotHarness, browser: Browser
) -> None:
    offer = await begins(browser)
    files = [(f"{number}.png", PNG, "image/png") for number in range(200)]
    status, html = await uploads(browser, offer, *files)
    assert status == 409
    assert html.count("One offer holds at most 3 attachments") == 1
    assert names(house, offer) == ["0.png", "1.png", "2.png"]


async def test_a_seller_s_share_of_the_disk_holds_for_the_browser_too(house: BotHarness) -> None:
    house.restart(quotas=Quotas(storage=1000, offers_a_day=10))
    async with signed_in(house) as browser:
        offer = await begins(browser)
        status, html = await uploads(browser, offer, ("1.bin", b"x" * 1001, "x/y"))
    assert status == 409
    assert "“1.bin” was left out" in html
    assert names(house, offer) == []


@pytest.mark.parametrize(
    ("said", "kept"),
    [
        ("n" * 4000, "n" * 255),
        ("../../etc/passwd", "passwd"),
        ("<img src=x onerror=alert(1)>.png", "<img src=x onerror=alert(1)>.png"),
        ("invoice\u202egpj.exe", "invoicegpj.exe"),
    ],
)
async def test_names_are_cut_and_cleaned(
    house: BotHarness, browser: Browser, said: str, kept: str
) -> None:
    offer = await begins(browser)
    await uploads(browser, offer, (said, PNG, "image/png"))
    assert names(house, offer) == [kept]
    assert "<img src=x" not in await browser.page(f"/studio/offers/{offer}")


@pytest.mark.parametrize(
    ("mimetype", "kind"),
    [
        ("image/svg+xml", MediaKind.FILE),
        ("audio/ogg; codecs=opus", MediaKind.AUDIO),
        ("text/html", MediaKind.FILE),
        ("nonsense", MediaKind.FILE),
    ],
)
async def test_the_kind_is_told_by_the_type(
    house: BotHarness, browser: Browser, mimetype: str, kind: MediaKind
) -> None:
    offer = await begins(browser)
    await uploads(browser, offer, ("file", b"x", mimetype))
    (attachment,) = draft(house, offer).attachments
    assert attachment.kind is kind


async def test_files_are_arranged(house: BotHarness, browser: Browser) -> None:
    offer = await begins(browser)
    await uploads(browser, offer, *[(name, PNG, "image/png") for name in "abc"])
    ids = [each.id for each in draft(house, offer).attachments]
    address = f"/studio/offers/{offer}/files/"
    for file, do, order in [
        (ids[2], "up", ["a", "c", "b"]),
        (ids[0], "up", ["a", "c", "b"]),
        (ids[0], "down", ["c", "a", "b"]),
        (ids[1], "down", ["c", "a", "b"]),
        (ids[0], "remove", ["c", "b"]),
        (AttachmentId("0" * 16), "remove", ["c", "b"]),
        (ids[1], "nonsense", ["c", "b"]),
    ]:
        assert (await browser.sends(address + file, do=do)).status == 200
        assert names(house, offer) == order
    await browser.sends(address + ids[2], do="free")
    assert [each.paid for each in draft(house, offer).attachments] == [False, True]
    await browser.sends(address + ids[2], do="paid")
    assert all(each.paid for each in draft(house, offer).attachments)


async def test_a_thumbnail_is_shown_to_its_seller(house: BotHarness, browser: Browser) -> None:
    offer = await begins(browser)
    await uploads(browser, offer, ("1.png", PNG, "image/png"), ("2.bin", b"x", "x/y"))
    picture, plain = draft(house, offer).attachments
    answer = await browser.client.get(f"/studio/offers/{offer}/files/{picture.id}/small")
    assert (answer.status, answer.content_type) == (200, "image/jpeg")
    assert (await answer.read()).startswith(b"thumbnail of ")
    assert answer.headers["Cache-Control"] == "no-store"
    assert (
        await browser.client.get(f"/studio/offers/{offer}/files/{plain.id}/small")
    ).status == 404


async def test_an_upload_that_breaks_off_leaves_nothing(
    house: BotHarness, browser: Browser
) -> None:
    offer = await begins(browser)
    head = (
        f'--b\r\nContent-Disposition: form-data; name="token"\r\n\r\n{browser.token}\r\n'
        '--b\r\nContent-Disposition: form-data; name="files"; filename="1.png"\r\n'
        "Content-Type: image/png\r\n\r\n"
    ).encode()
    for body in (head + PNG, head + PNG + b"\r\n--", b"nothing at all", b""):
        answer = await browser.client.post(
            f"/studio/offers/{offer}/files",
            data=body,
            headers={"Content-Type": "multipart/form-data; boundary=b"},
        )
        assert answer.status in {200, 503}
    answer = await browser.client.post(f"/studio/offers/{offer}/files", data={"token": "x"})
    assert answer.status == 400
    assert names(house, offer) == []
    assert not house.blobs.blobs


async def test_a_tab_that_is_closed_in_mid_upload_leaves_nothing_on_the_disk(
    house: BotHarness, tmp_path: Path
) -> None:
    blobs = WatchedBlobs(await LocalBlobStore.open(tmp_path))
    house.blobs = blobs  # type: ignore[assignment]
    house.restart()
    async with signed_in(house) as browser:
        offer = await begins(browser)
        cookies = browser.client.session.cookie_jar.filter_cookies(browser.client.make_url("/"))
        head = (
            f"POST /studio/offers/{offer}/files HTTP/1.1\r\nHost: ppv.test\r\n"
            f"Cookie: ppv={cookies['ppv'].value}\r\nContent-Length: 99999999\r\n"
            "Content-Type: multipart/form-data; boundary=b\r\n\r\n"
            f'--b\r\nContent-Disposition: form-data; name="token"\r\n\r\n{browser.token}\r\n'
            '--b\r\nContent-Disposition: form-data; name="files"; filename="1.png"\r\n\r\n'
        )
        _, writer = await asyncio.open_connection("127.0.0.1", browser.client.port)
        writer.write(head.encode() + b"x" * 500_000)
        await writer.drain()
        await blobs.begun.wait()
        writer.close()
        await blobs.ended.wait()
    assert files_in(tmp_path) == []
    assert names(house, offer) == []


def files_in(folder: Path) -> list[Path]:
    return [each for each in folder.rglob("*") if each.is_file()]


@dataclass
class WatchedBlobs:
    """A folder, and when something begins and ceases to be written into it."""

    folder: LocalBlobStore
    begun: asyncio.Event = field(default_factory=asyncio.Event)
    ended: asyncio.Event = field(default_factory=asyncio.Event)

    async def put(self, blob: BlobId, chunks: AsyncIterator[bytes]) -> int:
        self.begun.set()
        try:
            return await self.folder.put(blob, chunks)
        finally:
            self.ended.set()
