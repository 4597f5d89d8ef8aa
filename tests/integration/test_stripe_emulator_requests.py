"""What the emulator lets in: keys, versions, addresses and parameters, as strictly as Stripe."""

import base64
from collections.abc import AsyncIterator
from typing import Any

import aiohttp
import pytest
import stripe

from sandbox.stripe import API_VERSION, StripeEmulator
from tests.contract.stripe_types import problems_of
from tests.support.synapse.stripe_world import (
    World,
    open_world,
    recommended,
    sdk,
    the_sdk_s_own_warning,
)

pytestmark = the_sdk_s_own_warning

REFUSED_PARAMETERS: list[tuple[dict[str, Any], str, str | None]] = [
    ({"sucess_url": "http://shop.example"}, "sucess_url", "parameter_unknown"),
    ({"adaptive_pricing": {"enabeld": "true"}}, "adaptive_pricing[enabeld]", "parameter_unknown"),
    ({"adaptive_pricing": {"enabled": "perhaps"}}, "adaptive_pricing[enabled]", None),
    ({"mode": "paiment"}, "mode", None),
    ({"locale": "xx"}, "locale", None),
    ({"client_reference_id": "p" * 201}, "client_reference_id", None),
    ({"client_reference_id": ""}, "client_reference_id", "parameter_invalid_empty"),
    ({"expires_at": "soon"}, "expires_at", "parameter_invalid_integer"),
    ({"custom_text": {"submit": {"message": "m" * 1201}}}, "custom_text[submit][message]", None),
    (
        {"custom_text": {"submit": {"text": "m", "message": "m"}}},
        "custom_text[submit][text]",
        "parameter_unknown",
    ),
    ({"excluded_payment_method_types": ["cheque"]}, "excluded_payment_method_types[0]", None),
    ({"allowed_payment_method_types": ["card"]}, "allowed_payment_method_types", None),
    (
        {"payment_intent_data": {"statement_descriptor_suffix": "S" * 23}},
        "payment_intent_data[statement_descriptor_suffix]",
        None,
    ),
]


@pytest.fixture
async def world() -> AsyncIterator[World]:
    async with open_world() as opened:
        yield opened


@pytest.mark.parametrize(("overrides", "param", "code"), REFUSED_PARAMETERS)
async def test_a_wrong_parameter_is_refused_by_its_bracketed_name(
    world: World, overrides: dict[str, Any], param: str, code: str | None
) -> None:
    with pytest.raises(stripe.InvalidRequestError) as caught:
        await world.session(**overrides)
    assert caught.value.param == param
    assert code is None or caught.value.code == code
    assert world.stripe.all("checkout.session") == []


@pytest.mark.parametrize(
    ("price", "param", "code"),
    [
        (
            {"currency": "usd", "unit_amout": 500, "product_data": {"name": "A"}},
            "line_items[0][price_data][unit_amout]",
            "parameter_unknown",
        ),
        (
            {"unit_amount": 500, "product_data": {"name": "A"}},
            "line_items[0][price_data][currency]",
            "parameter_missing",
        ),
        (
            {"currency": "usd", "unit_amount": "5.00", "product_data": {"name": "A"}},
            "line_items[0][price_data][unit_amount]",
            "parameter_invalid_integer",
        ),
        (
            {"currency": "usd", "unit_amount": 500, "product_data": {"name": ""}},
            "line_items[0][price_data][product_data][name]",
            "parameter_invalid_empty",
        ),
    ],
)
async def test_nested_parameters_are_judged_as_strictly(
    world: World, price: dict[str, Any], param: str, code: str
) -> None:
    with pytest.raises(stripe.InvalidRequestError) as caught:
        await world.session(line_items=[{"quantity": 1, "price_data": price}])
    assert (caught.value.param, caught.value.code) == (param, code)


async def test_requests_are_kept_for_the_tests_to_look_at(world: World) -> None:
    await world.client.v1.checkout.sessions.create_async(
        recommended(), {"idempotency_key": "ppv:cs:1"}
    )

    [seen] = world.stripe.requests

    assert (seen.method, seen.path) == ("POST", "/v1/checkout/sessions")
    assert seen.operation == "/v1/checkout/sessions"
    assert seen.idempotency_key == "ppv:cs:1"
    assert seen.api_version == API_VERSION
    assert seen.params["line_items"][0]["price_data"]["unit_amount"] == 500
    assert seen.params["adaptive_pricing"] == {"enabled": False}


async def test_the_sdk_s_own_types_have_nothing_against_the_recommended_requests(
    world: World,
) -> None:
    session = await world.session()
    paid = await world.stripe.pay(session.id)
    await world.client.v1.refunds.create_async(
        {"payment_intent": paid["payment_intent"], "reason": "duplicate"}
    )
    await world.client.v1.events.list_async({"types": ["refund.created"], "limit": 5})
    await world.client.v1.checkout.sessions.retrieve_async(session.id)

    assert [problems_of(request) for request in world.stripe.requests] == [[], [], [], []]


async def test_the_sdk_s_own_types_tell_what_a_newer_version_refuses(world: World) -> None:
    params = recommended(payment_method_types=["card"])
    del params["excluded_payment_method_types"]
    await world.client.v1.checkout.sessions.create_async(params)

    assert problems_of(world.stripe.requests[0]) == ["payment_method_types: unknown"]


@pytest.mark.parametrize("key", ["sk_test_wrong", "pk_test_1", "sk_live_secret", "nonsense"])
async def test_wrong_keys_are_refused_and_not_repeated(world: World, key: str) -> None:
    async with sdk(world.stripe, api_key=key) as client:
        with pytest.raises(stripe.AuthenticationError) as caught:
            await client.v1.balance.retrieve_async()
    assert caught.value.http_status == 401
    assert key not in str(caught.value)


async def test_live_keys_are_warned_about(world: World) -> None:
    async with sdk(world.stripe, api_key="sk_live_secret") as client:
        with pytest.raises(stripe.AuthenticationError, match="live key"):
            await client.v1.balance.retrieve_async()


async def test_the_emulator_itself_takes_no_live_key() -> None:
    with pytest.raises(ValueError, match="sk_test_"):
        async with StripeEmulator.start(secret_key="sk_live_secret"):
            pass


async def test_restricted_and_basic_keys_work() -> None:
    async with (
        StripeEmulator.start(secret_key="rk_test_restricted") as emulator,
        aiohttp.ClientSession() as http,
    ):
        credentials = base64.b64encode(b"rk_test_restricted:").decode()
        headers = {"Authorization": f"Basic {credentials}"}
        async with http.get(f"{emulator.url}/v1/balance", headers=headers) as answer:
            assert answer.status == 200
            assert answer.headers["Stripe-Version"] == API_VERSION
            assert answer.headers["Request-Id"].startswith("req_")
        async with http.get(f"{emulator.url}/v1/balance") as answer:
            assert answer.status == 401
            assert (await answer.json())["error"]["type"] == "invalid_request_error"


async def test_other_api_versions_are_refused(world: World) -> None:
    async with sdk(world.stripe, stripe_version="2026-10-28.endive") as client:
        with pytest.raises(stripe.InvalidRequestError, match="only speaks 2026-05-27"):
            await client.v1.balance.retrieve_async()


async def test_other_accounts_are_refused(world: World) -> None:
    with pytest.raises(stripe.PermissionError) as caught:
        await world.client.v1.balance.retrieve_async(options={"stripe_account": "acct_1"})
    assert caught.value.error is not None
    assert caught.value.error.code == "account_invalid"


async def test_addresses_outside_the_cut_do_not_exist(world: World) -> None:
    with pytest.raises(stripe.InvalidRequestError, match="Unrecognized request URL") as caught:
        await world.client.v1.customers.list_async()
    assert caught.value.http_status == 404
    assert world.stripe.requests[0].operation is None


@pytest.mark.parametrize(
    ("body", "content_type", "message"),
    [
        (b'{"mode": "payment"}', "application/json", "application/x-www-form-urlencoded"),
        (b"mode[=payment", "application/x-www-form-urlencoded", "Invalid parameter name"),
        (b"mode=payment&mode=setup", "application/x-www-form-urlencoded", "given twice"),
        (b"metadata=1&metadata[a]=2", "application/x-www-form-urlencoded", "both as a value"),
        (b"mode=%ff", "application/x-www-form-urlencoded", "UTF-8"),
        (b"line_items[0][quantity][a]=1", "application/x-www-form-urlencoded", "Invalid integer"),
    ],
)
async def test_bodies_that_are_no_proper_form_are_refused(
    world: World, body: bytes, content_type: str, message: str
) -> None:
    headers = {
        "Authorization": f"Bearer {world.stripe.secret_key}",
        "Content-Type": content_type,
    }
    async with (
        aiohttp.ClientSession() as http,
        http.post(f"{world.stripe.url}/v1/checkout/sessions", data=body, headers=headers) as answer,
    ):
        assert answer.status == 400
        assert message in (await answer.json())["error"]["message"]


async def test_webhook_endpoints_are_made_by_the_api(world: World) -> None:
    endpoints = world.client.v1.webhook_endpoints
    made = await endpoints.create_async(
        {
            "url": "http://127.0.0.1:9/hook",
            "enabled_events": ["checkout.session.completed"],
            "api_version": "2026-05-27.dahlia",
        }
    )
    assert made.secret is not None
    assert made.secret.startswith("whsec_")

    seen = await endpoints.retrieve_async(made.id)
    assert "secret" not in seen
    assert seen.api_version == API_VERSION
    await endpoints.delete_async(made.id)
    with pytest.raises(stripe.InvalidRequestError):
        await endpoints.retrieve_async(made.id)
