"""What nobody needs any more, as the store finds and removes it: in memory and in SQLite alike."""

from dataclasses import replace
from datetime import datetime, timedelta

from bot.domain.money.checkout_attempt import CheckoutStatus
from bot.domain.offers.offer import OfferState
from bot.domain.people.access_log import AccessKind, AccessLogEntry
from bot.domain.purchases.download_session import DownloadSession
from bot.domain.purchases.purchase import Purchase
from bot.domain.retention_state import RetentionState
from bot.ids import ClaimId, OfferId, PurchaseId
from bot.ports.repositories.retention_repositories import LinkBatch
from tests.contract.conftest import AnyStore
from tests.contract.test_store_money import in_checkout
from tests.contract.test_store_reports import BY_BROWSER, BY_CHAT, UPHELD
from tests.support.factories import BUYER, NOON, draft, paid, purchase

LATER = NOON + timedelta(days=1)


async def test_what_may_lie_around_is_found_in_order_and_without_what_was_reported(
    store: AnyStore,
) -> None:
    async with store.begin() as uow:
        for number, state in enumerate(OfferState):
            await uow.offers.save(replace(draft(f"offer0000{number}"), state=state))
        await uow.offers.save(draft("offer00010"))
        await uow.reports.save(replace(BY_CHAT, offer=OfferId("offer00010"), decision=UPHELD))
    async with store.begin() as uow:
        states = [
            offer.state
            for id_ in await uow.leftovers.idle(after=None, limit=9)
            if (offer := await uow.offers.get(id_))
        ]
        assert set(states) == {OfferState.DRAFT, OfferState.WITHDRAWN, OfferState.DISCARDED}
        (first,) = await uow.leftovers.idle(after=None, limit=1)
        (second, third) = await uow.leftovers.idle(after=first, limit=9)
        assert first < second < third
        assert await uow.leftovers.idle(after=third, limit=9) == ()


async def test_an_offer_goes_with_all_that_hangs_on_it(store: AnyStore) -> None:
    one, other = OfferId("offer00001"), OfferId("offer00002")
    async with store.begin() as uow:
        for offer in (one, other):
            await uow.offers.save(draft(offer))
            name = PurchaseId(f"p{offer}")
            await uow.purchases.save(in_checkout(name, CheckoutStatus.EXPIRED, BUYER, offer))
            await uow.visits.note(
                AccessLogEntry(kind=AccessKind.CHECKOUT, offer=offer, purchase=name, at=NOON)
            )
            claim = DownloadSession(
                id=ClaimId(offer), purchase=name, user_code="123456", created_at=NOON
            )
            await uow.claims.save(claim)
    async with store.begin() as uow:
        await uow.leftovers.remove(one)
    async with store.begin() as uow:
        for offer, there in ((one, False), (other, True)):
            name = PurchaseId(f"p{offer}")
            assert bool(await uow.offers.get(offer)) is there
            assert bool(await uow.purchases.get(name)) is there
            assert bool(await uow.visits.of(name)) is there
            assert bool(await uow.claims.get(ClaimId(offer))) is there


def creating(name: str, offer: str, *, until: datetime) -> Purchase:
    """A checkout was asked for, and the answer never came."""
    asked = in_checkout(name, CheckoutStatus.OPEN, BUYER, OfferId(offer)).attempts[0].request
    return purchase(name, offer=offer).with_attempt(replace(asked, expires_at=until))


async def test_links_go_that_nothing_was_or_may_be_paid_by(store: AnyStore) -> None:
    async with store.begin() as uow:
        for number in range(1, 9):
            await uow.offers.save(draft(f"offer0000{number}"))
        kept = [
            paid(in_checkout("p1", CheckoutStatus.OPEN, BUYER, OfferId("offer00001")), "pi_1"),
            purchase("p2", offer="offer00002").gifted(NOON),
            in_checkout("p3", CheckoutStatus.OPEN, BUYER, OfferId("offer00003")),
            replace(purchase("p4", offer="offer00004"), created_at=LATER),
            creating("p7", "offer00007", until=LATER + timedelta(minutes=1)),
        ]
        gone = [
            in_checkout("p5", CheckoutStatus.EXPIRED, BUYER, OfferId("offer00005")),
            purchase("p6", offer="offer00006"),
            creating("p8", "offer00008", until=LATER),
        ]
        for each in (*kept, *gone):
            await uow.purchases.save(each)
    async with store.begin() as uow:
        assert await uow.leftovers.forget_links(LATER, now=LATER, limit=9) == LinkBatch(
            len(gone), None
        )
        assert await uow.leftovers.forget_links(LATER, now=LATER, limit=9) == LinkBatch(0, None)
    async with store.begin() as uow:
        assert all([await uow.purchases.get(each.id) for each in kept])
        assert not any([await uow.purchases.get(each.id) for each in gone])


async def test_links_are_examined_in_batches_and_each_of_them_once(store: AnyStore) -> None:
    async with store.begin() as uow:
        for number in range(1, 6):
            offer = OfferId(f"offer0000{number}")
            await uow.offers.save(draft(offer))
            link = purchase(f"p{number}", offer=offer)
            await uow.purchases.save(link.gifted(NOON) if number == 2 else link)
    last, removed = None, []
    for _ in range(3):
        async with store.begin() as uow:
            batch = await uow.leftovers.forget_links(LATER, now=LATER, after=last, limit=2)
        last = batch.last
        removed.append(batch.removed)
    assert removed == [1, 2, 1]
    assert last is None


async def test_who_made_a_report_is_forgotten_a_while_after_it_was_decided(store: AnyStore) -> None:
    by_chat, by_browser = replace(BY_CHAT, decision=UPHELD), replace(BY_BROWSER, decision=UPHELD)
    undecided = replace(BY_CHAT, id=BY_CHAT.id.__class__("r9"))
    async with store.begin() as uow:
        for offer in (BY_CHAT.offer, BY_BROWSER.offer):
            await uow.offers.save(draft(offer))
        for report in (by_chat, by_browser, undecided):
            await uow.reports.save(report)
        assert await uow.leftovers.forget_reporters(UPHELD.at) == 0
        assert await uow.leftovers.forget_reporters(UPHELD.at + timedelta(seconds=1)) == 2
        assert await uow.leftovers.forget_reporters(LATER) == 0
    async with store.begin() as uow:
        assert await uow.reports.get(by_chat.id) == replace(by_chat, reporter=None)
        assert await uow.reports.get(by_browser.id) == replace(by_browser, name="", email="")
        assert await uow.reports.get(undecided.id) == undecided


async def test_what_was_heard_is_forgotten_and_what_is_owed_once_is_not(store: AnyStore) -> None:
    heard = ("transaction", "event", "encrypted", "payment")
    async with store.begin() as uow:
        for source in (*heard, "refund"):
            assert await uow.inbox.accept(source, "1")
        assert await uow.leftovers.forget_heard(NOON - timedelta(days=9999), limit=9) == 0
        assert not await uow.inbox.accept("event", "1")
        assert await uow.leftovers.forget_heard(NOON + timedelta(days=9999), limit=3) == 3
        assert await uow.leftovers.forget_heard(NOON + timedelta(days=9999), limit=3) == 1
        assert [await uow.inbox.accept(source, "1") for source in heard] == [True] * 4
        assert not await uow.inbox.accept("refund", "1")


async def test_idle_time_is_kept_with_who_was_told_of_its_end(store: AnyStore) -> None:
    offer, gone = draft().id, OfferId("offer0000z")
    idle = RetentionState("draft-1", NOON)
    async with store.begin() as uow:
        await uow.offers.save(draft())
        assert await uow.leftovers.idle_since(offer) is None
        for each in (offer, gone):
            await uow.leftovers.save_idle(each, idle)
            await uow.leftovers.record_notice(each, BUYER)
    async with store.begin() as uow:
        assert await uow.leftovers.idle_since(offer) == idle
        assert await uow.leftovers.idle_since(gone) is None
        assert await uow.leftovers.was_noticed(offer, BUYER)
        assert not await uow.leftovers.was_noticed(gone, BUYER)
        await uow.leftovers.record_notice(offer, BUYER)
        await uow.leftovers.save_idle(offer, idle.notified(LATER))
        assert await uow.leftovers.was_noticed(offer, BUYER)
    async with store.begin() as uow:
        assert await uow.leftovers.idle_since(offer) == idle.notified(LATER)
        await uow.leftovers.save_idle(offer, RetentionState("draft-1", LATER))
        assert not await uow.leftovers.was_noticed(offer, BUYER)
        await uow.leftovers.record_notice(offer, BUYER)
        await uow.leftovers.save_idle(offer, None)
        assert await uow.leftovers.idle_since(offer) is None
        assert not await uow.leftovers.was_noticed(offer, BUYER)
