"""Money by the emulated Stripe and the product's own adapter: fees that come late, refunds by every door."""

import secrets
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import replace

import pytest

from bot.domain.people.audit_log import COMMAND_LINE
from bot.domain.people.permissions import Level, Permissions
from bot.domain.purchases.ledger import EntryType
from bot.domain.purchases.purchase import Access
from bot.ids import code_of
from bot.services.payments.plan_refund import plan_refund
from sandbox.stripe import Fees
from tests.journeys.emulated import EmulatedHouse
from tests.support.bot_harness import ADMINS, ALICE, BOB, STUDIO
from tests.support.refund_steps import sale
from tests.support.staged_sale import DORA
from tests.support.synapse.stripe_world import the_sdk_s_own_warning

pytestmark = the_sdk_s_own_warning


@pytest.fixture
async def house() -> AsyncIterator[EmulatedHouse]:
    fees = Fees(percent="2.9", fixed_minor=30, dispute_minor=1500, booking_seconds=None)
    async with EmulatedHouse.open(fees) as house:
        await house.bob_asks()
        yield house


def fee_in_books(house: EmulatedHouse) -> list[int]:
    entries = house.store.records.ledger.values()
    return [each.amount.minor for each in entries if each.entry_type is EntryType.FEE]


async def test_a_fee_is_in_the_books_as_soon_as_stripe_tells_of_it(house: EmulatedHouse) -> None:
    await house.bob_pays()
    assert (house.in_books, fee_in_books(house)) == (500, [])
    await house.emulator.book_payments(all_of_them=True)
    await house.hears_all()
    assert house.in_books == house.emulator.booked("usd") == 455
    assert fee_in_books(house) == [-45]


async def test_it_is_asked_for_until_it_is_there_if_nobody_tells(house: EmulatedHouse) -> None:
    await house.bob_pays()
    for _ in range(6):
        await house.time_passes(hours=4)
        assert fee_in_books(house) == []
    await house.emulator.book_payments(all_of_them=True)
    house.new_events()
    asked = len(house.emulator.requests)
    await house.time_passes(days=1, hours=1)
    assert fee_in_books(house) == [-45]
    assert len(house.emulator.requests) > asked
    await house.time_passes(minutes=1)
    asked = len(house.emulator.requests)
    await house.time_passes(hours=20)
    assert len(house.emulator.requests) == asked, "nothing is left to ask for"
    assert house.in_books == house.emulator.booked("usd") == 455


async def test_what_a_dispute_costs_is_in_the_books(house: EmulatedHouse) -> None:
    intent = await house.bob_pays()
    dispute = await house.emulator.open_dispute(house.charge_of(intent)["id"])
    await house.hears_all()
    assert house.in_books == house.emulator.booked("usd") == -1545
    await house.emulator.close_dispute(dispute["id"], won=True)
    await house.hears_all()
    assert house.in_books == house.emulator.booked("usd") == -1045
    assert house.purchase.has_access


def access(house: EmulatedHouse) -> Access:
    return house.purchase.access


async def refuses(house: EmulatedHouse, how: str) -> None:
    """The newest refund comes back: the bank does not take it, or it is cancelled."""
    refund = house.emulator.all("refund")[-1]["id"]
    if how == "fails":
        await house.emulator.settle_refund(refund, succeed=False)
    else:
        await house.emulator.cancel_refund(refund)
    await house.hears_all()


async def in_chat(house: EmulatedHouse) -> None:
    await house.says(ALICE, STUDIO, f"refund {sale(house)}")


async def in_library(house: EmulatedHouse) -> None:
    (offer,) = house.store.records.offers
    await house.says(BOB, house.direct(BOB), f"cancel {code_of(offer)} yes")


async def by_takedown(house: EmulatedHouse) -> None:
    house.restart(
        permissions=Permissions({"test": Level.BUYER, ALICE: Level.SELLER, DORA: Level.ADMIN})
    )
    house.matrix.members[ADMINS] |= {DORA}
    (offer,) = house.store.records.offers
    await house.says(DORA, ADMINS, f"!ppv admin takedown {code_of(offer)} refund stolen")


async def in_the_studio(house: EmulatedHouse) -> None:
    await house.bot.refund_sale(ALICE, sale(house), "", "", secrets.token_hex(8))
    await house.work()


async def by_command_line(house: EmulatedHouse) -> None:
    """What `matrix-ppv refund --payment pi_…` leaves for the running program."""
    named = house.purchase.payments[0].intent
    planned = plan_refund(house.purchase, None, "", f"cli:{secrets.token_hex(8)}", named)
    async with house.store.begin() as uow:
        await uow.jobs.add(replace(planned, asker=COMMAND_LINE))
    await house.work()


DOORS: list[Callable[[EmulatedHouse], Awaitable[None]]] = [
    in_chat, in_library, by_takedown, in_the_studio, by_command_line,
]  # fmt: skip


@pytest.mark.parametrize("how", ["fails", "is cancelled"])
@pytest.mark.parametrize("door", DOORS, ids=lambda each: each.__name__)
async def test_a_refund_that_came_back_was_not_made(
    house: EmulatedHouse, door: Callable[[EmulatedHouse], Awaitable[None]], how: str
) -> None:
    house.emulator.dashboard.refunds_await_buyer = how == "is cancelled"
    await house.bob_pays()
    for _ in range(2):
        await door(house)
        await house.hears_all()
        assert access(house) is Access.REVOKED
        assert house.in_books == house.emulator.booked("usd") == -45
        await refuses(house, how)
        assert access(house) is Access.GRANTED
        assert house.in_books == house.emulator.booked("usd") == 455
    await door(house)
    await house.hears_all()
    assert access(house) is Access.REVOKED
    assert house.in_books == house.emulator.booked("usd") == -45


@pytest.mark.parametrize("how", ["fails", "is cancelled"])
async def test_a_warning_leads_to_two_tries(house: EmulatedHouse, how: str) -> None:
    house.emulator.dashboard.refunds_await_buyer = how == "is cancelled"
    house.restart(refund_on_warning=True)
    intent = await house.bob_pays()
    await house.emulator.warn_of_fraud(house.charge_of(intent)["id"])
    await house.hears_all()
    for _ in range(2):
        assert access(house) is Access.REVOKED
        await refuses(house, how)
    assert access(house) is Access.GRANTED
    assert len(house.emulator.all("refund")) == 2


@pytest.mark.parametrize("how", ["fails", "is cancelled"])
async def test_a_payment_too_many_goes_back_by_its_name(house: EmulatedHouse, how: str) -> None:
    house.emulator.dashboard.refunds_await_buyer = how == "is cancelled"
    first = await house.clicks(BOB)
    house.emulator.faults.answer_500(
        times=None, method="POST", path=f"/v1/checkout/sessions/{first}"
    )
    (offer,) = house.store.records.offers
    await house.says(ALICE, STUDIO, f"price {code_of(offer)} 6 USD")
    second = await house.clicks(BOB)
    for session in (first, second):
        await house.emulator.pay(session)
    await house.hears_all()
    (too_many,) = [each.intent for each in house.purchase.payments if each.duplicate]
    await refuses(house, how)
    assert house.purchase.has_access
    assert house.purchase.payments[1].refundable.minor == house.purchase.payments[1].amount.minor
    await house.says(ALICE, STUDIO, f"refund {sale(house)} {too_many} paid twice")
    await house.hears_all()
    assert [each["payment_intent"] for each in house.emulator.all("refund")] == [too_many, too_many]
    assert house.purchase.has_access
