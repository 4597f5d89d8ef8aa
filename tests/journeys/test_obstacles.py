"""What stands between a payment and its goods: each obstacle shows, is tried again, and has an end."""

import pytest

from appservice.health.delivery_health import overdue_deliveries, undelivered
from bot.domain.purchases.delivery import DeliveryBlocker, DeliveryChannel
from bot.domain.purchases.purchase import Purchase
from bot.errors import TemporaryError, UserError
from bot.ids import OfferId, RoomId, code_of, sale_code_of
from bot.messages import (
    Alert,
    Bought,
    DraftCard,
    FreePreview,
    Goods,
    GoodsOnPage,
    Library,
    Line,
    OwnGoods,
    Placeholder,
    PreviewAfter,
    Published,
    Receipt,
)
from bot.ports import NotTaken
from bot.services.delivery.undelivered import not_fetched_alert
from tests.support.bot_harness import ALICE, BOB, LOUNGE, STUDIO, BotHarness
from tests.support.fake_homeserver import BOT

SMALL = b"\x89PNG the harbour"
LARGE = b"\x89PNG " + b"the whole coast " * 60
LIMIT = 500


@pytest.fixture
def house() -> BotHarness:
    return BotHarness()


async def is_about_to_pay(house: BotHarness, *files: bytes) -> OfferId:
    offer = await house.publishes(*files)
    await house.reacts(BOB, LOUNGE, house.matrix.event_of(Placeholder), "🔓")
    return offer


def purchase(house: BotHarness) -> Purchase:
    (only,) = house.store.records.purchases.values()
    return only


def chat(house: BotHarness) -> list[str]:
    return [type(each).__name__ for each in house.matrix.in_room(house.direct(BOB))]


# --- the homeserver's limit for files


async def test_what_is_larger_than_the_homeserver_takes_is_handed_over_by_the_buyers_page(
    house: BotHarness,
) -> None:
    house.matrix.largest_file = LIMIT
    offer = await is_about_to_pay(house, SMALL, LARGE)
    await house.pays(BOB)
    (instead,) = house.matrix.of(GoodsOnPage)
    link = house.link_of(BOB)
    assert instead.link == f"https://ppv.test/m/{offer}/claim?for={link}"
    assert (instead.name, instead.too_large) == ("2.png", True)
    assert chat(house)[-4:] == ["Bought", "Goods", "GoodsOnPage", "Receipt"]
    handed = purchase(house).deliveries[-1].files
    assert [each.channel for each in handed] == [DeliveryChannel.CHAT, DeliveryChannel.WEB]
    assert purchase(house).delivered
    assert purchase(house).delivered_on_page == 1
    assert await house.store.queue.failed_jobs() == ()


async def test_the_link_goes_to_the_buyers_own_room_alone(house: BotHarness) -> None:
    house.matrix.largest_file = LIMIT
    await is_about_to_pay(house, LARGE)
    await house.pays(BOB)
    assert {said.room for said in house.matrix.said_of(GoodsOnPage)} == {house.direct(BOB)}


async def test_the_page_gives_out_what_the_chat_does_not_and_only_once_it_is_proven(
    house: BotHarness,
) -> None:
    house.matrix.largest_file = LIMIT
    await is_about_to_pay(house, LARGE)
    await house.pays(BOB)
    link = house.link_of(BOB)
    secret = await house.bot.start_download(link)
    offer = purchase(house).offer
    page = await house.bot.browser_download.page(offer, link, secret)
    assert page is not None
    assert page.stuck is None
    await house.says(BOB, house.direct(BOB), f"claim {page.code}")
    (file,) = await house.bot.browser_download.files(link, secret)
    size, chunks = await house.bot.browser_download.ciphertext(link, secret, file.number)
    assert size == len(b"".join([chunk async for chunk in chunks])) == len(LARGE)


async def test_a_limit_that_is_lowered_after_publishing_and_raised_again(house: BotHarness) -> None:
    await is_about_to_pay(house, LARGE)
    house.matrix.largest_file = LIMIT
    await house.pays(BOB)
    assert len(house.matrix.of(GoodsOnPage)) == 1
    assert not house.matrix.of(Goods)
    house.matrix.largest_file = None
    await house.says(BOB, house.direct(BOB), f"library {house.matrix.of(Placeholder)[0].code}")
    assert len(house.matrix.of(Goods)) == 1
    assert purchase(house).delivered_on_page == 0


async def test_what_a_proxy_refuses_is_handed_over_by_the_page_as_well(house: BotHarness) -> None:
    house.matrix.proxy_takes = LIMIT
    await is_about_to_pay(house, SMALL, LARGE)
    await house.pays(BOB)
    assert [each.name for each in house.matrix.of(GoodsOnPage)] == ["2.png"]
    assert purchase(house).delivered


async def test_the_seller_is_told_while_it_is_a_draft(house: BotHarness) -> None:
    house.matrix.largest_file = LIMIT
    await house.open_studio()
    await house.sends(ALICE, STUDIO, SMALL, "small.png")
    await house.sends(ALICE, STUDIO, LARGE, "large.png")
    await house.time_passes(minutes=1)
    notes = [item.note for item in house.matrix.of(DraftCard)[-1].items]
    assert notes[0] is None
    assert "their own web page" in (notes[1] or "")
    (offer,) = house.store.records.offers
    sheet = await house.bot.draft_view.sheet(ALICE, offer)
    assert sheet is not None
    assert list(sheet.notes.values()) == [notes[1]]


async def test_the_preview_and_a_sellers_own_goods_say_what_buyers_get(house: BotHarness) -> None:
    house.matrix.largest_file = LIMIT
    await house.open_studio()
    await house.sends(ALICE, STUDIO, LARGE, "large.png")
    await house.says(ALICE, STUDIO, "5 USD Sunset")
    await house.says(ALICE, STUDIO, "!ppv preview")
    assert house.matrix.of(PreviewAfter)
    (shown,) = house.matrix.of(GoodsOnPage)
    assert shown.link is None
    await house.says(ALICE, STUDIO, "!ppv publish #lounge:test")
    await house.reacts(ALICE, LOUNGE, house.matrix.said_of(Placeholder)[-1].event, "🔓")
    assert house.matrix.of(OwnGoods)
    assert len(house.matrix.of(GoodsOnPage)) == 2
    assert await house.store.queue.failed_jobs() == ()


async def test_a_free_preview_that_is_too_large_does_not_keep_the_offer_from_its_room(
    house: BotHarness,
) -> None:
    house.matrix.largest_file = LIMIT
    await house.open_studio()
    await house.sends(ALICE, STUDIO, LARGE, "large.png")
    await house.sends(ALICE, STUDIO, SMALL, "small.png")
    await house.says(ALICE, STUDIO, "5 USD Sunset")
    await house.says(ALICE, STUDIO, "!ppv free 1")
    await house.says(ALICE, STUDIO, "!ppv publish #lounge:test")
    assert len(house.matrix.of(Published)) == 1
    assert not house.matrix.of(FreePreview)
    assert await house.store.queue.failed_jobs() == ()


# --- the media repository


@pytest.mark.parametrize("code", ["M_UNRECOGNIZED", "M_FORBIDDEN"])
async def test_a_media_repository_that_is_off_or_full_sends_the_buyer_to_the_page(
    house: BotHarness, code: str
) -> None:
    await is_about_to_pay(house, SMALL)
    house.matrix.media_trouble = NotTaken(f"the homeserver answered 403 {code}")
    await house.pays(BOB)
    (instead,) = house.matrix.of(GoodsOnPage)
    assert not instead.too_large
    assert purchase(house).delivered
    (alert,) = house.matrix.of(Alert)
    assert code in alert.words


async def test_a_media_repository_that_fails_for_an_hour_sends_the_buyer_to_the_page(
    house: BotHarness,
) -> None:
    await is_about_to_pay(house, SMALL)
    house.matrix.media_trouble = TemporaryError("the homeserver answered 500")
    await house.pays(BOB)
    assert purchase(house).blocker is DeliveryBlocker.SLOW
    assert not house.matrix.of(Bought), "nothing is said to be here before it is"
    for _ in range(4):
        await house.time_passes(minutes=20)
    assert len(house.matrix.of(GoodsOnPage)) == 1
    assert purchase(house).delivered
    assert purchase(house).blocker is None
    assert len(house.matrix.of(Alert)) == 1


async def test_who_asks_again_while_it_is_being_sent_is_told_so_and_gets_it_once(
    house: BotHarness,
) -> None:
    await is_about_to_pay(house, SMALL)
    house.matrix.media_trouble = TemporaryError("the homeserver answered 502")
    await house.pays(BOB)
    code = code_of(purchase(house).offer)
    await house.says(BOB, house.direct(BOB), f"!ppv library {code}")
    assert "sending you that already" in house.matrix.of(Line)[-1].words
    house.matrix.media_trouble = None
    await house.says(BOB, house.direct(BOB), f"!ppv library {code}")
    await house.time_passes(minutes=20)
    assert len(house.matrix.of(Goods)) == 1


async def test_a_media_repository_that_comes_back_within_the_hour_gets_the_files(
    house: BotHarness,
) -> None:
    await is_about_to_pay(house, SMALL)
    house.matrix.media_trouble = TemporaryError("the homeserver answered 502")
    await house.pays(BOB)
    house.matrix.media_trouble = None
    await house.time_passes(minutes=20)
    assert len(house.matrix.of(Goods)) == 1
    assert not house.matrix.of(Alert)


# --- the room


async def test_where_the_bot_may_not_speak_the_buyer_and_the_admins_are_told_and_it_is_tried_again(
    house: BotHarness,
) -> None:
    await is_about_to_pay(house, SMALL)
    house.matrix.muted.add(house.direct(BOB))
    session = await house.pays(BOB)
    assert not purchase(house).delivered
    assert purchase(house).blocker is DeliveryBlocker.HELD_UP
    after = await house.bot.offer_page_view.payment_status(session)
    assert after is not None
    assert not after.delivered
    assert "tried again" in str(after.stuck)
    (dead,) = await house.store.queue.failed_jobs()
    assert dead.kind == "deliver"
    assert dead.retry_at is not None
    assert any("`deliver`" in alert.words for alert in house.matrix.of(Alert))
    for _ in range(40):
        await house.time_passes(days=1)
    house.matrix.muted.clear()
    await house.time_passes(days=1)
    assert len(house.matrix.of(Goods)) == 1
    assert len(house.matrix.of(Receipt)) == 1
    assert purchase(house).blocker is None
    assert await house.store.queue.failed_jobs() == ()


async def test_a_delivery_that_was_cut_off_by_a_change_of_rooms_is_whole_in_the_new_one(
    house: BotHarness,
) -> None:
    await is_about_to_pay(house, SMALL, LARGE)
    old = house.direct(BOB)
    send, sent = house.matrix.send, 0

    async def cut_off(room: RoomId, message: object, *rest: object, **more: object) -> object:
        nonlocal sent
        sent += isinstance(message, Goods)
        if sent == 2:
            house.matrix.members[old].discard(BOT)
            raise UserError("I am not in that room.")
        return await send(room, message, *rest, **more)  # type: ignore[arg-type]

    house.matrix.send = cut_off  # type: ignore[method-assign, assignment]
    await house.pays(BOB)
    house.matrix.send = send  # type: ignore[method-assign]
    assert len(house.matrix.of(Goods)) == 1
    await house.time_passes(hours=1)
    new = house.direct(BOB) if house.direct(BOB) != old else max(house.matrix.opened)
    assert len([each for each in house.matrix.in_room(new) if isinstance(each, Goods)]) == 2
    assert purchase(house).delivered
    rooms = {each.room for each in purchase(house).deliveries[-1].files}
    assert rooms == {old, new}


# --- asking again, and giving up


async def test_asking_again_for_what_waits_tries_at_once_and_sends_one_round(
    house: BotHarness,
) -> None:
    await is_about_to_pay(house, SMALL)
    house.matrix.muted.add(house.direct(BOB))
    await house.pays(BOB)
    house.matrix.muted.clear()
    await house.says(BOB, house.direct(BOB), f"library {house.matrix.of(Placeholder)[0].code}")
    assert len(house.matrix.of(Goods)) == 1
    assert len(purchase(house).deliveries) == 1
    assert await house.store.queue.failed_jobs() == ()


async def test_the_library_says_what_has_not_come_yet(house: BotHarness) -> None:
    await is_about_to_pay(house, SMALL)
    own = house.direct(BOB)
    house.matrix.muted.add(own)
    await house.pays(BOB)
    house.matrix.muted.clear()
    await house.says(BOB, own, "library")
    (entry,) = house.matrix.of(Library)[-1].entries
    assert not entry.delivered
    assert "tried again" in str(entry.stuck)
    (bought,) = (await house.bot.library_view(BOB)).bought
    assert (bought.delivered, bought.stuck) == (False, entry.stuck)


async def test_a_delivery_that_fails_in_any_other_way_is_recorded_and_tried_again(
    house: BotHarness,
) -> None:
    await is_about_to_pay(house, SMALL)
    blobs = dict(house.blobs.blobs)
    house.blobs.blobs.clear()
    await house.pays(BOB)
    assert purchase(house).blocker is DeliveryBlocker.HELD_UP
    house.blobs.blobs.update(blobs)
    await house.time_passes(minutes=15)
    assert purchase(house).delivered


async def test_what_is_refunded_is_tried_no_more(house: BotHarness) -> None:
    await is_about_to_pay(house, SMALL)
    house.matrix.muted.add(house.direct(BOB))
    await house.pays(BOB)
    await house.stripe_says(house.stripe.gives_back(purchase(house).payments[0].intent))
    house.matrix.muted.clear()
    await house.time_passes(days=2)
    assert not house.matrix.of(Goods)
    assert await house.store.queue.failed_jobs() == ()


async def test_what_an_older_version_gave_up_is_taken_up_at_the_next_start(
    house: BotHarness,
) -> None:
    """Jobs that ended in a refusal were written down as done once."""
    await is_about_to_pay(house, SMALL)
    house.matrix.muted.add(house.direct(BOB))
    await house.pays(BOB)
    house.store.records.jobs.clear()
    house.matrix.muted.clear()
    await house.bot.resume_deliveries.begin()
    await house.work()
    assert len(house.matrix.of(Goods)) == 1


async def test_what_waits_for_long_is_told_to_the_people_who_run_this(house: BotHarness) -> None:
    await is_about_to_pay(house, SMALL)
    house.matrix.muted.add(house.direct(BOB))
    await house.pays(BOB)
    assert await overdue_deliveries(house.store, house.clock) is None
    await house.time_passes(hours=2)
    words = await overdue_deliveries(house.store, house.clock)
    assert words is not None
    assert sale_code_of(purchase(house).id) in words
    house.matrix.muted.clear()
    await house.time_passes(days=1)
    assert await overdue_deliveries(house.store, house.clock) is None


async def test_a_buyer_who_does_not_come_for_days_is_told_of_apart(house: BotHarness) -> None:
    await is_about_to_pay(house, SMALL)
    hint = house.stripe.pay(await house.clicks(BOB))
    house.matrix.members[house.direct(BOB)].discard(BOB)
    await house.stripe_says(hint)
    await house.time_passes(days=4)
    owed = await undelivered(house.store, house.clock)
    assert owed.overdue == ()
    assert [each.id for each in owed.not_fetched] == [purchase(house).id]
    assert "not come" in str(not_fetched_alert(owed))
