"""The way from the personal link to the files, as the store counts it: in memory and in SQLite alike."""

from dataclasses import replace
from datetime import datetime, timedelta

from bot.domain.money.checkout_attempt import CheckoutAttempt, CheckoutRequest, CheckoutStatus
from bot.domain.money.money import Money
from bot.domain.offers.offer import OfferState
from bot.domain.offers.offer_stats import FunnelDay
from bot.domain.people.access_log import AccessKind, AccessLogEntry
from bot.domain.purchases.delivery import Delivery
from bot.domain.purchases.purchase import Purchase
from bot.ids import CheckoutSessionId, OfferId, PurchaseId, UserId
from tests.contract.conftest import AnyStore
from tests.support.factories import FIVE, NOON, SELLER, draft, paid, purchase

OFFER = replace(draft(), price=FIVE, state=OfferState.OPEN)
EUROS = replace(OFFER, id=OfferId("offer00002"), price=Money(700, "eur"))
THEIRS = replace(OFFER, id=OfferId("offer00003"), seller=UserId("@other:test"))
BEFORE = NOON - timedelta(days=30)


def asked(name: str, *, offer: OfferId = OFFER.id, at: datetime = NOON) -> Purchase:
    """Somebody got a link."""
    begun = purchase(name, offer=offer, buyer=UserId(f"@{name}:test"))
    return replace(begun, created_at=at)


def in_checkout(begun: Purchase) -> Purchase:
    request = CheckoutRequest(
        purchase=begun.id,
        attempt=1,
        price=FIVE,
        title="",
        expires_at=NOON,
        success_url="",
        cancel_url="",
    )
    session = CheckoutSessionId(f"cs of {begun.id}")
    return replace(
        begun,
        attempts=(CheckoutAttempt(request=request, state=CheckoutStatus.OPEN, session=session),),
    )


def bought(begun: Purchase, *, delivered: bool = True) -> Purchase:
    sold = paid(in_checkout(begun), f"pi of {begun.id}")
    delivery = Delivery(number=1, requested_at=NOON, done_at=NOON if delivered else None)
    return replace(sold, deliveries=(delivery,))


async def keep(store: AnyStore, *purchases: Purchase) -> None:
    async with store.begin() as uow:
        for offer in (OFFER, EUROS, THEIRS):
            await uow.offers.save(offer)
        for each in purchases:
            await uow.purchases.save(each)


async def opens(
    store: AnyStore, name: str, *days: int, what: AccessKind = AccessKind.PERSONAL_PAGE
) -> None:
    async with store.begin() as uow:
        for day in days:
            at = NOON + timedelta(days=day)
            await uow.visits.note(
                AccessLogEntry(kind=what, offer=OFFER.id, purchase=PurchaseId(name), at=at)
            )


async def counted(
    store: AnyStore, since: datetime = BEFORE
) -> list[tuple[datetime, str, tuple[int, ...]]]:
    async with store.begin() as uow:
        found: tuple[FunnelDay, ...] = await uow.purchases.passages(SELLER, since)
    return [
        (each.at, each.currency, (each.page_views, each.checkouts, each.paid, each.delivered))
        for each in found
    ]


async def test_each_counts_once_on_the_day_of_their_first_opening_with_all_steps(
    store: AnyStore,
) -> None:
    await keep(
        store,
        asked("looks"),
        in_checkout(asked("wavers")),
        bought(asked("pays"), delivered=False),
        bought(asked("has")),
    )
    for name in ("looks", "wavers", "pays"):
        await opens(store, name, 1, 2, 3)
    await opens(store, "has", 2)
    first, second = (NOON + timedelta(days=days) for days in (1, 2))
    assert await counted(store) == [(first, "usd", (3, 2, 1, 0)), (second, "usd", (1, 1, 1, 1))]
    assert await counted(store, NOON + timedelta(days=2)) == [(second, "usd", (1, 1, 1, 1))]


async def test_who_never_opened_it_is_not_counted_but_who_went_on_unseen_is(
    store: AnyStore,
) -> None:
    await keep(store, asked("silent"), bought(asked("unseen", at=NOON + timedelta(hours=3))))
    await opens(store, "silent", 1, what=AccessKind.SUCCESS_PAGE)
    assert await counted(store) == [(NOON + timedelta(hours=3), "usd", (1, 1, 1, 1))]


async def test_presents_other_currencies_and_other_sellers_are_kept_apart(store: AnyStore) -> None:
    given = replace(asked("given"), gifted_at=NOON, deliveries=bought(asked("x")).deliveries)
    await keep(
        store,
        given,
        asked("euro", offer=EUROS.id),
        asked("other", offer=THEIRS.id),
        asked("dollar"),
    )
    for name in ("euro", "other", "dollar"):
        await opens(store, name, 0)
    assert await counted(store) == [(NOON, "eur", (1, 0, 0, 0)), (NOON, "usd", (1, 0, 0, 0))]


async def test_five_minutes_are_counted_together(store: AnyStore) -> None:
    names = ("one", "two", "three")
    at = [NOON + timedelta(minutes=m, seconds=s) for m, s in ((35, 0), (39, 59), (40, 0))]
    await keep(store, *(bought(asked(n, at=t)) for n, t in zip(names, at, strict=True)))
    assert [(when, steps[0]) for when, _, steps in await counted(store)] == [(at[0], 2), (at[2], 1)]
