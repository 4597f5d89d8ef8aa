"""Somebody wants to end the program, or a request of it, by what Stripe, a gate, or other servers say."""

import io
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from aiohttp import web
from aiohttp.test_utils import TestClient, TestServer
from PIL import Image
from stripe import WebhookSignature

from appservice.matrix.openid import USERINFO, MatrixOpenId
from appservice.matrix.responses import error_of, json_object
from appservice.matrix.server_discovery import split_name
from appservice.metrics import Metrics
from appservice.payments.api_version import API_VERSION
from appservice.payments.stripe_events import UNREADABLE, payment_event
from appservice.payments.webhook_verifier import WebhookVerifier
from appservice.pictures.pillow_adapter import PillowPictures
from appservice.web.api.gate_api import HANDOVER, HELD, gate_routes
from appservice.web.api.transactions import transactions_application
from bot.domain.money.checkout_attempt import CheckoutStatus
from bot.domain.money.payment_event import UnreadableEvent
from bot.errors import AuthenticationError, PpvError, TemporaryError
from bot.ports import NoPicture
from tests.adversary.any_input import changed, damaged, dumped, inputs, share
from tests.support.bot_harness import ALICE, BOB, LOUNGE, BotHarness

SECRET = "whsec_x"


class Now:
    def now(self) -> datetime:
        return datetime.now(UTC)


def snapshot(kind: str, **subject: Any) -> dict[str, Any]:
    return {
        "id": "evt_1",
        "object": "event",
        "created": 1_800_000_000,
        "type": kind,
        "api_version": API_VERSION,
        "livemode": False,
        "data": {"object": {"metadata": {"app": "ppv:test"}, **subject}},
    }


EVENTS = (
    snapshot("checkout.session.completed", id="cs_test_1", object="checkout.session"),
    snapshot("charge.refunded", id="ch_1", object="charge", payment_intent="pi_1"),
    snapshot("refund.updated", id="re_1", object="refund", payment_intent="pi_1"),
)


async def test_by_webhooks() -> None:
    """Stripe's own are signed, so only Stripe, or whoever knows the secret, gets further than the signature."""
    house = BotHarness()
    reader = WebhookVerifier(secrets=(SECRET,), instance="test", live=False, clock=Now())
    for seed, chance in inputs("webhook", share(15)):
        body = dumped(changed(chance, chance.choice(EVENTS)))
        if chance.random() < 0.3:
            body = damaged(chance, body)
        stamp = int(datetime.now(UTC).timestamp())
        text = body.decode(errors="replace")
        header = WebhookSignature.generate_signature_header(text, SECRET, stamp)
        try:
            event = reader(
                text.encode(),
                header
                if chance.random() < 0.9
                else damaged(chance, header.encode()).decode(errors="replace"),
            )
        except AuthenticationError:
            continue
        except Exception as error:
            error.add_note(seed)
            raise
        if event.hint is not None and chance.random() < 0.1:
            await house.bot.receive_payment_event(event.hint)
    await house.work()
    await house.publishes(b"data")
    await house.reacts(BOB, LOUNGE, placeholder(house), "🔓")
    await house.comes_into(house.direct(BOB), BOB)
    await house.pays(BOB)
    (purchase,) = house.store.records.purchases.values()
    assert purchase.has_access
    assert {each.state for each in purchase.attempts} == {CheckoutStatus.COMPLETE}


def placeholder(house: BotHarness) -> str:
    (offer,) = house.store.records.offers.values()
    (listing,) = offer.listings
    assert listing.placeholder
    return str(listing.placeholder)


async def test_by_the_record_of_stripe() -> None:
    """One entry that cannot be read is one failed item, and the others are looked at."""
    for seed, chance in inputs("listing", share(10)):
        try:
            payment_event(changed(chance, chance.choice(EVENTS)), instance="test", live=False)
        except UNREADABLE:
            continue
        except Exception as error:
            error.add_note(seed)
            raise
    house = BotHarness()
    house.stripe.unreadable.append(UnreadableEvent("evt_x", "KeyError"))
    await house.publishes(b"data")
    await house.reacts(BOB, LOUNGE, placeholder(house), "🔓")
    await house.comes_into(house.direct(BOB), BOB)
    house.stripe.pay(await house.clicks(BOB))  # No webhook comes.
    await house.bot.reconcile.begin()
    await house.time_passes(hours=2)
    (purchase,) = house.store.records.purchases.values()
    assert purchase.has_access
    failed = [each for each in await house.store.queue.failed_jobs() if each.kind == "failed_item"]
    assert [each.fields["item"] for each in failed] == ["evt_x"]


async def test_by_the_gate() -> None:
    """Never a 500, and a hand-over behind all of that is kept."""
    house = BotHarness()
    house.matrix.keys.add("s1")
    content = {"msgtype": "m.image", "body": "a.png", "url": "mxc://test/a", "info": {"size": 4}}
    shared = {"room_id": LOUNGE, "sender": ALICE}
    inside = house.timeline.event(LOUNGE, ALICE, "m.room.message", content)
    held = house.timeline.encrypted(inside, "s1")
    app = transactions_application(
        hs_token="hs",
        accept=house.bot.receive_transaction,
        metrics=Metrics(),
        gate=gate_routes(
            secret="gate",
            receive=house.bot.receive_interception,
            inspect=house.bot.inspect_encrypted,
            report_auth_failure=house.bot.report_gate_auth_failure,
            clock=house.clock,
        ),
    )
    bearer = {"Authorization": "Bearer gate"}
    async with TestClient(TestServer(app)) as homeserver:
        for seed, chance in inputs("gate", share(3)):
            route, said = chance.choice(
                ((HANDOVER, {**shared, "name": "n", "content": content}), (HELD, held))
            )
            body = dumped(changed(chance, said))
            if chance.random() < 0.3:
                body = damaged(chance, body)
            answer = await homeserver.post(route, data=body, headers=bearer)
            assert answer.status != 500 or route == HELD, seed  # 503: too many at once.
        house.clock.advance(
            timedelta(minutes=2)
        )  # So much at once is more than one sender may hand over.
        good = {**shared, "name": "good", "content": content}
        answer = await homeserver.post(HANDOVER, json=good, headers=bearer)
        assert answer.status == 200
    assert "good" in house.store.records.handovers


async def test_by_answers_of_the_homeserver() -> None:
    said = {"errcode": "M_LIMIT_EXCEEDED", "error": "slow down", "retry_after_ms": 5000}
    for seed, chance in inputs("answers", share(7)):
        body = dumped(changed(chance, said))
        if chance.random() < 0.5:
            body = damaged(chance, body)
        headers = {"Retry-After": chance.choice(("5", "9" * 400, "x", "٣", ""))}
        status = chance.choice((400, 403, 404, 429, 500, 502))
        try:
            json_object(body)
            assert isinstance(error_of(status, headers, body, {}), PpvError)
        except Exception as error:
            error.add_note(seed)
            raise


async def test_by_answers_about_a_token_and_where_a_server_is() -> None:
    bodies: list[bytes] = []

    async def userinfo(_: web.Request) -> web.Response:
        return web.Response(body=bodies[-1])

    app = web.Application()
    app.router.add_get(USERINFO, userinfo)
    async with (
        TestServer(app) as server,
        MatrixOpenId.open("test", str(server.make_url("/"))) as openid,
    ):
        for seed, chance in inputs("openid", share(2)):
            said = changed(chance, {"sub": "@alice:test"})
            body = dumped(said)
            bodies.append(damaged(chance, body) if chance.random() < 0.5 else body)
            try:
                holder = await openid.holder_of("token", "test")
            except TemporaryError:
                continue
            except Exception as error:
                error.add_note(seed)
                raise
            assert holder is None or holder.endswith(":test"), seed
        bodies.append(b'{"sub": "@alice:test"}')
        assert await openid.holder_of("token", "test") == "@alice:test"
    for seed, chance in inputs("server names", share(3)):
        name = damaged(chance, b"matrix.example.org:8448").decode(errors="replace")
        found = split_name(name)
        assert found is None or found[0], seed


@pytest.mark.filterwarnings("ignore::PIL.Image.DecompressionBombWarning")
@pytest.mark.parametrize("kind", ["PNG", "JPEG", "GIF", "WEBP"])
async def test_by_pictures(kind: str) -> None:
    """What cannot be decoded is no picture, and the next one is looked at."""
    file = io.BytesIO()
    Image.new("RGB", (40, 30), "red").save(file, kind)
    async with PillowPictures.open() as pictures:
        for seed, chance in inputs(f"pictures {kind}", max(1, share(1) // 4)):
            try:
                await pictures.look(damaged(chance, file.getvalue()))
            except NoPicture:
                continue
            except Exception as error:
                error.add_note(seed)
                raise
        assert (await pictures.look(file.getvalue())).width == 40
