"""The ledger, and sales by other things than what they are: in memory and in SQLite alike."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from bot.domain.money.checkout_attempt import CheckoutRequest, CheckoutStatus
from bot.domain.money.connected_account import ConnectedAccount
from bot.domain.money.money import Money
from bot.domain.offers.offer import OfferState
from bot.domain.people.access_log import AccessKind, AccessLogEntry
from bot.domain.purchases.download_session import DownloadSession
from bot.domain.purchases.ledger import EntryType, LedgerEntry
from bot.domain.purchases.purchase import Purchase
from bot.ids import (
    AccountId,
    CheckoutSessionId,
    ClaimId,
    OfferId,
    PaymentIntentId,
    PurchaseId,
    UserId,
    parse_sale_code,
    sale_code_of,
)
from tests.contract.conftest import AnyStore, Mishap, mishap_after
from tests.support.factories import FIVE, NOON, draft, paid, purchase

SALLY, TOM = UserId("@sally:test"), UserId("@tom:test")
HOUR = timedelta(hours=1)
OFFER = OfferId("offer00001")


def entry(
    reference: str,
    minor: int,
    *,
    movement: EntryType = EntryType.PAID,
    seller: UserId = SALLY,
    at: datetime = NOON,
) -> LedgerEntry:
    return LedgerEntry(
        entry_type=movement,
        reference=reference,
        purchase=PurchaseId("p1"),
        offer=OFFER,
        seller=seller,
        amount=Money(minor, "usd"),
        at=at,
    )


async def add(store: AnyStore, *entries: LedgerEntry) -> None:
    async with store.begin() as uow:
        for each in entries:
            await uow.ledger.add(each)


async def test_a_movement_is_booked_once_and_the_first_word_stands(store: AnyStore) -> None:
    await add(store, entry("pi_1", 500), entry("pi_1", 900))
    await add(store, entry("pi_1", 700), entry("pi_1", -500, movement=EntryType.REFUNDED))
    async with store.begin() as uow:
        booked = await uow.ledger.of(None)
    assert [each.amount.minor for each in booked] == [500, -500]


async def test_what_was_not_committed_is_not_booked(store: AnyStore) -> None:
    with pytest.raises(Mishap):
        await mishap_after(store, lambda uow: uow.ledger.add(entry("pi_1", 500)))
    async with store.begin() as uow:
        assert await uow.ledger.of(None) == ()


async def test_movements_are_told_by_seller_and_time_the_oldest_first(store: AnyStore) -> None:
    await add(
        store,
        entry("pi_3", 3, at=NOON + 2 * HOUR),
        entry("pi_1", 1),
        entry("pi_2", 2, at=NOON + HOUR),
        entry("pi_9", 9, seller=TOM),
    )
    async with store.begin() as uow:
        sallys = await uow.ledger.of(SALLY)
        some = await uow.ledger.of(SALLY, NOON + HOUR, NOON + 2 * HOUR)
        toms = await uow.ledger.of(TOM)
    assert [each.reference for each in sallys] == ["pi_1", "pi_2", "pi_3"]
    assert [each.reference for each in some] == ["pi_2"]
    assert toms == (entry("pi_9", 9, seller=TOM),)


def in_checkout(
    name: str, state: CheckoutStatus, buyer: UserId, offer: OfferId = OFFER
) -> Purchase:
    request = CheckoutRequest(
        purchase=PurchaseId(name),
        attempt=1,
        price=FIVE,
        title="Three evenings",
        expires_at=NOON + HOUR,
        success_url="https://shop.test/success",
        cancel_url="https://shop.test/m/offer00001",
    )
    session = CheckoutSessionId(f"cs_{name}")
    begun = purchase(name, offer=offer, buyer=buyer).with_attempt(request)
    opened = begun.attempt_opened(1, session, "https://pay.test/1")
    return opened if state is CheckoutStatus.OPEN else opened.attempt_ended(session, state)


async def test_open_checkouts_of_an_offer_are_found(store: AnyStore) -> None:
    async with store.begin() as uow:
        for offer in (OFFER, OfferId("offer00002")):
            await uow.offers.save(draft(offer))
        for each in (
            in_checkout("p1", CheckoutStatus.OPEN, SALLY),
            in_checkout("p2", CheckoutStatus.EXPIRED, TOM),
            in_checkout("p3", CheckoutStatus.OPEN, TOM, OfferId("offer00002")),
        ):
            await uow.purchases.save(each)
    async with store.begin() as uow:
        found = await uow.purchases.in_checkout(OFFER)
        everybody = await uow.purchases.of(OFFER)
    assert [each.id for each in found] == ["p1"]
    assert [each.id for each in everybody] == ["p1", "p2"]


async def test_a_sale_is_found_by_its_code_however_it_is_typed(store: AnyStore) -> None:
    mine = PurchaseId("pk7qm2xpa4efghjkmnpqrstvw")
    async with store.begin() as uow:
        await uow.offers.save(draft(OFFER))
        await uow.purchases.save(replace(purchase(), id=mine))
    for typed in ("S-K7QM2-XPA4E", "s-k7qm2xpa4e", " s k7qm2 xpa4e "):
        code = parse_sale_code(typed)
        assert code == sale_code_of(mine)
        async with store.begin() as uow:
            found = await uow.purchases.by_code(code)
        assert found is not None
        assert found.id == mine
    nobody = parse_sale_code("S-00000-00000")
    assert nobody
    async with store.begin() as uow:
        assert await uow.purchases.by_code(nobody) is None


async def test_a_refund_request_is_kept_with_what_asked_for_it(store: AnyStore) -> None:
    intent = PaymentIntentId("pi_1")
    async with store.begin() as uow:
        assert await uow.purchases.refund_request(intent) is None
        await uow.purchases.request_refund(intent, "$first")
        await uow.purchases.request_refund(intent, "$second")
    async with store.begin() as uow:
        assert await uow.purchases.refund_request(intent) == "$second"


def visit(what: AccessKind, *, purchase: str | None = None, at: datetime = NOON) -> AccessLogEntry:
    of = PurchaseId(purchase) if purchase else None
    return AccessLogEntry(kind=what, offer=OFFER, purchase=of, at=at)


async def test_visits_are_noted_once_a_minute_and_forgotten_in_time(store: AnyStore) -> None:
    async with store.begin() as uow:
        for seconds in (0, 20, 59, 60):
            at = NOON + timedelta(seconds=seconds)
            await uow.visits.note(visit(AccessKind.PERSONAL_PAGE, purchase="p1", at=at))
        await uow.visits.note(visit(AccessKind.CHECKOUT, purchase="p1"))
        await uow.visits.note(visit(AccessKind.OFFER_PAGE))
    async with store.begin() as uow:
        noted = await uow.visits.of(PurchaseId("p1"))
        assert await uow.visits.forget(NOON + timedelta(seconds=1), limit=2) == 2
        assert await uow.visits.forget(NOON + timedelta(seconds=1), limit=2) == 1
        assert await uow.visits.forget(NOON + timedelta(seconds=1), limit=2) == 0
        left = await uow.visits.of(PurchaseId("p1"))
    assert [(each.kind, each.at - NOON) for each in noted] == [
        (AccessKind.CHECKOUT, timedelta(0)),
        (AccessKind.PERSONAL_PAGE, timedelta(0)),
        (AccessKind.PERSONAL_PAGE, timedelta(minutes=1)),
    ]
    assert [each.at for each in left] == [NOON + timedelta(minutes=1)]


async def test_figures_of_a_seller_count_what_happened_to_each_offer(store: AnyStore) -> None:
    public = replace(draft(OFFER), state=OfferState.OPEN)
    delivered = paid(in_checkout("p1", CheckoutStatus.OPEN, SALLY), "pi_1").with_delivery(NOON)
    async with store.begin() as uow:
        await uow.offers.save(public)
        await uow.offers.save(draft("offer00002"))
        await uow.purchases.save(delivered.with_delivery_done(1, NOON))
        await uow.purchases.save(in_checkout("p2", CheckoutStatus.EXPIRED, TOM))
        await uow.visits.note(visit(AccessKind.OFFER_PAGE))
        await uow.visits.note(visit(AccessKind.PERSONAL_PAGE, purchase="p1"))
        await uow.visits.note(visit(AccessKind.CHECKOUT, purchase="p1"))
    async with store.begin() as uow:
        (figures,) = await uow.purchases.figures(public.seller)
        assert await uow.purchases.figures(TOM) == ()
    assert (figures.offer, figures.page_views, figures.checkouts) == (OFFER, 2, 2)
    assert (figures.paid, figures.delivered) == (1, 1)


def claim(
    name: str, purchase: str, *, code: str = "123456", at: datetime = NOON
) -> DownloadSession:
    return DownloadSession(
        id=ClaimId(name), purchase=PurchaseId(purchase), user_code=code, created_at=at
    )


async def test_claims_are_found_by_cookie_and_by_the_buyers_code(store: AnyStore) -> None:
    async with store.begin() as uow:
        await uow.offers.save(draft(OFFER))
        await uow.purchases.save(purchase("p1", buyer=SALLY))
        await uow.purchases.save(purchase("p2", buyer=TOM))
        for each in (
            claim("a", "p1"),
            claim("b", "p1", code="654321"),
            claim("c", "p2", at=NOON + HOUR),
        ):
            await uow.claims.save(each)
        await uow.claims.save(claim("a", "p1").verified(NOON + HOUR))
    async with store.begin() as uow:
        assert await uow.claims.get(ClaimId("a")) == claim("a", "p1").verified(NOON + HOUR)
        assert await uow.claims.get(ClaimId("nothing")) is None
        assert [each.id for each in await uow.claims.with_code(SALLY, "123456")] == ["a"]
        assert [each.id for each in await uow.claims.of(SALLY)] == ["a", "b"]
        await uow.claims.forget(before=NOON + HOUR)
        assert await uow.claims.get(ClaimId("a")) is None
        await uow.claims.forget(buyer=SALLY)
        assert [each.id for each in await uow.claims.with_code(TOM, "123456")] == ["c"]
        await uow.claims.forget(buyer=TOM)
        assert await uow.claims.with_code(TOM, "123456") == ()


async def test_a_sellers_account_is_one_and_its_standing_may_change(store: AnyStore) -> None:
    own = ConnectedAccount(seller=SALLY, account=AccountId("acct_1"))
    async with store.begin() as uow:
        assert await uow.seller_accounts.of(SALLY) is None
        await uow.seller_accounts.save(own)
        await uow.seller_accounts.save(ConnectedAccount(seller=TOM, account=AccountId("acct_2")))
        await uow.seller_accounts.save(own.with_ready(ready=True))
    async with store.begin() as uow:
        assert await uow.seller_accounts.of(SALLY) == own.with_ready(ready=True)
        assert [each.seller for each in await uow.seller_accounts.all()] == [SALLY, TOM]
