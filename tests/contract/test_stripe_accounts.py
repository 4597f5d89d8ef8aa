"""What is set, or missing, in accounts at Stripe: custom domains, terms, restricted and unlinked sellers."""

from dataclasses import replace

import pytest

from appservice.payments.checkout_session import session_params
from appservice.payments.stripe_events import payment_event
from appservice.payments.stripe_processor import StripeProcessor, checkout_origins
from bot.domain.money.checkout_attempt import Terms
from bot.errors import AccountNotSetUp, OperatorError
from bot.ids import AccountId
from sandbox.stripe import StripeEmulator
from tests.contract.test_payments import REQUEST
from tests.contract.test_payments_by_connect import open_world

PAY = "https://pay.shop.example"
TERMS = Terms(version="1", text="I waive my right of withdrawal.", url="https://shop.example/terms")


def opened(stripe: StripeEmulator, *domains: str):  # type: ignore[no-untyped-def]  # the type is StripeProcessor.open's
    return StripeProcessor.open(
        stripe.secret_key, instance="test", api_base=stripe.url, checkout_domains=domains
    )


async def test_a_custom_domain_is_trusted_once_it_is_named() -> None:
    async with StripeEmulator.start() as stripe, opened(stripe, "pay.shop.example") as processor:
        stripe.dashboard.checkout_origin = PAY
        checkout = await processor.create_checkout(REQUEST)
        assert checkout.url == f"{PAY}/c/pay/{checkout.session}"
        assert (await processor.checkout(checkout.session)).url == checkout.url


@pytest.mark.parametrize(
    "origin",
    ["https://evil.example", "https://pay.shop.example.evil.example", "http://pay.shop.example"],
)
async def test_no_other_is_and_what_was_paid_is_settled_all_the_same(origin: str) -> None:
    async with StripeEmulator.start() as stripe, opened(stripe, "pay.shop.example") as processor:
        stripe.dashboard.checkout_origin = origin
        with pytest.raises(AccountNotSetUp, match="checkout_domains") as caught:
            await processor.create_checkout(REQUEST)
        assert caught.value.made
        (session,) = stripe.all("checkout.session")
        assert (await processor.checkout(session["id"])).url is None
        await stripe.pay(session["id"])
        assert (await processor.checkout(session["id"])).payment


async def test_terms_without_an_address_in_the_dashboard_are_named() -> None:
    request = replace(REQUEST, terms=TERMS)
    async with StripeEmulator.start() as stripe, opened(stripe) as processor:
        stripe.dashboard.terms_url = None
        with pytest.raises(AccountNotSetUp, match="terms of service") as caught:
            await processor.create_checkout(request)
        assert (caught.value.account, caught.value.made) == (None, False)
        with pytest.raises(AccountNotSetUp, match="terms of service"):
            await processor.checkup().payment_page("usd", terms=True)
        assert (await processor.checkup().payment_page("usd", terms=False)).startswith(stripe.url)
        stripe.dashboard.terms_url = "https://shop.example/terms"
        assert (await processor.create_checkout(request)).url
        assert "consent_collection" in session_params(request, "test")


async def test_a_look_leaves_nothing_open() -> None:
    async with StripeEmulator.start() as stripe, opened(stripe) as processor:
        stripe.dashboard.checkout_origin = PAY
        assert (await processor.checkup().payment_page("jpy", terms=True)).startswith(PAY)
        assert [each["status"] for each in stripe.all("checkout.session")] == ["expired"]
        assert stripe.schema_misses == []


@pytest.mark.parametrize("end", [StripeEmulator.restrict, StripeEmulator.deauthorize])
async def test_a_seller_whom_stripe_takes_no_money_for(end) -> None:  # type: ignore[no-untyped-def]
    async with open_world() as world:
        account = await world.seller()
        end(world.stripe, account)
        with pytest.raises(AccountNotSetUp) as caught:
            await world.processor.create_checkout(replace(REQUEST, account=account))
        assert (caught.value.account, caught.value.made) == (account, False)
        assert not await world.onboarding.is_ready(account)


async def test_a_wrong_key_is_no_matter_of_the_account() -> None:
    async with (
        StripeEmulator.start() as stripe,
        StripeProcessor.open("sk_test_wrong", instance="test", api_base=stripe.url) as processor,
    ):
        with pytest.raises(OperatorError) as caught:
            await processor.create_checkout(REQUEST)
        assert not isinstance(caught.value, AccountNotSetUp)


def test_custom_domains_are_https_alone() -> None:
    origins = checkout_origins("https://api.stripe.com", ["pay.shop.example"])
    assert origins == {"https://checkout.stripe.com", PAY}


@pytest.mark.parametrize(
    ("type_", "about"),
    [
        ("account.updated", {"object": "account", "id": "acct_1"}),
        ("account.application.deauthorized", {"object": "application", "id": "ca_1"}),
    ],
)
def test_events_of_an_account_are_hints_to_look_at_it(type_: str, about: dict[str, str]) -> None:
    event = {
        "id": "evt_1",
        "type": type_,
        "created": 1,
        "livemode": False,
        "data": {"object": about},
    }
    connected = payment_event(event | {"account": "acct_1"}, instance="test", live=False)
    assert connected.hint
    assert (connected.hint.is_account, connected.hint.about) == (True, AccountId("acct_1"))
    assert payment_event(event, instance="test", live=False).hint is None
    assert payment_event(event | {"account": "acct_1"}, instance="test", live=True).hint is None
