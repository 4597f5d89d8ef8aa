"""A draft in the browser: files go in sealed, in any number and of any kind; then it is put on sale."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass, field, replace
from pathlib import Path

import pytest
from aiohttp import FormData

from appservice.storage.local import LocalBlobStore
from bot.attachment import Kind
from bot.ids import AttachmentId, BlobId, OfferId, RoomId, UserId
from bot.messages import DraftCard, Placeholder, Published
from bot.offer import Offer, OfferState
from bot.selling.quotas import Quotas
from tests.journeys.house import ALICE, BOB, LOUNGE, STUDIO, House
from tests.own_pages import Browser, signed_in

PNG = b"\x89PNG a picture of the harbour"
MARKUP = "<script>alert(1)</script>\"'><b>&amp;{{ 7 * 7 }}"


@pytest.fixture
async def house() -> House:
    house = House()
    await house.open_studio()
    return house


@pytest.fixture
async def browser(house: House) -> AsyncIterator[Browser]:
    async with signed_in(house) as browser:
        yield browser


async def begins(browser: Browser) -> OfferId:
    await browser.page("/studio")
    answer = await browser.sends("/studio/offers", form="first")
    assert answer.status == 200
    return OfferId(answer.url.path.rpartition("/")[2])


def form_of(browser: Browser, *files: tuple[str, bytes, str], form: str = "f") -> FormData:
    data = FormData(quote_fields=False)  # as browsers do
    data.add_field("token", browser.token)
    data.add_field("form", form)
    for name, content, mimetype in files:
        data.add_field("files", content, filename=name, content_type=mimetype)
    return data


async def uploads(
    browser: Browser, offer: OfferId, *files: tuple[str, bytes, str], form: str = "f"
) -> tuple[int, str]:
    """The status and the page, as without scripts."""
    answer = await browser.client.post(
        f"/studio/offers/{offer}/files",
        data=form_of(browser, *files, form=form),
        headers={"Accept": "text/html"},
    )
    return answer.status, await answer.text()


async def saves(browser: Browser, offer: OfferId, **typed: str) -> tuple[int, str]:
    """The status and the page after the form for words, price and rooms."""
    html = await browser.page(f"/studio/offers/{offer}")
    seen = html.partition('name="seen" value="')[2].partition('"')[0]
    answer = await browser.sends(f"/studio/offers/{offer}/draft", **{"seen": seen, **typed})
    return answer.status, await answer.text()


def draft(house: House, offer: OfferId) -> Offer:
    return house.store.records.offers[offer]


def names(house: House, offer: OfferId) -> list[str]:
    return [each.name for each in draft(house, offer).attachments]


async def test_from_an_empty_page_to_an_offer_that_is_bought(
    house: House, browser: Browser
) -> None:
    offer = await begins(browser)
    files = [
        ("1.png", PNG, "image/png"),
        ("2.mp4", b"film", "video/mp4"),
        ("3.png", PNG, "image/png"),
    ]
    status, html = await uploads(browser, offer, *files)
    assert status == 200
    assert "#lounge:test" in html
    (first, film, free) = draft(house, offer).attachments
    assert [each.kind for each in (first, film)] == [Kind.IMAGE, Kind.VIDEO]
    await browser.sends(f"/studio/offers/{offer}/files/{free.id}", do="free")
    status, html = await saves(
        browser, offer, price="5 USD", text="Sunset", rooms=LOUNGE, do="publish"
    )
    assert status == 200
    assert "on its way into its rooms" in html
    await house.work()
    (placeholder,) = house.matrix.of(Placeholder)
    assert (placeholder.text, placeholder.price, placeholder.free) == ("Sunset", "5.00 USD", 1)
    assert house.matrix.of(Published)
    await house.reacts(BOB, LOUNGE, house.matrix.event_of(Placeholder), "🔓")
    await house.pays(BOB)
    assert "On sale" in await browser.page(f"/studio/offers/{offer}")


async def test_what_is_stored_is_ciphertext(house: House, browser: Browser) -> None:
    offer = await begins(browser)
    secret = b"nobody may read this " * 10_000
    await uploads(browser, offer, ("secret.txt", secret, "text/plain"))
    (attachment,) = draft(house, offer).attachments
    assert attachment.sealed
    assert attachment.sealed.size == len(secret)
    assert all(b"nobody may read" not in blob for blob in house.blobs.blobs.values())
    assert attachment.source is None


async def test_the_new_offer_button_pressed_twice_begins_one(
    house: House, browser: Browser
) -> None:
    assert await begins(browser) == await begins(browser)
    assert len(house.store.records.offers) == 1


async def test_a_form_that_is_sent_again_adds_nothing(house: House, browser: Browser) -> None:
    """As when a page is loaded again, or a script tries again because the answer was lost."""
    offer = await begins(browser)
    for _ in range(2):
        await uploads(browser, offer, ("1.png", PNG, "image/png"), ("2.png", PNG, "image/png"))
    assert names(house, offer) == ["1.png", "2.png"]
    await uploads(browser, offer, ("1.png", PNG, "image/png"), form="another")
    assert names(house, offer) == ["1.png", "2.png", "1.png"]


async def test_a_script_is_answered_in_json(house: House, browser: Browser) -> None:
    offer = await begins(browser)
    address = f"/studio/offers/{offer}/files"
    answer = await browser.client.post(address, data=form_of(browser, ("1.png", PNG, "image/png")))
    assert (answer.status, await answer.json()) == (200, {})
    answer = await browser.client.post(address, data=form_of(browser, ("0", b"", "x/y"), form="g"))
    assert answer.status == 409
    assert "it is empty" in (await answer.json())["error"]


async def test_an_empty_file_is_left_out_and_the_others_are_taken(
    house: House, browser: Browser
) -> None:
    offer = await begins(browser)
    files = [("none.png", b"", "image/png"), ("1.png", PNG, "image/png")]
    status, html = await uploads(browser, offer, *files)
    assert status == 409
    assert "“none.png” was left out: it is empty." in html
    assert names(house, offer) == ["1.png"]


async def test_a_file_that_is_too_large_is_left_out(house: House, browser: Browser) -> None:
    offer = await begins(browser)
    files = [("large.bin", b"x" * 1_000_001, "x/y"), ("1.png", PNG, "image/png")]
    status, html = await uploads(browser, offer, *files)
    assert status == 409
    assert "“large.bin” was left out: it is larger than 1 MB" in html
    assert names(house, offer) == ["1.png"]
    assert len(house.blobs.blobs) == 2, "the picture and its thumbnail"


async def test_of_two_hundred_files_as_many_are_taken_as_an_offer_holds(
    house: House, browser: Browser
) -> None:
    offer = await begins(browser)
    files = [(f"{number}.png", PNG, "image/png") for number in range(200)]
    status, html = await uploads(browser, offer, *files)
    assert status == 409
    assert html.count("One offer holds at most 3 attachments") == 1
    assert names(house, offer) == ["0.png", "1.png", "2.png"]


async def test_a_seller_s_share_of_the_disk_holds_for_the_browser_too(house: House) -> None:
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
    house: House, browser: Browser, said: str, kept: str
) -> None:
    offer = await begins(browser)
    await uploads(browser, offer, (said, PNG, "image/png"))
    assert names(house, offer) == [kept]
    assert "<img src=x" not in await browser.page(f"/studio/offers/{offer}")


@pytest.mark.parametrize(
    ("mimetype", "kind"),
    [
        ("image/svg+xml", Kind.FILE),
        ("audio/ogg; codecs=opus", Kind.AUDIO),
        ("text/html", Kind.FILE),
        ("nonsense", Kind.FILE),
    ],
)
async def test_the_kind_is_told_by_the_type(
    house: House, browser: Browser, mimetype: str, kind: Kind
) -> None:
    offer = await begins(browser)
    await uploads(browser, offer, ("file", b"x", mimetype))
    (attachment,) = draft(house, offer).attachments
    assert attachment.kind is kind


async def test_files_are_arranged(house: House, browser: Browser) -> None:
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


async def test_words_and_price_are_kept_as_a_draft(house: House, browser: Browser) -> None:
    offer = await begins(browser)
    status, html = await saves(browser, offer, price="€7", text=MARKUP, do="save")
    assert (status, "Saved." in html) == (200, True)
    assert "<script>" not in html
    assert (draft(house, offer).text, str(draft(house, offer).price)) == (MARKUP, "7.00 EUR")
    assert "Draft" in await browser.page("/studio")


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ({"price": "0.01", "text": "Sunset"}, "too little"),
        ({"price": "5 USD", "text": "a" * 4001}, "4,001 characters"),
        ({"price": "5 USD", "text": "Sunset", "do": "publish"}, "In which room?"),
        ({"price": "", "text": "Sunset", "do": "publish", "rooms": str(LOUNGE)}, "Which price?"),
        ({"price": "5 USD", "text": "Sunset", "do": "publish", "room": "#none:test"}, "no room"),
        ({"price": "5 USD", "do": "publish", "rooms": str(LOUNGE)}, "nothing to sell in it"),
    ],
)
async def test_what_is_wrong_is_said_and_what_was_typed_stays(
    house: House, browser: Browser, typed: dict[str, str], words: str
) -> None:
    offer = await begins(browser)
    status, html = await saves(browser, offer, **typed)
    assert status == 409
    assert words in html
    assert f'value="{typed["price"]}"' in html
    assert typed.get("text", "") in html
    assert draft(house, offer).state is OfferState.DRAFT


async def test_two_windows_do_not_overwrite_each_other_unseen(
    house: House, browser: Browser
) -> None:
    offer = await begins(browser)
    html = await browser.page(f"/studio/offers/{offer}")
    shown = html.partition('name="seen" value="')[2].partition('"')[0]
    address = f"/studio/offers/{offer}/draft"
    await browser.sends(address, price="5 USD", text="One", seen=shown, do="save")
    answer = await browser.sends(address, price="6 USD", text="Two", seen=shown, do="save")
    html = await answer.text()
    assert answer.status == 409
    assert "changed in another window" in html
    assert draft(house, offer).text == "One"
    fresh = html.partition('name="seen" value="')[2].partition('"')[0]
    assert (await browser.sends(address, price="6 USD", text="Two", seen=fresh)).status == 200
    assert draft(house, offer).text == "Two"


async def test_a_draft_is_put_on_sale_once_from_two_windows(house: House, browser: Browser) -> None:
    offer = await begins(browser)
    await uploads(browser, offer, ("1.png", PNG, "image/png"))
    address = f"/studio/offers/{offer}/draft"
    typed = {"price": "5 USD", "text": "Sunset", "rooms": str(LOUNGE), "do": "publish"}
    assert (await saves(browser, offer, **typed))[0] == 200
    again = await browser.sends(address, **typed)
    assert again.status == 404
    await house.work()
    assert len(house.matrix.of(Placeholder)) == 1
    status, _ = await uploads(browser, offer, ("2.png", PNG, "image/png"), form="late")
    assert status == 404
    assert names(house, offer) == ["1.png"]


async def test_discarding_forgets_the_keys(house: House, browser: Browser) -> None:
    offer = await begins(browser)
    await uploads(browser, offer, ("1.png", PNG, "image/png"))
    answer = await browser.sends(f"/studio/offers/{offer}/draft", do="discard")
    assert answer.url.path == "/studio"
    await house.work()
    assert draft(house, offer).state is OfferState.DISCARDED
    assert draft(house, offer).attachments[0].sealed is None
    assert (await browser.client.get(f"/studio/offers/{offer}")).status == 404


async def test_the_draft_of_the_chat_is_the_same(house: House, browser: Browser) -> None:
    await house.sends(ALICE, STUDIO, PNG, "chat.png")
    (offer,) = house.store.records.offers
    assert "chat.png" in await browser.page(f"/studio/offers/{offer}")
    await uploads(browser, offer, ("web.png", PNG, "image/png"))
    await house.work()
    assert [item.name for item in house.matrix.of(DraftCard)[-1].items] == ["chat.png", "web.png"]
    await house.says(ALICE, STUDIO, "5 USD Sunset")
    assert "5.00 USD" in await browser.page(f"/studio/offers/{offer}")


async def test_nobody_touches_the_draft_of_somebody_else(house: House, browser: Browser) -> None:
    offer = await begins(browser)
    await uploads(browser, offer, ("1.png", PNG, "image/png"))
    (file,) = draft(house, offer).attachments
    theirs = OfferId("theirs0000")
    stolen = replace(draft(house, offer), id=theirs, seller=UserId("@dan:test"))
    house.store.records.offers[theirs] = stolen
    address = f"/studio/offers/{theirs}"
    assert (await browser.client.get(address)).status == 404
    assert (await browser.client.get(f"{address}/files/{file.id}/small")).status == 404
    assert (await browser.sends(f"{address}/draft", price="1 USD", do="publish")).status == 404
    assert (await browser.sends(f"{address}/draft", do="discard")).status == 404
    assert (await browser.sends(f"{address}/files/{file.id}", do="remove")).status == 404
    assert (await uploads(browser, theirs, ("2.png", PNG, "image/png")))[0] == 404
    assert house.store.records.offers[theirs] is stolen


async def test_a_form_without_the_token_brings_nothing(house: House, browser: Browser) -> None:
    offer = await begins(browser)
    for token in ("", "x" * 32):
        browser.token = token
        assert (await uploads(browser, offer, ("1.png", PNG, "image/png")))[0] == 403
        for path in ("draft", "files/" + "0" * 16):
            assert (await browser.sends(f"/studio/offers/{offer}/{path}", do="save")).status == 403
    assert not house.blobs.blobs


async def test_a_thumbnail_is_shown_to_its_seller(house: House, browser: Browser) -> None:
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


@pytest.mark.parametrize(
    ("typed", "answer"),
    [
        ("5", {"price": "5.00 USD"}),
        ("€3.50", {"price": "3.50 EUR"}),
        ("0.10 USD", {"problem": "0.10 USD is too little. The smallest price is 0.50 USD, the largest 999999.99 USD."}),
    ],
)  # fmt: skip
async def test_a_price_is_looked_at_while_it_is_typed(
    browser: Browser, typed: str, answer: dict[str, str]
) -> None:
    said = await browser.client.get("/studio/price", params={"typed": typed})
    assert await said.json() == answer


async def test_an_upload_that_breaks_off_leaves_nothing(house: House, browser: Browser) -> None:
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
    house: House, tmp_path: Path
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


async def test_an_offer_is_posted_in_more_rooms(house: House, browser: Browser) -> None:
    offer = await house.publishes(PNG)
    elsewhere = RoomId("!elsewhere:test")
    house.matrix.members[elsewhere] = house.matrix.members[LOUNGE]
    await browser.page(f"/studio/offers/{offer}")
    answer = await browser.sends(f"/studio/offers/{offer}/rooms", room=elsewhere)
    assert answer.status == 200
    await house.work()
    assert any(isinstance(each, Placeholder) for each in house.matrix.in_room(elsewhere))
    again = await browser.sends(f"/studio/offers/{offer}/rooms", room=elsewhere)
    assert (again.status, "stands there already" in await again.text()) == (409, True)
