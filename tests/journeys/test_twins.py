"""The same file twice: sellers hear that they sell it already, buyers that they have it, and nobody of others."""

import hashlib

from bot.domain.people.permissions import Level, Permissions
from bot.ids import OfferId, UserId, code_of
from bot.messages import DraftCard, PersonalLink
from tests.support.bot_harness import ALICE, BOB, CAROL, LOUNGE, RULES, STUDIO, BotHarness
from tests.support.member_pages_client import signed_in

SUNSET, DAWN = b"\x89PNG a sunset", b"\x89PNG dawn"


def twins_on_card(house: BotHarness) -> list[str | None]:
    return [item.twin for item in house.matrix.of(DraftCard)[-1].items]


async def asks_for(house: BotHarness, buyer: UserId, offer: OfferId) -> PersonalLink:
    placeholder = house.store.records.offers[offer].listings[0].placeholder
    assert placeholder
    await house.reacts(buyer, LOUNGE, placeholder, "🔓")
    return house.matrix.of(PersonalLink)[-1]


async def personal_page(house: BotHarness, buyer: UserId, offer: OfferId) -> str:
    async with signed_in(house) as browser:
        answer = await browser.client.get(f"/m/{offer}?for={house.link_of(buyer)}")
        assert answer.status == 200
        return await answer.text()


async def test_a_seller_hears_where_the_same_file_is_on_sale(house: BotHarness) -> None:
    offer = await house.publishes(SUNSET)
    await house.time_passes(minutes=1)
    await house.sends(ALICE, STUDIO, DAWN, "dawn.png")
    await house.sends(ALICE, STUDIO, SUNSET, "other name.png")
    words = f"on sale already: {code_of(offer)} in #lounge:test"
    assert twins_on_card(house) == [None, words]
    (draft,) = [id_ for id_ in house.store.records.offers if id_ != offer]
    async with signed_in(house) as browser:
        assert words in await browser.page(f"/studio/offers/{draft}")
    await house.says(ALICE, STUDIO, f"!ppv withdraw {code_of(offer)}")
    await house.says(ALICE, STUDIO, "!ppv draft")
    assert twins_on_card(house) == [None, None]


async def test_the_same_file_twice_in_a_draft_is_said(house: BotHarness) -> None:
    for name in ("1.png", "2.png"):
        await house.sends(ALICE, STUDIO, SUNSET, name)
    assert twins_on_card(house) == [None, "the same as file 1"]
    await house.says(ALICE, STUDIO, "!ppv free 1")
    assert twins_on_card(house) == [None, None], "a preview of it may be what it is"


async def test_a_seller_hears_nothing_of_what_others_sell(house: BotHarness) -> None:
    await house.publishes(SUNSET)
    house.restart(permissions=Permissions({**RULES.permissions.rules, BOB: Level.SELLER}))
    room = await house.matrix.open_direct(BOB)
    async with house.store.begin() as uow:
        await uow.direct_rooms.save(BOB, room)
    await house.sends(BOB, room, SUNSET, "1.png")
    assert twins_on_card(house) == [None]


async def test_a_buyer_is_told_before_paying_what_they_have_already(house: BotHarness) -> None:
    first = await house.publishes(SUNSET)
    assert (await asks_for(house, BOB, first)).already == ()
    await house.pays(BOB)
    await house.time_passes(minutes=1)
    second = await house.publishes(DAWN, SUNSET)
    assert (await asks_for(house, BOB, second)).already == (("1.png", code_of(first)),)
    page = await personal_page(house, BOB, second)
    assert "you have one of these files already" in page
    assert code_of(first) not in page, "the link may be in other hands"
    assert "Unlock for 5.00 USD" in page
    await house.pays(BOB)
    assert "files already" not in await personal_page(house, BOB, second)


async def test_nobody_is_told_of_what_others_have_or_what_went_back(house: BotHarness) -> None:
    first = await house.publishes(SUNSET)
    await asks_for(house, BOB, first)
    await house.pays(BOB)
    await house.time_passes(minutes=1)
    second = await house.publishes(SUNSET)
    assert (await asks_for(house, CAROL, second)).already == ()
    (sale,) = [each for each in house.store.records.purchases.values() if each.payments]
    async with house.store.begin() as uow:
        offer = await uow.offers.get(first)
        assert offer
        await uow.offers.save(offer.taken_down())
    assert sale.has_access
    assert (await asks_for(house, BOB, second)).already == (), "it cannot be sent again"


async def test_the_records_do_not_tell_which_file_it_is(house: BotHarness) -> None:
    offer = await house.publishes(SUNSET)
    (file,) = house.store.records.offers[offer].attachments
    assert file.encrypted
    fingerprint = file.encrypted.fingerprint
    assert fingerprint
    assert fingerprint != hashlib.sha256(SUNSET).digest()
    other = BotHarness()
    again = await other.publishes(SUNSET)
    (file,) = other.store.records.offers[again].attachments
    assert file.encrypted
    assert file.encrypted.fingerprint != fingerprint, "each house has a key of its own"
    assert house.store.records.data_keys["fingerprints"].kek == "memory"


async def test_a_new_key_encryption_key_changes_nothing(house: BotHarness) -> None:
    offer = await house.publishes(SUNSET)
    house.vault.rotate("second")
    await house.bot.rewrap_keys.begin()
    await house.work()
    assert house.store.records.data_keys["fingerprints"].kek == "second"
    await house.time_passes(minutes=1)
    await house.sends(ALICE, STUDIO, SUNSET, "again.png")
    assert twins_on_card(house) == [f"on sale already: {code_of(offer)} in #lounge:test"]


async def test_a_key_that_is_lost_is_replaced_and_selling_goes_on(house: BotHarness) -> None:
    await house.publishes(SUNSET)
    house.vault.rotate("second")
    del house.vault.keks[next(iter(house.vault.keks))]
    await house.sends(ALICE, STUDIO, SUNSET, "1.png")
    await house.sends(ALICE, STUDIO, SUNSET, "2.png")
    assert twins_on_card(house) == [None, "the same as file 1"]
