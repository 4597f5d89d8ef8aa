"""Sellers' own accounts, taxes and invoices at Stripe: the adapter against the emulator."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

import pytest

from appservice.payments.connect_onboarding import StripeOnboarding
from appservice.payments.stripe_processor import StripeProcessor
from bot.domain.money.checkout_attempt import CheckoutRequest, CheckoutStatus, Tax, Terms
from bot.domain.money.money import Money
from bot.domain.money.payment_event import PaymentEventRef
from bot.domain.purchases.ledger import entries_of
from bot.domain.purchases.purchase import Purchase
from bot.errors import OperatorError
from bot.ids import AccountId, PaymentIntentId, PurchaseId, UserId
from bot.ports import RefundReason, RefundRequest
from sandbox.stripe import StripeEmulator
from tests.contract.stripe_types import problems_of
from tests.contract.test_payments import REQUEST
from tests.support.factories import purchase
from tests.support.synapse.stripe_world import the_sdk_s_own_warning

pytestmark = the_sdk_s_own_warning

SALLY = UserId("@sally:test")
SOON = datetime.now(UTC).replace(microsecond=0) + timedelta(hours=1)
PLAIN = replace(REQUEST, expires_at=SOON)


@dataclass(frozen=True, slots=True)
class World:
    stripe: StripeEmulator
    processor: StripeProcessor
    onboarding: StripeOnboarding

    async def seller(self) -> AccountId:
        account = await self.onboarding.open_account(SALLY)
        self.stripe.onboard(account)
        return account

    async def paid(self, request: CheckoutRequest) -> Purchase:
        """A purchase that was asked for and paid so."""
        checkout = await self.processor.create_checkout(request)
        await self.stripe.pay(checkout.session)
        await self.stripe.book_payments(all_of_them=True)
        found = await self.processor.checkout(checkout.session, request.account)
        assert found.state is CheckoutStatus.COMPLETE
        begun = purchase("p1").with_attempt(request)
        opened = begun.attempt_opened(1, checkout.session, checkout.url or "")
        return opened.with_payment(found, live=False)


@asynccontextmanager
async def open_world() -> AsyncIterator[World]:
    async with (
        StripeEmulator.start() as stripe,
        StripeProcessor.open(stripe.secret_key, instance="test", api_base=stripe.url) as processor,
    ):
        onboarding = processor.onboarding(
            api_base=stripe.url, back_to="https://matrix.to/#/@bot:test"
        )
        yield World(stripe, processor, onboarding)
        assert stripe.schema_misses == []
        v1 = [r for r in stripe.requests if r.path.startswith("/v1/")]
        assert [problem for request in v1 for problem in problems_of(request)] == []


async def test_an_account_is_opened_once_filled_in_by_its_seller_and_then_ready() -> None:
    async with open_world() as world:
        account = await world.onboarding.open_account(SALLY)
        assert await world.onboarding.open_account(SALLY) == account
        assert not await world.onboarding.is_ready(account)
        link = await world.onboarding.link(account)
        assert link == f"{world.stripe.url}/connect/{account}"
        world.stripe.onboard(account)
        assert await world.onboarding.is_ready(account)
        assert world.stripe.connected_accounts == (account,)


async def test_a_link_that_is_not_stripes_is_not_handed_out() -> None:
    async with open_world() as world:
        account = await world.onboarding.open_account(SALLY)
        strict = replace(world.onboarding, api_base="https://api.stripe.com")
        with pytest.raises(OperatorError, match="not Stripe's"):
            await strict.link(account)


async def test_a_sale_is_the_sellers_less_the_commission_to_the_cent() -> None:
    async with open_world() as world:
        account = await world.seller()
        sale = await world.paid(replace(PLAIN, account=account, commission=Money(50, "usd")))
        assert world.stripe.balance("usd", account=account) == 450
        assert world.stripe.balance("usd") == 50
        assert _booked(sale) == 450


async def test_a_refund_gives_the_commission_back_as_well() -> None:
    async with open_world() as world:
        account = await world.seller()
        sale = await world.paid(replace(PLAIN, account=account, commission=Money(50, "usd")))
        intent = sale.payments[0].intent
        for minor, key in ((200, "a part"), (None, "the rest")):
            amount = Money(minor, "usd") if minor else None
            await world.processor.refund(_back(intent, account, amount, key))
        facts = await world.processor.payment(intent, account)
        assert facts is not None
        assert world.stripe.balance("usd", account=account) == 0
        assert world.stripe.balance("usd") == 0
        assert _booked(sale.with_snapshot(facts)) == 0


async def test_a_sale_too_small_for_a_commission_is_refunded_as_well() -> None:
    async with open_world() as world:
        account = await world.seller()
        sale = await world.paid(replace(PLAIN, account=account))
        await world.processor.refund(_back(sale.payments[0].intent, account, None, "all"))
        assert world.stripe.balance("usd", account=account) == 0


async def test_nobody_looks_into_an_account_that_is_not_connected() -> None:
    async with open_world() as world:
        with pytest.raises(OperatorError):
            await world.processor.create_checkout(
                replace(PLAIN, account=AccountId("acct_stranger"))
            )


async def test_a_session_of_one_account_is_unknown_in_another() -> None:
    async with open_world() as world:
        account = await world.seller()
        session = (await world.processor.create_checkout(replace(PLAIN, account=account))).session
        with pytest.raises(OperatorError):
            await world.processor.checkout(session)


async def test_the_record_is_read_account_by_account() -> None:
    async with open_world() as world:
        account = await world.seller()
        await world.paid(replace(PLAIN, account=account))
        now = datetime.now(UTC)
        history = world.processor.history(live=False)
        since, until = now - timedelta(hours=1), now + timedelta(hours=1)
        assert [hint async for hint in history.events(since, until)] == []
        hints = [hint async for hint in history.events(since, until, account)]
        assert {hint.account for hint in hints if isinstance(hint, PaymentEventRef)} == {account}
        assert len([each async for each in history.completed(since, account)]) == 1


@pytest.mark.parametrize(("tax", "paid", "of_it"), [(Tax.INCLUDED, 500, 83), (Tax.ADDED, 600, 100)])
async def test_the_amount_check_follows_the_tax(tax: Tax, paid: int, of_it: int) -> None:
    async with open_world() as world:
        sale = await world.paid(replace(PLAIN, tax=tax))
        (payment,) = sale.payments
        assert (payment.amount, payment.tax) == (Money(paid, "usd"), Money(of_it, "usd"))
        assert world.stripe.balance("usd") == paid


async def test_terms_that_are_accepted_on_the_page_are_kept() -> None:
    terms = Terms(version="3", text="Files at once, no return.", url="https://ppv.test/terms")
    async with open_world() as world:
        sale = await world.paid(replace(PLAIN, terms=terms))
        consent = sale.payments[0].consent
        assert consent is not None
        assert consent.version == "3"


async def test_invoices_and_managed_payments_are_asked_for() -> None:
    async with open_world() as world:
        sale = await world.paid(replace(PLAIN, invoice=True))
        assert world.stripe.get(sale.payments[0].session)["invoice"].startswith("in_")
        other = replace(PLAIN, attempt=1, purchase=PurchaseId("p2"), managed=True)
        made = await world.processor.create_checkout(other)
        assert world.stripe.get(made.session)["managed_payments"] == {"enabled": True}


def _back(
    intent: PaymentIntentId, account: AccountId, amount: Money | None, key: str
) -> RefundRequest:
    return RefundRequest(
        key=key, intent=intent, amount=amount, reason=RefundReason.REQUESTED, account=account
    )


def _booked(sale: Purchase) -> int:
    return sum(entry.amount.minor for entry in entries_of(sale, SALLY))
