"""What the store can forget of somebody: in memory and in SQLite alike."""

from dataclasses import replace

from bot.domain.people.abuse_report import Report, ReportCategory
from bot.ids import LinkToken, PurchaseId, ReportId, RoomId, UserId
from tests.contract.conftest import AnyStore
from tests.support.factories import BUYER, NOON, draft, paid, purchase

OTHER = UserId("@other:test")


async def test_a_purchase_loses_its_buyer_and_its_link(store: AnyStore) -> None:
    async with store.begin() as uow:
        await uow.offers.save(draft())
        await uow.purchases.save(paid(purchase(), "pi_1"))
        await uow.purchases.save(purchase("p2", buyer=OTHER))
    async with store.begin() as uow:
        (theirs,) = await uow.purchases.claimed_by(BUYER)
        await uow.purchases.save(theirs.anonymized(LinkToken("fresh")))
    async with store.begin() as uow:
        assert await uow.purchases.claimed_by(BUYER) == ()
        assert await uow.purchases.had_by(BUYER) == ()
        assert await uow.purchases.by_link(LinkToken("link of p1")) is None
        found = await uow.purchases.get(PurchaseId("p1"))
        assert found
        assert (found.forgotten, found.has_access, found.pay_token) == (True, False, "fresh")
        assert BUYER not in repr(found)
        assert [each.amount for each in found.payments] == [each.amount for each in theirs.payments]
        assert len(await uow.purchases.claimed_by(OTHER)) == 1


async def test_two_buyers_of_one_offer_can_both_be_forgotten(store: AnyStore) -> None:
    async with store.begin() as uow:
        await uow.offers.save(draft())
        for name, buyer in (("p1", BUYER), ("p2", OTHER)):
            await uow.purchases.save(purchase(name, buyer=buyer))
    async with store.begin() as uow:
        for name in ("p1", "p2"):
            found = await uow.purchases.get(PurchaseId(name))
            assert found
            await uow.purchases.save(found.anonymized(LinkToken(f"fresh {name}")))


async def test_direct_rooms_are_forgotten_and_told(store: AnyStore) -> None:
    async with store.begin() as uow:
        for room, who in (("!1:test", BUYER), ("!2:test", OTHER), ("!3:test", BUYER)):
            await uow.direct_rooms.save(who, RoomId(room))
        assert set(await uow.direct_rooms.forget(BUYER)) == {"!1:test", "!3:test"}
        assert await uow.direct_rooms.of(BUYER) is None
        assert await uow.direct_rooms.partner(RoomId("!1:test")) is None
        assert await uow.direct_rooms.of(OTHER) == "!2:test"
        assert await uow.direct_rooms.forget(BUYER) == ()


async def test_reports_are_found_by_who_made_them(store: AnyStore) -> None:
    report = Report(
        id=ReportId("r1"),
        offer=draft().id,
        category=ReportCategory.OTHER,
        description="it is mine",
        created_at=NOON,
        reporter=BUYER,
    )
    async with store.begin() as uow:
        await uow.offers.save(draft())
        await uow.reports.save(report)
        assert await uow.reports.of(BUYER) == (report,)
        await uow.reports.save(replace(report, reporter=None))
        assert await uow.reports.of(BUYER) == ()
