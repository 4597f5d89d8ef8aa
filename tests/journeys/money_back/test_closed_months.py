"""An entry of the books bears the day on which it happened, so that a month that is over stays as it was."""

import csv
import io
from datetime import UTC, datetime, timedelta
from functools import partial
from zoneinfo import ZoneInfo

import pytest

from bot.domain.money.checkout_attempt import Tax
from bot.domain.money.money import Money
from bot.domain.money.payment import DisputeState
from bot.domain.purchases.ledger import EntryType, LedgerEntry
from bot.messages import Placeholder
from bot.services.checkout.start_checkout import CheckoutRules
from bot.services.reporting.statement import Period, Statement, as_csv
from bot.views.seller_sales import SaleFilter, SaleState
from tests.support.bot_harness import ALICE, BOB, CAROL, LOUNGE, BotHarness
from tests.support.refund_steps import bought, payment

_WON, _LOST, _OPEN = DisputeState.WON, DisputeState.LOST, DisputeState.OPEN


def entries(house: BotHarness) -> list[LedgerEntry]:
    return sorted(house.store.records.ledger.values(), key=lambda each: each.at)


async def november(house: BotHarness) -> bytes:
    return as_csv(await Statement(house.store)(None, Period.parsed("2026-11")))


async def rows(house: BotHarness) -> list[dict[str, str]]:
    table = as_csv(await Statement(house.store)(None, Period()))
    return list(csv.DictReader(io.StringIO(table.decode("utf-8-sig"))))


async def test_what_happens_in_january_leaves_november_as_it_was(house: BotHarness) -> None:
    house.stripe.dispute_fee = 1500
    await house.stripe_says(house.stripe.gives_back(payment(house), Money(100, "usd")))
    await house.stripe_says(house.stripe.disputes(payment(house), _OPEN, Money(400, "usd")))
    closed = await november(house)
    acts = [
        partial(house.stripe.disputes, payment(house), _WON),
        partial(house.stripe.refund_fails, payment(house)),
        partial(house.stripe.disputes, payment(house), _LOST),
        partial(house.stripe.disputes, payment(house), _WON),
    ]
    for act in acts:
        await house.time_passes(days=21)
        await house.stripe_says(act())
        assert await november(house) == closed
        assert sum(each.amount.minor for each in entries(house)) == house.stripe.balance()
    assert [each.entry_type for each in entries(house) if each.at.month != 11] == [
        EntryType.DISPUTE_WON,
        EntryType.REFUND_FAILED,
        EntryType.DISPUTED,
        EntryType.DISPUTE_FEE,
        EntryType.DISPUTE_WON,
    ]


async def test_news_that_comes_late_bears_its_own_day(house: BotHarness) -> None:
    house.stripe.disputes(payment(house))
    happened = house.clock.now()
    await house.time_passes(days=2)
    hint = house.stripe.disputes(payment(house), _WON)
    await house.time_passes(days=40)
    await house.stripe_says(hint)
    taken, back = entries(house)[1:]
    assert (taken.at, back.at) == (happened, happened + timedelta(days=2))


async def test_a_fee_that_is_booked_late_is_asked_for_until_it_is_there(house: BotHarness) -> None:
    house.stripe.books_late = True
    await house.reacts(CAROL, LOUNGE, house.matrix.event_of(Placeholder), "🔓")
    await house.pays(CAROL)
    intent = list(house.stripe.payments)[-1]
    await house.time_passes(minutes=30)
    assert not [each for each in entries(house) if each.entry_type is EntryType.FEE]
    house.stripe.books(intent, Money(45, "usd"))  # No webhook tells of it.
    booked = house.clock.now()
    await house.time_passes(hours=2)
    (fee,) = [each for each in entries(house) if each.entry_type is EntryType.FEE]
    assert (fee.reference, fee.amount, fee.at) == (intent, Money(-45, "usd"), booked)
    assert sum(each.amount.minor for each in entries(house)) == house.stripe.balance()


@pytest.mark.parametrize("parts", [[500], [100, 400], [166, 167, 167], [1, 1, 498], [333, 167]])
async def test_the_tax_goes_back_with_the_money_and_is_exact_in_the_end(parts: list[int]) -> None:
    house = BotHarness()
    house.restart(checkout=CheckoutRules(tax=Tax.INCLUDED))
    await house.publishes(b"\x89PNG a picture")
    await house.reacts(BOB, LOUNGE, house.matrix.event_of(Placeholder), "🔓")
    await house.pays(BOB)
    before = await rows(house)
    assert [each["tax"] for each in before] == ["0.83"]
    for part in parts:
        await house.time_passes(days=1)
        await house.stripe_says(house.stripe.gives_back(payment(house), Money(part, "usd")))
        after = await rows(house)
        assert after[: len(before)] == before, "what was exported stays"
        before = after
        left = 500 - sum(-float(each["amount"]) * 100 for each in after[1:])
        taxed = sum(float(each["tax"]) for each in after) * 100
        assert abs(taxed - 83 * left / 500) <= 0.5 + 1e-6
    assert taxed == pytest.approx(0)
    await house.stripe_says(house.stripe.refund_fails(payment(house)))
    again = await rows(house)
    assert float(again[-1]["tax"]) == -float(again[-2]["tax"])


async def test_a_sale_that_was_paid_again_is_paid(house: BotHarness) -> None:
    async def state() -> list[SaleState]:
        page = await house.bot.seller_sales_view(ALICE, SaleFilter())
        return [each.state for each in page.lines]

    await house.stripe_says(house.stripe.gives_back(payment(house)))
    assert await state() == [SaleState.REFUNDED]
    await house.reacts(BOB, LOUNGE, house.matrix.event_of(Placeholder), "🔓")
    await house.pays(BOB)
    assert bought(house).has_access
    assert await state() == [SaleState.PAID]
    second = bought(house).payments[-1].intent
    await house.stripe_says(house.stripe.gives_back(second, Money(200, "usd")))
    assert await state() == [SaleState.PART_REFUNDED]
    await house.stripe_says(house.stripe.disputes(second))
    assert await state() == [SaleState.DISPUTED]


async def test_months_begin_and_end_by_the_clocks_of_the_time_zone_of_the_settings() -> None:
    house = BotHarness()
    house.restart(time_zone=ZoneInfo("Pacific/Auckland"))
    await house.publishes(b"\x89PNG a picture")
    await house.reacts(BOB, LOUNGE, house.matrix.event_of(Placeholder), "🔓")
    # 11:30 in UTC, half past midnight in Auckland.
    passes = datetime(2026, 11, 30, 11, 30, tzinfo=UTC) - house.clock.now()
    await house.time_passes(seconds=passes.total_seconds())
    await house.reacts(CAROL, LOUNGE, house.matrix.event_of(Placeholder), "🔓")
    await house.pays(CAROL)
    for period, found in [("2026-11", 0), ("2026-12-01", 1), ("2026-12", 1)]:
        table = (await house.bot.seller_sales_view.table(ALICE, Period.parsed(period))).decode()
        assert table.count("2026-12-01T00:30:00+13:00,paid") == found
        assert table.count(",Pacific/Auckland") == found
    page = await house.bot.seller_sales_view(ALICE, SaleFilter(period=Period.parsed("2026-12-01")))
    assert page.found == 1
    assert page.earnings[0].weeks[-1].label == "30.11."


@pytest.mark.parametrize("typed", ["0001", "0001-01-01", "9998-12-31"])
@pytest.mark.parametrize("zone", ["Pacific/Auckland", "America/New_York", "UTC"])
def test_no_day_of_the_calendar_is_too_much(typed: str, zone: str) -> None:
    period = Period.parsed(typed).within(ZoneInfo(zone))
    assert period.since
    assert period.until
    assert period.since < period.until
