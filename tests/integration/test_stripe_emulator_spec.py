"""The judge itself: Stripe's schema, its cut, and what happens when the emulator breaks it."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import NoReturn

import pytest
import stripe

from sandbox.stripe import StripeEmulator
from sandbox.stripe.contract import Contract, SchemaMissError
from sandbox.stripe.operations import OPERATIONS
from sandbox.stripe.spec import OPERATIONS as IN_THE_CUT
from sandbox.stripe.spec import load_cut
from tests.support.synapse.stripe_world import recommended, sdk, the_sdk_s_own_warning

pytestmark = the_sdk_s_own_warning


@pytest.fixture
async def emulator() -> AsyncIterator[StripeEmulator]:
    async with StripeEmulator.start() as started:
        yield started


def test_every_operation_of_the_cut_is_carried_out() -> None:
    assert set(IN_THE_CUT) == set(OPERATIONS)


def made_again(_document: object) -> NoReturn:
    pytest.fail("the cut was made again")


def test_the_cut_is_made_once(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    made = load_cut()
    [kept] = (tmp_path / "matrix-ppv-sandbox").iterdir()
    assert "2026.5.27.3" in kept.name

    monkeypatch.setattr("sandbox.stripe.spec.cut_out", made_again)
    assert load_cut() == made


async def test_an_answer_that_stripe_would_not_give_is_a_recorded_500(
    emulator: StripeEmulator, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(
        OPERATIONS,
        ("GET", "/v1/balance"),
        lambda _call: {"object": "balance", "available": [], "livemode": "no", "pending": []},
    )
    async with sdk(emulator) as client:
        with pytest.raises(stripe.APIError) as caught:
            await client.v1.balance.retrieve_async()

    assert caught.value.http_status == 500
    [miss] = emulator.schema_misses
    assert (miss.what, miss.where) == ("GET /v1/balance", "answer[livemode]")


async def test_an_event_that_stripe_would_not_send_is_recorded(
    emulator: StripeEmulator, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with sdk(emulator) as client:
        session = await client.v1.checkout.sessions.create_async(recommended())
    monkeypatch.setattr("sandbox.stripe.charges.DELAYED_METHOD", "cowrie_shells")

    with pytest.raises(SchemaMissError):
        await emulator.pay_later(session.id)
    assert emulator.schema_misses[0].what == "charge"


def test_unnamed_properties_are_closed_all_the_way_down() -> None:
    contract = Contract(load_cut())
    found = contract.find("GET", "/v1/refunds/re_1")
    assert found is not None
    refund = {"id": "re_1", "object": "refund", "amount": 1, "created": 1, "currency": "usd"}
    contract.check_answer(found[0], refund)

    with pytest.raises(SchemaMissError, match="surprise"):
        contract.check_answer(found[0], refund | {"surprise": 1})
