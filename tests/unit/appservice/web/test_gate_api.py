"""The gate's side of the house: what it hands over is kept before it is acknowledged, and strangers get nothing."""

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any, cast

import pytest
from aiohttp.test_utils import TestClient, TestServer

from appservice.metrics import Metrics
from appservice.web.api.gate_api import CALL, HANDOVER, HELD, gate_routes
from appservice.web.api.transactions import transactions_application
from bot.domain.matrix.intercepted_attachment import InterceptedAttachment
from bot.errors import TemporaryError
from bot.services.inbound.failed_items import Malformed
from tests.support.fake_pages import Client
from tests.support.frozen_clock import FrozenClock

SECRET = "a-secret-of-the-tests"
OURS = {"Authorization": f"Bearer {SECRET}"}
FINE: dict[str, Any] = {
    "name": "one",
    "room_id": "!room:test",
    "sender": "@sally:test",
    "content": {"msgtype": "m.image"},
}


@dataclass(slots=True)
class Shelf:
    kept: list[InterceptedAttachment] = field(default_factory=list)
    failure: Exception | None = None
    goods: bool = True
    strangers: int = 0

    async def refused(self) -> None:
        self.strangers += 1

    async def accept(self, handover: InterceptedAttachment) -> None:
        if self.failure:
            raise self.failure
        self.kept.append(handover)

    async def hold(self, event: Mapping[str, Any]) -> str | None:
        if self.failure:
            raise self.failure
        return f"held {event['event_id']}" if self.goods else None

    async def nothing(self, txn_id: str, events: list[object]) -> None:
        raise AssertionError("no transactions here")

    @asynccontextmanager
    async def listening(self, secret: str = SECRET) -> AsyncIterator[Client]:
        app = transactions_application(
            hs_token="hs",
            accept=cast("Any", self.nothing),
            metrics=Metrics(),
            gate=gate_routes(
                secret=secret,
                receive=cast("Any", self.accept),
                inspect=cast("Any", self.hold),
                report_auth_failure=cast("Any", self.refused),
                clock=FrozenClock(),
            ),
        )
        async with TestClient(TestServer(app)) as homeserver:
            yield homeserver


async def test_what_was_decrypted_and_cannot_be_kept_is_refused_for_good() -> None:
    """Otherwise the sender's app would send it again and again."""
    shelf = Shelf(failure=Malformed("nested too deeply"))
    async with shelf.listening() as gate:
        event = {**FINE, "event_id": "$event"}
        answer = await gate.post(HELD, json=event, headers=OURS)
        assert answer.status == 400
        assert (await answer.json())["errcode"] == "M_BAD_JSON"


async def test_what_is_handed_over_is_kept() -> None:
    shelf = Shelf()
    async with shelf.listening() as gate:
        answer = await gate.post(HANDOVER, json=FINE, headers=OURS)
        assert answer.status == 200
    (kept,) = shelf.kept
    assert (kept.name, kept.room, kept.sender) == ("one", "!room:test", "@sally:test")
    assert kept.content == {"msgtype": "m.image"}


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"Authorization": "Bearer hs"},
        {"Authorization": SECRET},
        {"Authorization": "Bearer \u00fc"},
    ],
)
async def test_nobody_else_hands_anything_over(headers: dict[str, str]) -> None:
    shelf = Shelf()
    async with shelf.listening() as stranger:
        assert (await stranger.post(HANDOVER, json=FINE, headers=headers)).status == 403
    assert shelf.kept == []
    assert shelf.strangers == 1


@pytest.mark.parametrize("missing", [*FINE])
async def test_half_a_handover_is_none(missing: str) -> None:
    shelf = Shelf()
    half = {key: value for key, value in FINE.items() if key != missing}
    async with shelf.listening() as gate:
        bodies: tuple[object, ...] = (half, {**FINE, missing: 7}, [], None)
        for body in bodies:
            assert (await gate.post(HANDOVER, json=body, headers=OURS)).status == 400
    assert shelf.kept == []


async def test_what_can_not_be_kept_is_not_acknowledged() -> None:
    shelf = Shelf(failure=TemporaryError("the database is locked"))
    async with shelf.listening() as gate:
        assert (await gate.post(HANDOVER, json=FINE, headers=OURS)).status == 503


async def test_what_is_held_is_taken_in_or_may_pass() -> None:
    shelf = Shelf()
    event = {**FINE, "event_id": "$1"}
    async with shelf.listening() as gate:
        answer = await gate.post(HELD, json=event, headers=OURS)
        assert await answer.json() == {"name": "held $1"}
        shelf.goods = False
        assert await (await gate.post(HELD, json=event, headers=OURS)).json() == {}
        shelf.failure = TemporaryError("the key has not come")
        assert (await gate.post(HELD, json=event, headers=OURS)).status == 503
        assert (await gate.post(HELD, json=FINE, headers=OURS)).status == 400
        assert (await gate.post(HELD, json=event)).status == 403


async def test_the_gate_may_try_whether_it_knows_the_secret() -> None:
    async with Shelf().listening() as gate:
        assert (await gate.post(CALL, json={}, headers=OURS)).status == 200
        assert (await gate.post(CALL, json={})).status == 403


async def test_without_a_secret_nobody_knows_it() -> None:
    async with Shelf().listening(secret="") as stranger:
        for bearer in ("Bearer ", "Bearer", "Bearer something"):
            answer = await stranger.post(HANDOVER, json=FINE, headers={"Authorization": bearer})
            assert answer.status == 403
