"""What has arrived of a file is kept: over a crash and a broken connection, for a day, and not longer."""

import asyncio
import secrets
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta

import pytest

from appservice.web.http_server import listen
from appservice.web.multipart import BrokenOff
from bot.domain.offers.upload import EXPIRES_AFTER, UploadMetadata, UploadPart, UploadStatus
from bot.errors import UserError
from bot.ids import BlobId, OfferId
from bot.services.drafts.web_draft import NotYourDraft
from bot.services.uploads import part_store
from bot.services.uploads.resumable_upload import NoSuchUpload, ResumableUploads
from tests.support.bot_harness import ALICE, BotHarness
from tests.support.crash_point import Killed
from tests.support.draft_forms import begins, draft, goods
from tests.support.member_pages_client import application, signed_in
from tests.support.tus_client import Sender

FILE = secrets.token_bytes(400_000)
KB = 1024


@pytest.fixture
async def offer(house: BotHarness) -> OfferId:
    return await house.bot.edit_draft.begin(ALICE, "first")


@pytest.fixture
def small_parts(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(part_store.in_parts, "__defaults__", (64 * KB,))


async def comes(*chunks: bytes) -> AsyncIterator[bytes]:
    for chunk in chunks:
        yield chunk


def uploads(house: BotHarness) -> ResumableUploads:
    return house.bot.resumable_uploads


async def begin(house: BotHarness, offer: OfferId) -> UploadStatus:
    file = UploadMetadata(name="film.bin", size=len(FILE), content="c" * 64, mimetype="x/y")
    return await uploads(house).begin(ALICE, offer, file)


async def send(house: BotHarness, offer: OfferId, chunks: AsyncIterator[bytes]) -> UploadStatus:
    """From wherever it goes on."""
    known = await begin(house, offer)
    return await uploads(house).take(ALICE, offer, known.id, known.bytes, chunks)


async def test_after_a_day_without_a_byte_it_is_gone(house: BotHarness, offer: OfferId) -> None:
    await send(house, offer, comes(FILE[:1000]))
    await house.time_passes(hours=23)
    await send(house, offer, comes(FILE[1000:2000]))
    await house.time_passes(hours=23)
    assert (await begin(house, offer)).bytes == 2000
    await house.time_passes(hours=2)
    assert house.store.records.uploads == {}
    assert house.blobs.blobs == {}
    assert (await begin(house, offer)).bytes == 0


async def test_what_is_too_old_is_gone_before_it_is_swept(
    house: BotHarness, offer: OfferId
) -> None:
    id_ = (await send(house, offer, comes(FILE[:1000]))).id
    house.clock.advance(EXPIRES_AFTER)
    with pytest.raises(NoSuchUpload):
        await uploads(house).look(ALICE, offer, id_)
    with pytest.raises(NoSuchUpload):
        await uploads(house).take(ALICE, offer, id_, 1000, comes(FILE[1000:]))
    sheet = await house.bot.draft_view.sheet(ALICE, offer)
    assert sheet
    assert sheet.unfinished == ()
    assert (await begin(house, offer)).bytes == 0
    assert house.blobs.blobs == {}


async def test_what_waits_to_be_sealed_is_not_swept(house: BotHarness, offer: OfferId) -> None:
    """As when the disk is full for days."""
    await send(house, offer, comes(FILE))
    (seal,) = [job for job in house.store.records.jobs.values() if job.kind == "encrypt_attachment"]
    late = house.clock.now() + timedelta(days=5)
    house.store.records.jobs[seal.id] = replace(seal, due_at=late)
    await house.time_passes(days=4)
    assert house.store.records.uploads
    await house.time_passes(days=2)
    assert await goods(house, offer) == FILE
    await house.time_passes(days=2)
    assert await goods(house, offer) == FILE


async def test_parts_of_a_slow_file_are_no_orphans(house: BotHarness, offer: OfferId) -> None:
    await house.bot.delete_orphans.begin()
    for day in range(6):
        await send(house, offer, comes(FILE[day * 1000 : day * 1000 + 1000]))
        await house.time_passes(hours=20)
    await send(house, offer, comes(FILE[6000:]))
    assert await goods(house, offer) == FILE


async def test_a_draft_that_is_discarded_takes_the_keys_along(
    house: BotHarness, offer: OfferId
) -> None:
    await send(house, offer, comes(FILE[:1000]))
    await house.bot.edit_draft.discard(ALICE, offer)
    await house.work()
    assert house.store.records.uploads == {}
    with pytest.raises(NotYourDraft):
        await begin(house, offer)
    await house.bot.delete_orphans.begin()
    await house.time_passes(days=4)
    assert house.blobs.blobs == {}


@pytest.mark.usefixtures("small_parts")
async def test_a_large_file_is_held_part_by_part(house: BotHarness, offer: OfferId) -> None:
    await send(house, offer, comes(*(FILE[at : at + 1000] for at in range(0, len(FILE), 1000))))
    (upload,) = house.store.records.uploads.values()
    assert [part.size for part in upload.parts] == [64 * KB] * 6 + [6784]
    assert await goods(house, offer) == FILE


@pytest.mark.usefixtures("small_parts")
async def test_of_a_connection_that_breaks_every_byte_is_kept(
    house: BotHarness, offer: OfferId
) -> None:
    async def breaking() -> AsyncIterator[bytes]:
        yield FILE[:100_000]
        raise BrokenOff("closed")

    with pytest.raises(BrokenOff):
        await send(house, offer, breaking())
    assert (await begin(house, offer)).bytes == 100_000
    await send(house, offer, comes(FILE[100_000:]))
    assert await goods(house, offer) == FILE


@pytest.mark.usefixtures("small_parts")
@pytest.mark.parametrize("moment", ["before", "after"])
async def test_a_kill_in_mid_part_loses_that_part_at_most(
    house: BotHarness, offer: OfferId, moment: str
) -> None:
    """Right before, or right after, the third part is on the disk: its record is not written in any case."""
    put, puts = house.blobs.put, 0

    async def kills(blob: BlobId, chunks: AsyncIterator[bytes]) -> int:
        nonlocal puts
        puts += 1
        if puts == 3:
            if moment == "after":
                await put(blob, chunks)
            raise Killed
        return await put(blob, chunks)

    house.blobs.put = kills  # type: ignore[method-assign]
    with pytest.raises(Killed):
        await send(house, offer, comes(FILE))
    house.blobs.put = put  # type: ignore[method-assign]
    house.restart()
    assert (await begin(house, offer)).bytes == 2 * 64 * KB
    await send(house, offer, comes(FILE[2 * 64 * KB :]))
    assert await goods(house, offer) == FILE
    await house.bot.delete_orphans.begin()
    await house.time_passes(days=4)
    assert len(house.blobs.blobs) == 1


async def test_a_kill_while_it_is_sealed_seals_it_again(house: BotHarness, offer: OfferId) -> None:
    await send(house, offer, comes(FILE))
    wrap = house.vault.wrap

    async def kills(*_: object) -> None:
        house.vault.wrap = wrap  # type: ignore[method-assign]
        raise Killed

    house.vault.wrap = kills  # type: ignore[method-assign,assignment]
    assert await goods(house, offer) == FILE


async def test_a_part_that_was_altered_on_the_disk_is_never_sold(
    house: BotHarness, offer: OfferId
) -> None:
    await send(house, offer, comes(FILE[:1000]))
    (blob,) = house.blobs.blobs
    house.blobs.blobs[blob] = house.blobs.blobs[blob][:-1] + b"\0"
    await send(house, offer, comes(FILE[1000:]))
    await house.work()
    assert draft(house, offer).attachments[0].encrypted is None
    assert any(job.state == "dead" for job in house.store.records.jobs.values())


async def test_parts_that_changed_places_are_never_sold(house: BotHarness, offer: OfferId) -> None:
    for at in (0, 1000):
        await send(house, offer, comes(FILE[at : at + 1000]))
    one, two = house.blobs.blobs
    blobs = house.blobs.blobs
    blobs[one], blobs[two] = blobs[two], blobs[one]
    await send(house, offer, comes(FILE[2000:]))
    await house.work()
    assert draft(house, offer).attachments[0].encrypted is None


async def test_a_thousand_breaks_are_enough(house: BotHarness, offer: OfferId) -> None:
    id_ = (await begin(house, offer)).id
    records = house.store.records
    many = tuple(UploadPart(n, 1, BlobId(f"part{n:05}")) for n in range(1001))
    records.uploads[id_] = replace(records.uploads[id_], parts=many)
    with pytest.raises(UserError, match="broke too often"):
        await send(house, offer, comes(FILE[1001:]))


async def test_a_tab_that_is_closed_in_mid_part_leaves_what_it_sent(house: BotHarness) -> None:
    async with signed_in(house) as browser:
        offer = await begins(browser)
        await browser.page("/studio")
        sender = Sender(browser, offer, FILE)
        await sender.begins()
        cookies = browser.client.session.cookie_jar.filter_cookies(browser.client.make_url("/"))
        headers = sender.headers | {
            "Host": "ppv.test",
            "Cookie": f"ppv={cookies['ppv'].value}",
            "Content-Length": str(len(FILE)),
            "Content-Type": "application/offset+octet-stream",
            "Upload-Offset": "0",
        }
        head = [f"PATCH {sender.location} HTTP/1.1", *(f"{k}: {v}" for k, v in headers.items())]
        async with listen(application(house), "127.0.0.1", 0) as port:
            _, writer = await asyncio.open_connection("127.0.0.1", port)
            writer.write("\r\n".join([*head, "", ""]).encode() + FILE[:300_000])
            await writer.drain()
            writer.close()
            async with asyncio.timeout(10):
                while not await sender.begins():
                    pass
        assert await sender.begins() == 300_000
        await sender.sends_all()
    assert await goods(house, offer) == FILE
