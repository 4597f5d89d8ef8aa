"""An offer that is taken down: off sale, out of sight, delivered to nobody any more."""

from datetime import timedelta

import pytest

from bot.domain.offers.offer import NotOnSale, OfferState
from bot.domain.people.audit_log import AuditAction
from bot.domain.people.permissions import Level, Permissions
from bot.domain.purchases.purchase import Purchase
from bot.errors import AuthenticationError, UserError
from bot.ids import OfferId, UserId, code_of
from bot.messages import Decision, Goods, Library, Line, Placeholder, Removed
from tests.support.bot_harness import ADMINS, ALICE, BOB, CAROL, LOUNGE, STUDIO, BotHarness

DORA = UserId("@dora:test")
FILE = b"\x89PNG a picture"


@pytest.fixture
def house() -> BotHarness:
    house = BotHarness()
    house.restart(
        permissions=Permissions({"test": Level.BUYER, ALICE: Level.SELLER, DORA: Level.ADMIN})
    )
    house.matrix.members[ADMINS] |= {DORA}
    return house


async def says(house: BotHarness, words: str) -> str:
    await house.says(DORA, ADMINS, f"!ppv admin {words}")
    return [each.words for each in house.matrix.in_room(ADMINS) if isinstance(each, Line)][-1]


async def with_a_buyer(house: BotHarness, buyer: UserId = BOB) -> OfferId:
    offer = await house.publishes(FILE)
    await wants(house, buyer)
    await house.pays(buyer)
    return offer


async def wants(house: BotHarness, buyer: UserId) -> None:
    await house.reacts(buyer, LOUNGE, house.matrix.event_of(Placeholder), "🔓")


def told(house: BotHarness, who: UserId) -> list[str]:
    room = STUDIO if who == ALICE else house.direct(who)
    return [each.words for each in house.matrix.in_room(room) if isinstance(each, Decision)]


def bought(house: BotHarness, buyer: UserId = BOB) -> Purchase:
    return next(p for p in house.store.records.purchases.values() if p.buyer == buyer)


async def test_it_is_gone_from_its_room_and_its_pages(house: BotHarness) -> None:
    offer = await with_a_buyer(house)
    link, placeholder = house.link_of(BOB), house.matrix.event_of(Placeholder)
    said = await says(house, f"takedown {code_of(offer)} a stolen picture")
    assert said.startswith(f"{code_of(offer)} is taken down")
    edited = next(each for each in house.matrix.said if each.event == placeholder)
    assert edited.message == Removed(code_of(offer))
    teaser = house.store.records.offers[offer].listings[0].teaser
    assert teaser in house.matrix.redacted
    for look in (
        house.bot.offer_page_view.offer(offer),
        house.bot.offer_page_view.purchase(offer, link),
    ):
        with pytest.raises(NotOnSale, match="taken down by the people who run this"):
            await look
    (act,) = house.store.records.admin_acts.values()
    assert (act.actor, act.action, act.target, act.reason) == (
        DORA,
        AuditAction.TAKE_DOWN,
        code_of(offer),
        "a stolen picture",
    )


async def test_free_previews_are_removed_too(house: BotHarness) -> None:
    await house.open_studio()
    await house.sends(ALICE, STUDIO, FILE, "free.png")
    await house.says(ALICE, STUDIO, "!ppv free 1")
    offer = await house.publishes(FILE)
    before = set(house.matrix.redacted)
    await says(house, f"takedown {code_of(offer)} a stolen picture")
    assert len(set(house.matrix.redacted) - before) == 2


async def test_nobody_gets_it_any_more(house: BotHarness) -> None:
    offer = await with_a_buyer(house)
    link = house.link_of(BOB)
    await says(house, f"takedown {code_of(offer)} a stolen picture")
    await house.says(BOB, LOUNGE, f"!ppv library {code_of(offer)}")
    assert "was taken down by the people who run this" in house.matrix.of(Line)[-1].words
    for who in (BOB, CAROL, ALICE):
        await house.says(who, LOUNGE, f"!ppv buy {code_of(offer)}")
        assert "was taken down by the people who run this" in house.matrix.of(Line)[-1].words
    assert len(house.matrix.of(Goods)) == 1
    await house.says(BOB, LOUNGE, "!ppv library")
    assert house.matrix.of(Library)[-1].entries == ()
    with pytest.raises(AuthenticationError):
        await house.bot.browser_download.files(link, "any secret")


async def test_a_browser_that_was_proven_opens_it_no_more(house: BotHarness) -> None:
    offer = await with_a_buyer(house)
    link = house.link_of(BOB)
    secret = await house.bot.start_download(link)
    shown = await house.bot.browser_download.page(offer, link, secret)
    assert shown
    await house.says(BOB, LOUNGE, f"!ppv claim {shown.code}")
    assert await house.bot.browser_download.files(link, secret)
    await says(house, f"takedown {code_of(offer)} a stolen picture")
    with pytest.raises(AuthenticationError):
        await house.bot.browser_download.files(link, secret)


async def test_both_sides_are_told(house: BotHarness) -> None:
    offer = await with_a_buyer(house)
    await says(house, f"takedown {code_of(offer)} a stolen picture")
    (to_seller,), (to_buyer,) = told(house, ALICE), told(house, BOB)
    assert "Their reason: a stolen picture" in to_seller
    assert "@help:test" in to_seller
    assert "What you have of it stays with you" in to_buyer
    assert "stolen" not in to_buyer
    assert bought(house).payments[0].refunds == ()


async def test_all_money_goes_back_where_that_is_wanted(house: BotHarness) -> None:
    offer = await with_a_buyer(house)
    said = await says(house, f"takedown {code_of(offer)} refund a stolen picture")
    assert "1 of 1 buyers get their money back" in said
    assert len(bought(house).payments[0].refunds) == 1
    assert "send your money back" in told(house, BOB)[0]
    assert "Their reason: a stolen picture" in told(house, ALICE)[0]
    handed = bought(house).deliveries[0].files[0].event
    assert handed in house.matrix.redacted


async def test_money_may_follow_later(house: BotHarness) -> None:
    offer = await with_a_buyer(house)
    await says(house, f"takedown {code_of(offer)} a stolen picture")
    await says(house, f"takedown {code_of(offer)} refund it was stolen indeed")
    assert len(bought(house).payments[0].refunds) == 1
    await says(house, f"takedown {code_of(offer)} refund again")
    assert len(bought(house).payments[0].refunds) == 1


async def test_who_paid_and_has_nothing_gets_the_money_back(house: BotHarness) -> None:
    offer = await house.publishes(FILE)
    await wants(house, BOB)
    hint = house.stripe.pay(await house.clicks(BOB))
    room = house.direct(BOB)
    house.matrix.members[room].discard(BOB)
    await house.stripe_says(hint)
    await says(house, f"takedown {code_of(offer)} a stolen picture")
    assert len(bought(house).payments[0].refunds) == 1
    await house.comes_into(room, BOB)
    await house.time_passes(days=2)
    assert house.matrix.of(Goods) == []


async def test_who_pays_while_it_is_taken_down_gets_the_money_back(house: BotHarness) -> None:
    offer = await house.publishes(FILE)
    await wants(house, BOB)
    hint = house.stripe.pay(await house.clicks(BOB))
    await says(house, f"takedown {code_of(offer)} a stolen picture")
    await house.stripe_says(hint)
    assert len(bought(house).payments[0].refunds) == 1
    assert house.matrix.of(Goods) == []
    with pytest.raises(UserError, match="taken down"):
        await house.bot.start_checkout(house.link_of(BOB))


async def test_a_mistake_is_undone(house: BotHarness) -> None:
    offer = await with_a_buyer(house)
    await says(house, f"takedown {code_of(offer)} a stolen picture")
    said = await says(house, f"restore {code_of(offer)} it is her own")
    assert "is allowed again" in said
    assert "it is her own" in told(house, ALICE)[-1]
    assert await house.bot.offer_page_view.offer(offer) is not None
    await house.says(BOB, LOUNGE, f"!ppv library {code_of(offer)}")
    assert len(house.matrix.of(Goods)) == 2
    assert [act.action for act in house.store.records.admin_acts.values()] == [
        AuditAction.TAKE_DOWN,
        AuditAction.RESTORE,
    ]


async def test_what_was_withdrawn_and_forgotten_does_not_come_back_on_sale(
    house: BotHarness,
) -> None:
    offer = await house.publishes(FILE)
    await house.says(ALICE, STUDIO, f"!ppv withdraw {code_of(offer)}")
    await house.time_passes(days=2)
    await says(house, f"takedown {code_of(offer)} a stolen picture")
    await says(house, f"restore {code_of(offer)} it is her own")
    assert house.store.records.offers[offer].state is OfferState.WITHDRAWN


async def test_a_reason_and_a_code_are_needed(house: BotHarness) -> None:
    offer = await house.publishes(FILE)
    assert "Please say why" in await says(house, f"takedown {code_of(offer)}")
    assert "Please say why" in await says(house, f"takedown {code_of(offer)} refund")
    assert "Write its code like this" in await says(house, "takedown sunset because")
    assert "no published offer" in await says(house, "takedown 00000-00000 because")
    assert house.store.records.offers[offer].state is OfferState.OPEN
    assert house.store.records.admin_acts == {}


@pytest.mark.parametrize("place", range(1, 12))
async def test_it_happens_once_wherever_the_program_dies(house: BotHarness, place: int) -> None:
    offer = await with_a_buyer(house)
    house.fuse.places, house.fuse.kills_at = 0, place
    await says(house, f"takedown {code_of(offer)} refund a stolen picture")
    await house.time_passes(seconds=timedelta(minutes=1).total_seconds())
    assert house.fuse.places >= place
    assert len(told(house, ALICE)) == len(told(house, BOB)) == 1
    assert len(bought(house).payments[0].refunds) == 1
    assert len(house.store.records.admin_acts) == 1
