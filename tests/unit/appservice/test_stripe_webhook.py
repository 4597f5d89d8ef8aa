"""Telling Stripe's requests from forged ones, and ours from other people's."""

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from stripe import WebhookSignature

from appservice.payments.api_version import API_VERSION
from appservice.payments.stripe_events import EventScope, PaymentEvent
from appservice.payments.webhook_verifier import WebhookVerifier
from bot.domain.money.payment_event import PaymentEventRef
from bot.errors import AuthenticationError
from bot.ids import AccountId, CheckoutSessionId, PaymentIntentId

NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)
SECRET = "whsec_current"
PREVIOUS = "whsec_previous"


class Noon:
    def now(self) -> datetime:
        return NOW


def reader(*secrets: str, live: bool = False) -> WebhookVerifier:
    return WebhookVerifier(secrets=secrets or (SECRET,), instance="test", live=live, clock=Noon())


def snapshot(**changed: Any) -> dict[str, Any]:
    session = {
        "id": "cs_test_a1B2c3D4e5F6",
        "object": "checkout.session",
        "metadata": {"app": "ppv:test", "purchase": "p1"},
    }
    event = {
        "id": "evt_1",
        "object": "event",
        "created": int(NOW.timestamp()),
        "type": "checkout.session.completed",
        "api_version": API_VERSION,
        "livemode": False,
        "data": {"object": session},
    }
    return event | changed


def about(**changed: Any) -> dict[str, Any]:
    """An event about another object."""
    session = snapshot()["data"]["object"]
    return snapshot(data={"object": session | changed})


def signed(
    event: object, *, secret: str = SECRET, at: timedelta = timedelta()
) -> tuple[bytes, str]:
    body = json.dumps(event)
    stamp = int((NOW + at).timestamp())
    return body.encode(), WebhookSignature.generate_signature_header(body, secret, stamp)


def test_a_signed_event_of_ours_names_its_checkout() -> None:
    assert reader()(*signed(snapshot())) == PaymentEvent(
        id="evt_1",
        type="checkout.session.completed",
        happened_at=NOW,
        concern=EventScope.OWN,
        hint=PaymentEventRef(
            event="evt_1", about=CheckoutSessionId("cs_test_a1B2c3D4e5F6"), is_checkout=True
        ),
    )


@pytest.mark.parametrize("secret", [SECRET, PREVIOUS])
def test_while_a_secret_is_rolled_both_are_taken(secret: str) -> None:
    assert reader(SECRET, PREVIOUS)(*signed(snapshot(), secret=secret)).hint


def test_two_signatures_in_one_header_need_only_one_that_fits() -> None:
    body, ours = signed(snapshot())
    _, theirs = signed(snapshot(), secret="whsec_unknown")
    assert reader()(body, f"{theirs},{ours.partition(',')[2]}").hint


def _with_spaces(body: bytes, header: str) -> tuple[bytes, str]:
    return body.replace(b":", b": "), header


GOOD_BODY, GOOD_HEADER = signed(snapshot())
V1 = GOOD_HEADER.partition("v1=")[2]


@pytest.mark.parametrize(
    ("body", "header"),
    [
        pytest.param(GOOD_BODY, None, id="no signature"),
        pytest.param(GOOD_BODY, "", id="an empty one"),
        pytest.param(GOOD_BODY, "garbage", id="garbage"),
        pytest.param(GOOD_BODY, f"v1={V1}", id="no time"),
        pytest.param(GOOD_BODY, f"t=x,v1={V1}", id="a time that is no number"),
        pytest.param(GOOD_BODY, GOOD_HEADER.replace("v1", "v0"), id="an outdated scheme alone"),
        pytest.param(GOOD_BODY, f"t={NOW.timestamp():.0f},v1=\u00fc", id="not ASCII"),
        pytest.param(GOOD_BODY + b" ", GOOD_HEADER, id="one byte more"),
        pytest.param(GOOD_BODY.replace(b"p1", b"p2"), GOOD_HEADER, id="tampered with"),
        pytest.param(b"\xff" + GOOD_BODY, GOOD_HEADER, id="not UTF-8"),
        pytest.param(*signed(snapshot(), secret="whsec_other"), id="another secret"),
        pytest.param(*signed(snapshot(), secret=""), id="an empty secret"),
        pytest.param(*signed(snapshot(), at=timedelta(seconds=-301)), id="too old"),
        pytest.param(*signed(snapshot(), at=timedelta(seconds=301)), id="from the future"),
        pytest.param(*signed([]), id="a list"),
        pytest.param(*signed(None), id="null"),
        pytest.param(*signed({}), id="nothing in it"),
        pytest.param(*signed(snapshot(data={"object": "cs_test_1"})), id="no object"),
        pytest.param(
            *signed({"id": "evt_1", "object": "v2.core.event", "type": "v1.refund.created"}),
            id="a thin event",
        ),
    ],
)
def test_anything_else_is_nobody(body: bytes, header: str | None) -> None:
    with pytest.raises(AuthenticationError):
        reader()(body, header)


@pytest.mark.parametrize("seconds", [-300, 300])
def test_clocks_may_differ_by_five_minutes(seconds: int) -> None:
    assert reader()(*signed(snapshot(), at=timedelta(seconds=seconds))).hint


def test_an_empty_secret_in_the_settings_opens_nothing() -> None:
    with pytest.raises(AuthenticationError):
        reader("")(*signed(snapshot(), secret=""))


@pytest.mark.parametrize("metadata", [None, {}, {"app": "ppv:another"}, {"app": "mugs"}])
def test_what_is_not_ours_in_the_account_is_told_apart(metadata: dict[str, str] | None) -> None:
    event = reader()(*signed(about(metadata=metadata)))
    assert (event.concern, event.hint) == (EventScope.FOREIGN, None)


def test_an_event_of_ours_that_nothing_follows_from_is_left_alone() -> None:
    event = reader()(*signed(about(id="pi_1", object="payment_intent")))
    assert (event.concern, event.hint) == (EventScope.FOREIGN, None)


@pytest.mark.parametrize("kind", ["charge", "refund", "dispute", "radar.early_fraud_warning"])
def test_what_became_of_money_names_its_payment(kind: str) -> None:
    event = reader()(*signed(about(id="x_1", object=kind, payment_intent="pi_1")))
    assert event.hint == PaymentEventRef(
        event="evt_1", about=PaymentIntentId("pi_1"), is_checkout=False
    )


@pytest.mark.parametrize("kind", ["charge", "refund", "dispute"])
def test_money_that_moved_without_a_payment_is_not_ours(kind: str) -> None:
    event = reader()(*signed(about(id="x_1", object=kind, payment_intent=None)))
    assert (event.concern, event.hint) == (EventScope.FOREIGN, None)


CONNECT = "whsec_connect"


def with_connect() -> WebhookVerifier:
    return replace(reader(), connect_secrets=(CONNECT,))


@pytest.mark.parametrize(("account", "secret"), [("acct_1", SECRET), (None, CONNECT)])
def test_each_endpoint_speaks_for_its_own_accounts_only(account: str | None, secret: str) -> None:
    with pytest.raises(AuthenticationError):
        with_connect()(*signed(snapshot(account=account), secret=secret))


def test_an_event_of_a_seller_s_own_account_names_it() -> None:
    hint = with_connect()(*signed(snapshot(account="acct_1"), secret=CONNECT)).hint
    assert hint is not None
    assert hint.account == AccountId("acct_1")


@pytest.mark.parametrize("live", [True, False])
def test_test_money_and_real_money_do_not_mix(live: bool, caplog: pytest.LogCaptureFixture) -> None:
    event = reader(live=not live)(*signed(snapshot(livemode=live)))
    assert (event.concern, event.hint) == (EventScope.OTHER_MODE, None)
    assert "livemode" in caplog.text


def test_another_api_version_is_read_with_a_warning(caplog: pytest.LogCaptureFixture) -> None:
    assert reader()(*signed(snapshot(api_version="2020-08-27"))).hint
    assert "2020-08-27" in caplog.text


def test_the_secrets_are_in_no_repr() -> None:
    assert SECRET not in repr(reader())
