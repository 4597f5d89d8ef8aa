"""What sellers read about their sales."""

import csv
import io
import json
from decimal import Decimal

import pytest
from nio.crypto import decrypt_attachment

from bot.domain.people.permissions import Level, Permissions
from bot.ids import OfferId, code_of, sale_code_of
from bot.messages import Enclosure, Line, Placeholder, Stats
from tests.support.bot_harness import ALICE, BOB, CAROL, LOUNGE, STUDIO, BotHarness

PNG = b"\x89PNG a picture of the harbour"


@pytest.fixture
async def house() -> BotHarness:
    """Alice has two offers; Bob and Carol bought the first, and Carol had a part of the money back."""
    house = BotHarness()
    first = await house.publishes(PNG)
    await house.time_passes(minutes=1)
    await house.publishes(PNG + b"2")
    for buyer in (BOB, CAROL):
        await house.says(buyer, LOUNGE, f"!ppv buy {code_of(first)}")
        await house.bot.offer_page_view.purchase(first, house.link_of(buyer))
        await house.pays(buyer)
    sale = next(p.id for p in house.store.records.purchases.values() if p.buyer == CAROL)
    await house.says(ALICE, STUDIO, f"refund {sale_code_of(sale)} 1.50 USD")
    return house


def first_offer(house: BotHarness) -> OfferId:
    return min(house.store.records.offers.values(), key=lambda offer: offer.created_at).id


def enclosed(house: BotHarness) -> tuple[str, bytes]:
    """The last file that the bot made: its name and what is in it."""
    message = house.matrix.of(Enclosure)[-1]
    file = message.file.to_json()
    data = house.matrix.media[message.file.url]
    assert data is not None
    plain = decrypt_attachment(data, file["key"]["k"], file["hashes"]["sha256"], file["iv"])
    return message.name, plain


async def test_stats_tell_how_each_offer_does_and_all_of_them(house: BotHarness) -> None:
    await house.says(ALICE, STUDIO, "stats")
    (stats,) = house.matrix.of(Stats)
    newest, oldest = stats.lines
    assert (newest.checkouts, newest.paid, newest.revenue) == (0, 0, "nothing earned yet")
    assert (oldest.opens, oldest.checkouts, oldest.paid, oldest.delivered) == (2, 2, 2, 2)
    assert oldest.revenue == stats.total.revenue == "8.50 USD"


async def test_with_a_chart_of_the_weeks(house: BotHarness) -> None:
    await house.says(ALICE, STUDIO, "stats")
    name, chart = enclosed(house)
    assert name == "stats.png"
    assert chart.endswith(b"8.50")


async def test_stats_of_one_offer(house: BotHarness) -> None:
    await house.says(ALICE, STUDIO, f"stats {code_of(first_offer(house))}")
    (stats,) = house.matrix.of(Stats)
    assert len(stats.lines) == 1
    await house.says(ALICE, STUDIO, "stats 00000-00000")
    assert "no offer with that code" in house.matrix.of(Line)[-1].words


async def test_nobody_reads_what_others_earn(house: BotHarness) -> None:
    await house.says(BOB, house.direct(BOB), "stats")
    assert "may not sell here" in house.matrix.of(Line)[-1].words
    assert not house.matrix.of(Stats)
    house.restart(permissions=Permissions({"*": Level.SELLER}))
    await house.says(BOB, house.direct(BOB), "stats")
    assert house.matrix.of(Stats)[-1].lines == ()


async def test_the_export_of_sales_is_the_ledger(house: BotHarness) -> None:
    await house.says(ALICE, STUDIO, "export sales")
    name, table = enclosed(house)
    assert name == "sales.csv"
    rows = list(csv.DictReader(io.StringIO(table.decode("utf-8-sig"))))
    assert [row["movement"] for row in rows] == ["paid", "paid", "refunded"]
    assert sum(Decimal(row["amount"]) for row in rows) == Decimal("8.50")
    assert house.stripe.balance() == 850
    assert rows[0]["buyer"] == f"'{BOB}", "a spreadsheet must not run it"


async def test_the_export_of_a_time_and_as_json(house: BotHarness) -> None:
    await house.says(ALICE, STUDIO, "export 2026-11 json")
    name, table = enclosed(house)
    assert name == "sales-2026-11.json"
    assert len(json.loads(table)) == 3
    await house.says(ALICE, STUDIO, "export 2025")
    assert "no sale in that time" in house.matrix.of(Line)[-1].words
    await house.says(ALICE, STUDIO, "export last week")
    assert "Write a year" in house.matrix.of(Line)[-1].words


async def test_a_page_that_is_reloaded_counts_once_a_minute(house: BotHarness) -> None:
    offer = first_offer(house)
    for _ in range(5):
        await house.bot.offer_page_view.offer(offer)
    await house.time_passes(minutes=1)
    await house.bot.offer_page_view.offer(offer)
    await house.says(ALICE, STUDIO, f"stats {code_of(offer)}")
    assert house.matrix.of(Stats)[-1].total.opens == 2 + 2
    assert house.matrix.of(Placeholder)
