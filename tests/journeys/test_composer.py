"""A draft in the browser: worded, priced and put on sale, by nobody but its seller."""

from dataclasses import replace

import pytest

from bot.domain.offers.attachment import MediaKind
from bot.domain.offers.offer import OfferState
from bot.ids import OfferId, RoomId, UserId
from bot.messages import DraftCard, Placeholder, Published
from tests.support.bot_harness import ALICE, BOB, LOUNGE, STUDIO, BotHarness
from tests.support.draft_forms import PNG, begins, draft, names, saves, uploads
from tests.support.member_pages_client import Browser
from tests.support.sample_pictures import CASES

MARKUP = "<script>alert(1)</script>\"'><b>&amp;{{ 7 * 7 }}"


async def test_places_are_left_in_what_is_added_once_its_seller_says_so(
    house: BotHarness, browser: Browser
) -> None:
    offer = await begins(browser)
    photo = (CASES / "gps.jpg").read_bytes()
    _, html = await uploads(browser, offer, ("freed.jpg", photo, "image/jpeg"))
    assert "I took that out" in html
    status, html = await saves(browser, offer, price="5 USD", text="Dusk", do="keep_location")
    assert status == 200
    assert "Dusk</textarea>" in html
    assert 'value="remove_location"' in html
    _, html = await uploads(browser, offer, ("as_sent.jpg", photo, "image/jpeg"), form="g")
    assert "I leave that in as you asked" in html
    freed, as_sent = draft(house, offer).attachments
    assert (as_sent.size, freed.size < len(photo)) == (len(photo), True)
    await saves(browser, offer, text="Dusk", do="remove_location")
    _, html = await uploads(browser, offer, ("last.jpg", photo, "image/jpeg"), form="h")
    assert draft(house, offer).attachments[2].size == freed.size


async def test_from_an_empty_page_to_an_offer_that_is_bought(
    house: BotHarness, browser: Browser
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
    assert [each.kind for each in (first, film)] == [MediaKind.IMAGE, MediaKind.VIDEO]
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


async def test_the_new_offer_button_pressed_twice_begins_one(
    house: BotHarness, browser: Browser
) -> None:
    assert await begins(browser) == await begins(browser)
    assert len(house.store.records.offers) == 1


async def test_words_and_price_are_kept_as_a_draft(house: BotHarness, browser: Browser) -> None:
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
    house: BotHarness, browser: Browser, typed: dict[str, str], words: str
) -> None:
    offer = await begins(browser)
    status, html = await saves(browser, offer, **typed)
    assert status == 409
    assert words in html
    assert f'value="{typed["price"]}"' in html
    assert typed.get("text", "") in html
    assert draft(house, offer).state is OfferState.DRAFT


async def test_two_windows_do_not_overwrite_each_other_unseen(
    house: BotHarness, browser: Browser
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


async def test_a_draft_is_put_on_sale_once_from_two_windows(
    house: BotHarness, browser: Browser
) -> None:
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


async def test_discarding_forgets_the_keys(house: BotHarness, browser: Browser) -> None:
    offer = await begins(browser)
    await uploads(browser, offer, ("1.png", PNG, "image/png"))
    answer = await browser.sends(f"/studio/offers/{offer}/draft", do="discard")
    assert answer.url.path == "/studio"
    await house.work()
    assert draft(house, offer).state is OfferState.DISCARDED
    assert draft(house, offer).attachments[0].encrypted is None
    assert (await browser.client.get(f"/studio/offers/{offer}")).status == 404


async def test_the_draft_of_the_chat_is_the_same(house: BotHarness, browser: Browser) -> None:
    await house.sends(ALICE, STUDIO, PNG, "chat.png")
    (offer,) = house.store.records.offers
    assert "chat.png" in await browser.page(f"/studio/offers/{offer}")
    await uploads(browser, offer, ("web.png", PNG, "image/png"))
    await house.work()
    assert [item.name for item in house.matrix.of(DraftCard)[-1].items] == ["chat.png", "web.png"]
    await house.says(ALICE, STUDIO, "5 USD Sunset")
    assert "5.00 USD" in await browser.page(f"/studio/offers/{offer}")


async def test_nobody_touches_the_draft_of_somebody_else(
    house: BotHarness, browser: Browser
) -> None:
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


async def test_a_form_without_the_token_brings_nothing(house: BotHarness, browser: Browser) -> None:
    offer = await begins(browser)
    for token in ("", "x" * 32):
        browser.token = token
        assert (await uploads(browser, offer, ("1.png", PNG, "image/png")))[0] == 403
        for path in ("draft", "files/" + "0" * 16):
            assert (await browser.sends(f"/studio/offers/{offer}/{path}", do="save")).status == 403
    assert not house.blobs.blobs


@pytest.mark.parametrize(
    ("typed", "answer"),
    [
        ("5", {"price": "5.00 USD"}),
        ("€3.50", {"price": "3.50 EUR", "left": "3.19 EUR"}),
        ("0.10 USD", {"problem": "0.10 USD is too little. The smallest price is 0.50 USD, the largest 999999.99 USD."}),
    ],
)  # fmt: skip
async def test_a_price_is_looked_at_while_it_is_typed(
    browser: Browser, typed: str, answer: dict[str, str]
) -> None:
    said = await browser.client.get("/studio/price", params={"typed": typed})
    assert await said.json() == answer


async def test_an_offer_is_posted_in_more_rooms(house: BotHarness, browser: Browser) -> None:
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
