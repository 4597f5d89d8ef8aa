"""A file that comes in parts: what has arrived stays, and it goes on from there, by the rules of tus."""

import secrets
from collections.abc import AsyncIterator
from dataclasses import replace

import pytest

from bot.domain.offers.attachment import MediaKind
from bot.ids import OfferId, UserId
from bot.messages import DraftCard, Placeholder
from bot.services.drafts.quotas import Quotas
from tests.support.bot_harness import ALICE, BOB, LOUNGE, STUDIO, BotHarness
from tests.support.draft_forms import PNG, begins, draft, goods, names, saves
from tests.support.member_pages_client import Browser, signed_in
from tests.support.tus_client import TUS, Sender

FILE = secrets.token_bytes(400_000)


@pytest.fixture
def sender(browser: Browser, offer: OfferId) -> Sender:
    return Sender(browser, offer, FILE)


async def test_a_file_in_three_parts_is_put_on_sale_as_one(
    house: BotHarness, browser: Browser, offer: OfferId, sender: Sender
) -> None:
    assert await sender.begins() == 0
    for start, end in [(0, 150_000), (150_000, 150_001), (150_001, 400_000)]:
        answer = await sender.sends(start, FILE[start:end])
        assert (answer.status, answer.headers["Upload-Offset"]) == (204, str(end))
        assert answer.headers["Tus-Resumable"] == "1.0.0"
        assert "GMT" in answer.headers["Upload-Expires"]
    assert "being sealed" in await browser.page(f"/studio/offers/{offer}")
    assert await goods(house, offer) == FILE
    assert len(house.blobs.blobs) == 1, "of the parts nothing is left"
    assert house.store.records.uploads == {}
    status, _ = await saves(browser, offer, price="5 USD", text="x", rooms=LOUNGE, do="publish")
    assert status == 200
    await house.work()
    await house.reacts(BOB, LOUNGE, house.matrix.event_of(Placeholder), "🔓")
    await house.pays(BOB)


async def test_what_lies_there_meanwhile_is_sealed(house: BotHarness, sender: Sender) -> None:
    sender.data = b"nobody may read this " * 20_000
    await sender.begins()
    await sender.sends(0, sender.data[:-1])
    assert house.blobs.blobs
    assert all(b"nobody may read" not in blob for blob in house.blobs.blobs.values())
    (upload,) = house.store.records.uploads.values()
    assert "film.bin" not in repr(upload)


async def test_the_same_file_chosen_again_goes_on_where_it_was(
    house: BotHarness, browser: Browser, offer: OfferId, sender: Sender
) -> None:
    """In another window, after a restart, after the page was loaded again."""
    await sender.begins()
    await sender.sends(0, FILE[:123_456])
    html = await browser.page(f"/studio/offers/{offer}")
    assert "123 kB of 400 kB have arrived" in html
    house.restart()
    async with signed_in(house) as other:
        again = Sender(other, offer, FILE)
        await other.page("/studio")
        assert await again.begins() == 123_456
        assert again.location == sender.location
        assert (await again.looks()).headers["Upload-Offset"] == "123456"
        await again.sends(123_456, FILE[123_456:])
    assert await goods(house, offer) == FILE
    assert "Choose the same file again" not in await browser.page(f"/studio/offers/{offer}")


async def test_two_files_with_one_name_and_size_are_two_files(
    house: BotHarness, browser: Browser, offer: OfferId, sender: Sender
) -> None:
    """As two cameras and a burst make them, also in the very same second."""
    other = Sender(browser, offer, FILE[:-1] + bytes([FILE[-1] ^ 1]))
    await sender.sends_all()
    await other.begins()
    assert other.location != sender.location
    await other.sends_all()
    assert await goods(house, offer) == FILE
    assert await goods(house, offer, 1) == other.data
    assert names(house, offer) == ["film.bin", "film.bin"]


async def test_a_program_that_tells_no_digest_gets_an_upload_of_its_own_each_time(
    house: BotHarness, browser: Browser, offer: OfferId
) -> None:
    for data in (FILE, FILE[::-1], FILE):
        sender = Sender(browser, offer, data, content="")
        await sender.sends_all()
    await house.work()
    assert [await goods(house, offer, number) for number in range(3)] == [FILE, FILE[::-1], FILE]


async def test_an_upload_is_not_named_by_anything_that_holders_of_the_file_could_compute(
    house: BotHarness, offer: OfferId, sender: Sender
) -> None:
    await sender.begins()
    first = sender.location
    house.store.records.data_keys.pop("fingerprints")
    await sender.begins()
    assert sender.location != first


async def test_what_is_there_already_is_not_sent_again(
    house: BotHarness, offer: OfferId, sender: Sender
) -> None:
    for _ in range(2):
        await sender.sends_all()
        assert await sender.begins() == len(FILE)
        await house.work()
        assert await sender.begins() == len(FILE)
    assert names(house, offer) == ["film.bin"]


async def test_a_file_that_was_taken_out_can_come_again(
    house: BotHarness, browser: Browser, offer: OfferId, sender: Sender
) -> None:
    for work_first in (False, True):
        await sender.sends_all()
        if work_first:
            await house.work()
        (file,) = draft(house, offer).attachments
        await browser.sends(f"/studio/offers/{offer}/files/{file.id}", do="remove")
        assert names(house, offer) == []
        await sender.sends_all()
        assert await goods(house, offer) == FILE
        await browser.sends(f"/studio/offers/{offer}/files/{file.id}", do="remove")


@pytest.mark.parametrize("start", [0, 99_999, 100_001, 400_000])
async def test_a_part_at_the_wrong_place_is_turned_away(sender: Sender, start: int) -> None:
    """A replay among them: the same part once more."""
    await sender.begins()
    await sender.sends(0, FILE[:100_000])
    answer = await sender.sends(start, FILE[start : start + 1000])
    assert answer.status == 409
    assert (await sender.looks()).headers["Upload-Offset"] == "100000"


async def test_two_windows_at_once_end_with_one_whole_file(
    house: BotHarness, offer: OfferId, sender: Sender
) -> None:
    """Whoever comes second with a part finds that it is there."""
    await sender.begins()

    async def slowly() -> AsyncIterator[bytes]:
        yield FILE[:1000]
        assert (await sender.sends(0, FILE[:50_000])).status == 204
        yield FILE[1000:50_000]

    length = {"Content-Length": "50000"}
    assert (await sender.sends(0, slowly(), **length)).status == 409
    assert (await sender.looks()).headers["Upload-Offset"] == "50000"
    assert len(house.blobs.blobs) == 1
    await sender.sends_all()
    assert await goods(house, offer) == FILE


async def test_more_than_was_announced_is_turned_away(house: BotHarness, sender: Sender) -> None:
    await sender.begins()
    await sender.sends(0, FILE[:-1])
    assert (await sender.sends(len(FILE) - 1, b"xy")).status == 413
    assert (await sender.looks()).headers["Upload-Offset"] == str(len(FILE) - 1)
    assert len(house.blobs.blobs) == 1


@pytest.mark.parametrize(
    ("size", "status", "words"),
    [(0, 409, "it is empty."), (1_000_001, 413, "larger than 1 MB")],
)
async def test_a_file_of_no_use_never_begins(
    house: BotHarness, sender: Sender, size: int, status: int, words: str
) -> None:
    sender.data = bytes(size)
    answer = await sender.announces()
    assert answer.status == status
    assert words in (await answer.json())["error"]
    assert house.store.records.uploads == {}


async def test_unfinished_files_count_among_those_that_an_offer_holds(
    house: BotHarness, offer: OfferId, browser: Browser
) -> None:
    for number in range(3):
        sender = Sender(browser, offer, FILE, name=f"{number}.bin")
        assert await sender.begins() == 0
    answer = await Sender(browser, offer, FILE, name="3.bin").announces()
    assert answer.status == 409
    assert "at most 3 attachments" in (await answer.json())["error"]
    assert (await browser.client.delete(sender.location, headers=sender.headers)).status == 204
    assert await Sender(browser, offer, FILE, name="3.bin").begins() == 0


async def test_unfinished_files_count_as_taken_room(house: BotHarness) -> None:
    house.restart(quotas=Quotas(storage=700_000, offers_a_day=10))
    async with signed_in(house) as browser:
        offer = await begins(browser)
        await browser.page("/studio")
        sender = Sender(browser, offer, FILE)
        await sender.begins()
        answer = await Sender(browser, offer, FILE, name="more.bin").announces()
        assert answer.status == 409
        assert "300 kB are left" in (await answer.json())["error"]
        await sender.sends_all()
        assert await goods(house, offer) == FILE


async def test_a_button_lets_go_of_it(
    house: BotHarness, browser: Browser, offer: OfferId, sender: Sender
) -> None:
    await sender.begins()
    await sender.sends(0, FILE[:1000])
    await browser.page(f"/studio/offers/{offer}")
    assert (await browser.sends(sender.location)).status == 200
    assert house.blobs.blobs == {}
    assert "Choose the same file again" not in await browser.page(f"/studio/offers/{offer}")
    assert (await browser.client.delete(sender.location, headers=sender.headers)).status == 204


async def test_nobody_sends_parts_into_somebody_else_s_draft(
    house: BotHarness, browser: Browser, offer: OfferId, sender: Sender
) -> None:
    await sender.begins()
    await sender.sends(0, FILE[:1000])
    records = house.store.records
    records.offers[offer] = replace(draft(house, offer), seller=UserId("@dan:test"))
    assert (await sender.announces()).status == 409
    assert (await sender.looks()).status == 409
    assert (await sender.sends(1000, FILE[1000:])).status == 409
    assert (await browser.client.delete(sender.location, headers=sender.headers)).status == 409
    assert (
        await browser.client.put(f"{sender.location}/poster", data=PNG, headers=sender.headers)
    ).status == 409
    (upload,) = records.uploads.values()
    assert upload.offset == 1000


async def test_an_upload_does_not_move_to_another_draft(
    house: BotHarness, browser: Browser, sender: Sender
) -> None:
    await sender.begins()
    answer = await browser.sends("/studio/offers", form="second")
    other = answer.url.path.rpartition("/")[2]
    sender.location = sender.location.replace(sender.offer, other)
    assert (await sender.sends(0, FILE)).status == 404
    assert (await browser.client.delete(sender.location, headers=sender.headers)).status == 204
    assert len(house.store.records.uploads) == 1


@pytest.mark.parametrize("token", ["", "x" * 32])
async def test_another_website_sends_nothing(
    house: BotHarness, browser: Browser, sender: Sender, token: str
) -> None:
    await sender.begins()
    browser.token = token
    assert (await sender.announces()).status == 403
    assert (await sender.sends(0, FILE)).status == 403
    assert (await browser.client.delete(sender.location, headers=sender.headers)).status == 403
    assert (await browser.sends(sender.location)).status == 403
    assert len(house.store.records.uploads) == 1


async def test_the_protocol_is_kept_to_the_letter(browser: Browser, sender: Sender) -> None:
    await sender.begins()
    client, address = browser.client, f"/studio/offers/{sender.offer}/uploads"
    answer = await client.options(address)
    assert answer.headers["Tus-Version"] == "1.0.0"
    assert answer.headers["Tus-Extension"] == "creation,expiration,termination"
    assert answer.headers["Tus-Max-Size"] == "1000000"
    for version in ("0.2.2", ""):
        wrong = {"Tus-Resumable": version}
        assert (await sender.announces(**wrong)).status == 412
        assert (await sender.sends(0, FILE, **wrong)).headers["Tus-Version"] == "1.0.0"
    assert (await sender.sends(0, FILE, **{"Content-Type": "video/mp4"})).status == 415
    for nonsense in ("-1", "1e3", "", "9" * 16):
        assert (await sender.sends(0, FILE, **{"Upload-Offset": nonsense})).status == 400
        assert (await sender.announces(**{"Upload-Length": nonsense})).status == 400
    assert (await sender.announces(**{"Upload-Metadata": "filename !"})).status == 400
    looked = await sender.looks()
    assert (looked.headers["Upload-Offset"], looked.headers["Upload-Length"]) == ("0", "400000")
    assert looked.headers["Cache-Control"] == "no-store"
    never = sender.location.rpartition("/")[0] + "/" + "0" * 16
    assert (await client.head(never, headers=TUS)).status == 404


async def test_the_draft_in_the_chat_follows(house: BotHarness, browser: Browser) -> None:
    await house.sends(ALICE, STUDIO, PNG, "chat.png")
    (offer,) = house.store.records.offers
    await browser.page(f"/studio/offers/{offer}")
    await Sender(browser, offer, PNG, name="web.png", kind="image/png").sends_all()
    for _ in range(2):
        await house.time_passes(seconds=5)
    items = house.matrix.of(DraftCard)[-1].items
    assert [(each.name, each.sealed) for each in items] == [("chat.png", True), ("web.png", True)]
    assert draft(house, offer).attachments[1].kind is MediaKind.IMAGE
    assert draft(house, offer).attachments[1].thumbnail
