"""The whole sale on a real homeserver, with people whose clients share no code with the product."""

import asyncio
import sqlite3
from collections.abc import AsyncIterator

import aiohttp
import pytest
import pytest_asyncio

from sandbox.browser import Browser
from sandbox.sample_media import document, photo, song
from tests.contract.stripe_types import problems_of
from tests.support.js_buyer import JsBuyer
from tests.support.synapse.encrypted_bot import eventually
from tests.support.synapse.market import Market, open_market

pytestmark = pytest.mark.asyncio(loop_scope="module")


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def market(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Market]:
    async with open_market(tmp_path_factory.mktemp("town")) as market:
        yield market
        assert not market.town.stripe.schema_misses


async def test_bought_files_open_in_the_buyers_client_byte_for_byte(market: Market) -> None:
    buyer = await market.buyer()
    room = await market.room(buyer)
    goods = [photo("harbour.jpg"), song("waves.wav"), document("recipe.pdf")]
    placeholder = await market.publishes(room, *goods)
    page = await market.pays(await market.link(buyer, room, placeholder))
    assert "Paid" in page.words
    arrived = await market.goods(buyer, 3)
    assert [await buyer.open(event) for event in arrived] == [file.data for file in goods]
    assert [event.content["msgtype"] for event in arrived] == ["m.image", "m.audio", "m.file"]
    assert [event.body for event in arrived] == [file.name for file in goods]
    assert all(event.content.get("filename", event.body) == event.body for event in arrived)
    picture = arrived[0].content["info"]
    assert (picture["w"], picture["h"]) == (goods[0].width, goods[0].height)
    assert arrived[1].content["info"]["duration"] == goods[1].duration_ms
    assert (await buyer.open_thumbnail(arrived[0])).startswith(b"\xff\xd8")


async def test_matrix_js_sdk_opens_them_as_well(market: Market) -> None:
    account = await market.town.synapse.register("jane", display_name="Jane")
    picture = photo("dunes.jpg", seed=3)
    async with JsBuyer.online(market.town.synapse.url, account) as jane:
        room = await market.room()
        helper = await market.town.cast.log_in(account)
        await helper.join(room)
        placeholder = await market.publishes(room, picture)
        await market.pays(await market.link(helper, room, placeholder))
        (event,) = await market.goods(helper, 1)
        opened = await jane.wait_for_message(event.event_id)
    assert opened["file"] == {"sha256": picture.sha256, "size": len(picture.data)}
    assert "sha256" in opened["thumbnail_file"]


async def test_nothing_that_is_sold_can_be_fetched_by_those_who_have_not_paid(
    market: Market,
) -> None:
    eve = await market.buyer()
    room = await market.room(eve)
    picture = photo("cliff.jpg", seed=4)
    await market.publishes(room, picture)
    seen = [event for event in eve.heard(room) if "url" in event.content]
    assert len(seen) == 1, "the teaser is all that there is"
    teaser = await eve.open(seen[0])
    assert len(teaser) < 20_000
    assert picture.data not in teaser
    assert not [event for event in eve.heard(room) if "file" in event.content]


async def test_files_from_the_room_are_taken_out_and_the_seller_hears_the_truth(
    market: Market,
) -> None:
    buyer = await market.buyer()
    room = await market.room(buyer)
    heard = market.seller.mark()
    files = [photo("one.jpg", seed=5), photo("two.jpg", seed=6)]
    events = [await market.seller.send_file(room, file) for file in files]
    await market.seller.say(room, "!ppv 5 USD From the room")
    placeholder = await market.hears(buyer, room, "From the room")
    redacted = {event.redacts for event in buyer.heard(room) if event.redacts}
    assert set(events) <= redacted
    truth = await market.hears(market.seller, market.studio, "To be honest", after=heard)
    assert "your 2 files" in truth.body
    await market.pays(await market.link(buyer, room, placeholder))
    arrived = await market.goods(buyer, 2)
    assert [await buyer.open(event) for event in arrived] == [file.data for file in files]


async def test_a_rooms_list_names_what_is_on_sale_there_and_nothing_from_elsewhere(
    market: Market,
) -> None:
    buyer = await market.buyer()
    here, elsewhere = await market.room(buyer), await market.room(buyer)
    placeholder = await market.publishes(here, photo("pier.jpg", seed=9))
    code = placeholder.body.partition("!ppv buy ")[2].split()[0]
    await buyer.say(here, "!ppv shop")
    listed = await market.hears(buyer, here, "On sale here")
    assert f"• {code} " in listed.body
    assert listed.content["msgtype"] == "m.notice"
    await buyer.say(elsewhere, "!ppv shop")
    await market.hears(buyer, elsewhere, "Nothing is on sale here")


async def test_listening_takes_what_comes_until_done(market: Market) -> None:
    buyer = await market.buyer()
    room = await market.room(buyer)
    await market.seller.say(room, "!ppv €3.50 Later")
    await market.hears(market.seller, room, "Send the files for 3.50 EUR now")
    await market.seller.send_file(room, photo("three.jpg", seed=7))
    await market.seller.say(room, "!ppv done")
    placeholder = await market.hears(buyer, room, "Later")
    assert "1 photo" in placeholder.body
    assert "3.50 EUR" in placeholder.body


async def test_without_power_nothing_is_posted_but_the_missing_power_is_named(
    market: Market,
) -> None:
    room = await market.room(bot_power=0)
    event = await market.seller.send_file(room, photo("four.jpg", seed=8))
    await market.seller.say(room, "!ppv 5 USD")
    answer = await market.hears(market.seller, room, "power level")
    assert "power level 50, and I have 0" in answer.body
    heard = market.seller.heard(room)
    assert event not in {each.redacts for each in heard}
    assert not [each for each in heard if "!ppv buy" in each.body]


async def says(browser: Browser, link: str, words: str) -> bool:
    return words in (await browser.visit(link)).words


async def test_an_owner_pays_nothing_and_gets_it_again(market: Market) -> None:
    buyer = await market.buyer()
    room = await market.room(buyer)
    placeholder = await market.publishes(room, photo("five.jpg", seed=9))
    link = await market.link(buyer, room, placeholder)
    await market.pays(link)
    await market.goods(buyer, 1)
    heard, sessions = buyer.mark(), len(market.town.stripe.all("checkout.session"))
    code = placeholder.body.split("!ppv buy ")[1].split()[0]
    await buyer.say(room, f"!ppv buy {code}")
    assert len(await market.goods(buyer, 1, after=heard)) == 1
    async with Browser.open() as browser:
        # The last file is there a moment before the delivery is done.
        await eventually(lambda: says(browser, link, "It is in your chat"))
        page = await browser.visit(link)
    assert "You have bought this" in page.words
    assert [form.action.rpartition("/")[2] for form in page.forms] == ["again"]
    assert len(market.town.stripe.all("checkout.session")) == sessions


async def test_what_we_ask_of_stripe_is_right_by_its_sdks_own_types_too(market: Market) -> None:
    asked = [r for r in market.town.stripe.requests if r.path.startswith("/v1/checkout")]
    assert asked
    assert [problem for request in asked for problem in problems_of(request)] == []


async def test_twenty_clicks_at_once_make_one_session(market: Market) -> None:
    buyer = await market.buyer()
    room = await market.room(buyer)
    placeholder = await market.publishes(room, photo("many.jpg", seed=31))
    link = await market.link(buyer, room, placeholder)
    sessions = len(market.town.stripe.all("checkout.session"))
    checkout = f"{link.partition('/m/')[0]}/api/stripe/chatmessages"
    body = {"for": link.rpartition("=")[2]}
    async with aiohttp.ClientSession() as browser:

        async def click() -> str:
            async with browser.post(checkout, json=body, allow_redirects=False) as answer:
                assert answer.status == 303, await answer.text()
                return answer.headers["Location"]

        addresses = await asyncio.gather(*(click() for _ in range(20)))
    assert len(set(addresses)) == 1
    assert len(market.town.stripe.all("checkout.session")) == sessions + 1


async def test_looking_at_links_creates_nothing(market: Market) -> None:
    buyer = await market.buyer()
    room = await market.room(buyer)
    placeholder = await market.publishes(room, photo("six.jpg", seed=10))
    link = await market.link(buyer, room, placeholder)
    sessions = len(market.town.stripe.all("checkout.session"))
    async with Browser.open() as browser:
        for url in (link, link.partition("?")[0], link + "x"):
            assert "Sunset" in (await browser.visit(url)).words
        unknown = await browser.visit(link.partition("/m/")[0] + "/m/0000000000")
    assert unknown.status == 404
    assert len(market.town.stripe.all("checkout.session")) == sessions


async def test_a_declined_card_can_be_followed_by_a_good_one(market: Market) -> None:
    buyer = await market.buyer()
    room = await market.room(buyer)
    placeholder = await market.publishes(room, photo("seven.jpg", seed=11))
    link = await market.link(buyer, room, placeholder)
    async with Browser.open() as browser:
        checkout = await browser.submit(await browser.visit(link))
        refused = {"card": "4000 0000 0000 0002", "action": "pay"}
        declined = await browser.submit(checkout, refused)
        assert "declined" in declined.words
        paid = await browser.submit(declined, {"card": "4242 4242 4242 4242", "action": "pay"})
    assert "Paid" in paid.words
    assert len(await market.goods(buyer, 1)) == 1


async def test_a_payment_processor_that_is_down_is_said_so_and_charges_nothing(
    market: Market,
) -> None:
    buyer = await market.buyer()
    room = await market.room(buyer)
    placeholder = await market.publishes(room, photo("twelve.jpg", seed=16))
    link = await market.link(buyer, room, placeholder)
    stripe = market.town.stripe
    stripe.faults.answer_500(times=10, remembered=False)
    async with Browser.open() as browser:
        page = await browser.visit(link)
        down = await browser.submit(page)
        stripe.faults.clear()
        assert down.status == 503
        assert "Nothing is lost" in down.words
        checkout = await browser.submit(page)
    assert checkout.url.startswith(stripe.url)


async def test_a_sale_goes_through_when_no_webhook_ever_comes(market: Market) -> None:
    buyer = await market.buyer()
    room = await market.room(buyer)
    placeholder = await market.publishes(room, photo("eight.jpg", seed=12))
    market.town.stripe.faults.webhooks_never(times=20)
    page = await market.pays(await market.link(buyer, room, placeholder))
    market.town.stripe.faults.clear()
    assert "Paid" in page.words
    assert len(await market.goods(buyer, 1)) == 1


async def test_doubled_and_forged_webhooks_deliver_once(market: Market) -> None:
    buyer = await market.buyer()
    room = await market.room(buyer)
    placeholder = await market.publishes(room, photo("nine.jpg", seed=13))
    link = await market.link(buyer, room, placeholder)
    market.town.stripe.faults.webhooks_doubled(times=20)
    market.town.stripe.faults.webhooks_forged(times=20)
    await market.pays(link)
    await market.hears(buyer, None, "🧾")
    await market.town.stripe.webhooks_done()
    market.town.stripe.faults.clear()
    assert len(await market.goods(buyer, 1)) == 1
    assert len([e for e in buyer.heard() if "🧾" in e.body]) == 1


async def test_somebody_elses_sale_in_the_same_account_is_ignored(market: Market) -> None:
    foreign = await market.town.stripe.foreign_checkout()
    await market.town.stripe.pay(str(foreign["id"]))
    await market.town.stripe.webhooks_done()
    assert {delivery.status for delivery in market.town.stripe.deliveries} <= {200, 400}
    assert market.town.stripe.deliveries[-1].status == 200


async def test_a_power_cut_after_the_payment_loses_nothing(market: Market) -> None:
    buyer = await market.buyer()
    room = await market.room(buyer)
    placeholder = await market.publishes(room, photo("ten.jpg", seed=14))
    link = await market.link(buyer, room, placeholder)
    async with Browser.open() as browser:
        checkout = await browser.submit(await browser.visit(link))
    market.town.product.kill()
    session = checkout.url.rpartition("/")[2]
    await market.town.stripe.pay(session)
    await market.town.product.restart()
    (event,) = await market.goods(buyer, 1)
    assert await buyer.open(event) == photo("ten.jpg", seed=14).data


async def test_a_homeserver_that_is_away_is_waited_for(market: Market) -> None:
    buyer = await market.buyer()
    room = await market.room(buyer)
    placeholder = await market.publishes(room, photo("eleven.jpg", seed=15))
    await market.town.synapse.stop()
    await market.town.product.stop()
    starting = asyncio.create_task(market.town.product.restart())
    await market.town.synapse.restart()
    await starting
    await market.pays(await market.link(buyer, room, placeholder))
    assert len(await market.goods(buyer, 1)) == 1


async def test_the_logs_and_records_hold_no_secrets(market: Market) -> None:
    configuration = market.town.product.configuration
    log = market.town.product.log_file.read_text()
    for secret in (*configuration.tokens, "cs_test_", "?for=", "harbour.jpg", "whsec_"):
        assert secret not in log
    records = sqlite3.connect(configuration.folder / "ppv.db")
    kek_free = "".join(records.iterdump())
    records.close()
    assert '"k":' not in kek_free


async def test_a_pinned_list_is_pinned_and_changes_by_itself(market: Market) -> None:
    room = await market.room()
    await market.seller.say(room, "!ppv pin")
    first = await market.hears(market.seller, room, "Nothing is on sale here")
    await market.publishes(room, photo("pinned.jpg", seed=7))
    await market.hears(market.seller, room, "On sale here, the newest first")
    state = ("rooms", room, "state", "m.room.pinned_events", "")
    pinned = await market.seller.session.request("GET", *state)
    assert pinned["pinned"] == [first.event_id]
