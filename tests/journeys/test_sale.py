"""From the wish to buy to the goods in the buyer's chat."""

import hashlib
import io
from dataclasses import replace

import pytest
from nio.crypto import decrypt_attachment

from bot.domain.money.checkout_attempt import CheckoutSession, CheckoutStatus
from bot.domain.money.money import Money
from bot.domain.money.payment_event import PaymentEventRef
from bot.domain.offers.attachment import MediaKind
from bot.ids import CheckoutSessionId, LinkToken, PaymentIntentId, code_of
from bot.messages import (
    Bought,
    Goods,
    Library,
    Line,
    OwnGoods,
    PersonalLink,
    Placeholder,
    Receipt,
    Sold,
)
from tests.support.bot_harness import ALICE, BOB, CAROL, LOUNGE, BotHarness
from tests.support.fake_homeserver import BOT

PNG = b"\x89PNG a picture of the harbour"


@pytest.fixture
def house() -> BotHarness:
    return BotHarness()


def opened(house: BotHarness, goods: Goods) -> bytes:
    """As a client does it: fetch, check, decrypt."""
    file = goods.file.to_json()
    data = house.matrix.media[goods.file.url]
    assert data is not None
    plain: bytes = decrypt_attachment(data, file["key"]["k"], file["hashes"]["sha256"], file["iv"])
    return plain


async def wants(house: BotHarness) -> None:
    await house.reacts(BOB, LOUNGE, house.matrix.event_of(Placeholder), "🔓")


async def test_a_reaction_brings_the_personal_link_to_the_buyers_own_room(
    house: BotHarness,
) -> None:
    offer = await house.publishes(PNG)
    await wants(house)
    (link,) = house.matrix.of(PersonalLink)
    room = next(said.room for said in house.matrix.said if said.message is link)
    assert house.matrix.members[room] == {BOT, BOB}
    assert link.link.startswith(f"https://ppv.test/m/{offer}?for=")


async def test_the_command_brings_the_same_link(house: BotHarness) -> None:
    offer = await house.publishes(PNG)
    await wants(house)
    await house.says(BOB, LOUNGE, f"!ppv buy {code_of(offer)}")
    first, second = house.matrix.of(PersonalLink)
    assert first.link == second.link


async def test_a_whole_sale(house: BotHarness) -> None:
    film = b"not really a film" * 1000
    await house.publishes(PNG, film)
    await wants(house)
    await house.pays(BOB)
    (bought,) = house.matrix.of(Bought)
    assert (bought.buyer, bought.text, bought.again) == (BOB, "Sunset", False)
    goods = house.matrix.of(Goods)
    assert [opened(house, each) for each in goods] == [PNG, film]
    assert [each.name for each in goods] == ["1.png", "2.png"]
    assert all(each.kind is MediaKind.IMAGE for each in goods)
    header = house.matrix.event_of(Bought)
    assert {s.reply_to for s in house.matrix.said if isinstance(s.message, Goods)} == {header}
    (receipt,) = house.matrix.of(Receipt)
    assert (receipt.price, receipt.seller) == ("5.00 USD", ALICE)
    (sold,) = house.matrix.of(Sold)
    assert (sold.seller, sold.buyer) == (ALICE, BOB)


async def test_the_picture_comes_with_an_encrypted_thumbnail(house: BotHarness) -> None:
    await house.publishes(PNG)
    await wants(house)
    await house.pays(BOB)
    thumbnail = house.matrix.of(Goods)[0].thumbnail
    assert thumbnail is not None
    data = house.matrix.media[thumbnail.file.url]
    assert data is not None
    assert hashlib.sha256(data).digest() == thumbnail.file.sha256
    assert b"thumbnail of" not in data


async def test_each_attachment_has_a_key_of_its_own(house: BotHarness) -> None:
    await house.publishes(PNG, PNG, PNG)
    await wants(house)
    await house.pays(BOB)
    keys = {each.file.key.key for each in house.matrix.of(Goods)}
    assert len(keys) == 3


async def test_a_second_click_gets_the_same_checkout(house: BotHarness) -> None:
    await house.publishes(PNG)
    await wants(house)
    assert await house.clicks(BOB) == await house.clicks(BOB)
    assert len(house.stripe.checkouts) == 1


async def test_an_expired_checkout_is_followed_by_a_new_one_from_the_same_link(
    house: BotHarness,
) -> None:
    await house.publishes(PNG)
    await wants(house)
    first = await house.clicks(BOB)
    await house.stripe_says(house.stripe.lapses(first))
    (purchase,) = house.store.records.purchases.values()
    assert purchase.attempts[0].state is CheckoutStatus.EXPIRED
    second = await house.clicks(BOB)
    assert first != second
    await house.stripe_says(house.stripe.pay(second))
    assert len(house.matrix.of(Goods)) == 1


async def test_a_lost_webhook_is_made_good_when_the_checkout_has_ended(house: BotHarness) -> None:
    await house.publishes(PNG)
    await wants(house)
    house.stripe.pay(await house.clicks(BOB))
    await house.time_passes(minutes=47)
    assert len(house.matrix.of(Goods)) == 1


async def test_webhook_and_success_page_together_deliver_once(house: BotHarness) -> None:
    await house.publishes(PNG)
    await wants(house)
    session = await house.clicks(BOB)
    hint = house.stripe.pay(session)
    for told in (hint, hint, replace(hint, event="another")):
        await house.stripe_says(told)
    after = await house.bot.offer_page_view.after_payment(session)
    assert after is not None
    assert (after.paid, after.delivered) == (True, True)
    await house.work()
    assert len(house.matrix.of(Goods)) == len(house.matrix.of(Receipt)) == 1


async def test_the_success_page_delivers_without_any_webhook(house: BotHarness) -> None:
    await house.publishes(PNG)
    await wants(house)
    session = await house.clicks(BOB)
    before = await house.bot.offer_page_view.after_payment(session)
    assert before is not None
    assert not before.paid
    house.stripe.pay(session)
    await house.bot.offer_page_view.after_payment(session)
    await house.work()
    assert len(house.matrix.of(Goods)) == 1


async def test_who_owns_it_gets_it_again_and_pays_nothing(house: BotHarness) -> None:
    offer = await house.publishes(PNG)
    await wants(house)
    await house.pays(BOB)
    await wants(house)
    await house.says(BOB, LOUNGE, f"!ppv buy {code_of(offer)}")
    assert len(house.matrix.of(Goods)) == 3
    assert [each.again for each in house.matrix.of(Bought)] == [False, True, True]
    assert len(house.matrix.of(Receipt)) == len(house.stripe.checkouts) == 1
    link = house.link_of(BOB)
    assert await house.bot.start_checkout(link) == f"https://ppv.test/m/{offer}?for={link}"


async def test_the_library_lists_and_sends_again(house: BotHarness) -> None:
    offer = await house.publishes(PNG)
    await wants(house)
    await house.pays(BOB)
    await house.says(BOB, LOUNGE, "!ppv library")
    (library,) = house.matrix.of(Library)
    assert [(e.code, e.price) for e in library.entries] == [(code_of(offer), "5.00 USD")]
    await house.says(BOB, LOUNGE, f"!ppv library {code_of(offer).lower()}")
    assert len(house.matrix.of(Goods)) == 2


async def test_the_homeservers_copy_is_renewed_when_it_is_gone(house: BotHarness) -> None:
    offer = await house.publishes(PNG)
    await wants(house)
    await house.pays(BOB)
    for url in house.store.records.media_copies.values():
        house.matrix.media.pop(url)
    await house.says(BOB, LOUNGE, f"!ppv library {code_of(offer)}")
    assert opened(house, house.matrix.of(Goods)[-1]) == PNG


async def test_the_seller_sees_the_own_goods_for_nothing(house: BotHarness) -> None:
    offer = await house.publishes(PNG)
    await house.says(ALICE, LOUNGE, f"!ppv buy {code_of(offer)}")
    assert len(house.matrix.of(OwnGoods)) == len(house.matrix.of(Goods)) == 1
    assert not house.store.records.purchases


async def test_the_wrong_amount_unlocks_nothing(house: BotHarness) -> None:
    await house.publishes(PNG)
    await wants(house)
    await house.pays(BOB, Money(1, "usd"))
    assert not house.matrix.of(Goods)
    (dead,) = await house.store.queue.failed_jobs()
    assert "amount" in dead.error


async def test_somebody_elses_checkout_is_left_alone(house: BotHarness) -> None:
    await house.publishes(PNG)
    foreign = CheckoutSessionId("cs_test_foreign")
    house.stripe.checkouts[foreign] = CheckoutSession(
        session=foreign,
        reference="mugs",
        state=CheckoutStatus.COMPLETE,
        one_time=True,
        live=False,
        amounts=None,
    )
    await house.stripe_says(PaymentEventRef(event="evt_foreign", about=foreign, is_checkout=True))
    payment = PaymentIntentId("pi_foreign")
    await house.stripe_says(PaymentEventRef(event="evt_theirs", about=payment, is_checkout=False))
    assert not await house.store.queue.failed_jobs()
    assert await house.bot.offer_page_view.after_payment(foreign) is None


async def test_two_buyers_get_the_same_ciphertext_and_know_nothing_of_each_other(
    house: BotHarness,
) -> None:
    await house.publishes(PNG)
    placeholder = house.matrix.event_of(Placeholder)
    for buyer in (BOB, CAROL):
        await house.reacts(buyer, LOUNGE, placeholder, "🔓")
        await house.pays(buyer)
    first, second = house.matrix.of(Goods)
    assert first.file.url == second.file.url
    rooms = {said.room for said in house.matrix.said if isinstance(said.message, Goods)}
    assert len(rooms) == 2


async def test_no_money_moves_before_the_buyer_is_in_the_direct_room(house: BotHarness) -> None:
    await house.publishes(PNG)
    await wants(house)
    async with house.store.begin() as uow:
        room = await uow.direct_rooms.of(BOB)
    assert room
    house.matrix.members[room].discard(BOB)
    with pytest.raises(Exception, match="accept my invitation"):
        await house.bot.start_checkout(house.link_of(BOB))
    assert (room, BOB) in house.matrix.invited
    assert not house.stripe.checkouts


async def test_who_takes_no_invitations_is_told_in_the_room(house: BotHarness) -> None:
    await house.publishes(PNG)
    house.matrix.shut.add(BOB)
    await wants(house)
    assert "takes no invitations" in house.matrix.of(Line)[-1].words
    assert house.matrix.said[-1].room == LOUNGE


async def test_what_is_paid_waits_until_the_door_opens(house: BotHarness) -> None:
    await house.publishes(PNG)
    await wants(house)
    session = await house.clicks(BOB)
    hint = house.stripe.pay(session)
    async with house.store.begin() as uow:
        room = await uow.direct_rooms.of(BOB)
    assert room
    house.matrix.members[room].clear()
    house.matrix.shut.add(BOB)
    await house.stripe_says(hint)
    assert not house.matrix.of(Goods)
    house.matrix.shut.clear()
    await house.time_passes(days=2)
    assert len(house.matrix.of(Goods)) == 1


async def test_pages_show_and_create_nothing(house: BotHarness) -> None:
    offer = await house.publishes(PNG)
    await wants(house)
    records = house.store.records
    before = (dict(records.offers), dict(records.purchases), dict(records.jobs))
    page = await house.bot.offer_page_view.offer(offer)
    personal = await house.bot.offer_page_view.purchase(offer, house.link_of(BOB))
    assert page is not None
    assert personal is not None
    assert (page.text, page.price, page.ended) == ("Sunset", "5.00 USD", None)
    assert (personal.buyer, personal.owned) == (BOB, False)
    assert await house.bot.offer_page_view.purchase(offer, LinkToken("forged")) is None
    after = house.store.records
    assert (after.offers, after.purchases, after.jobs) == before
    assert not house.stripe.checkouts


async def test_an_unpublished_draft_has_no_page(house: BotHarness) -> None:
    await house.open_studio()
    await house.says(ALICE, next(iter(house.store.records.direct_rooms)), "5 USD Sunset")
    (offer,) = house.store.records.offers
    assert await house.bot.offer_page_view.offer(offer) is None


async def test_delivered_bytes_decrypt_in_a_stream_too(house: BotHarness) -> None:
    big = bytes(range(256)) * 3900
    await house.publishes(big)
    await wants(house)
    await house.pays(BOB)
    assert io.BytesIO(opened(house, house.matrix.of(Goods)[0])).read() == big
