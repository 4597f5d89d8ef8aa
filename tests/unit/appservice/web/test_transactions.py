"""The homeserver's side of the house."""

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from io import BytesIO
from typing import Any, cast

import pytest
from aiohttp import web
from aiohttp.test_utils import TestClient, TestServer

from appservice.metrics import Metrics
from appservice.web.api.transactions import transactions_application
from bot.errors import OperatorError, TemporaryError
from tests.support.fake_pages import Client

TOKEN = "hs-token-of-the-homeserver"
BEARER = {"Authorization": f"Bearer {TOKEN}"}
TXN = "/_matrix/app/v1/transactions/7"
EVENT = {"type": "m.room.message", "room_id": "!r:example.org", "event_id": "$1", "content": {}}


@dataclass(slots=True)
class Inbox:
    kept: list[tuple[str, list[object]]] = field(default_factory=list)
    failure: Exception | None = None
    metrics: Metrics = field(default_factory=Metrics)

    async def accept(self, txn_id: str, events: list[object]) -> None:
        if self.failure is not None:
            raise self.failure
        self.kept.append((txn_id, events))

    @asynccontextmanager
    async def listening(self) -> AsyncIterator[Client]:
        app = transactions_application(
            hs_token=TOKEN, accept=cast("Any", self.accept), metrics=self.metrics
        )
        async with TestClient(TestServer(app)) as homeserver:
            yield homeserver


async def test_a_transaction_is_kept_before_it_is_acknowledged() -> None:
    inbox = Inbox()
    async with inbox.listening() as homeserver:
        answer = await homeserver.put(TXN, json={"events": [EVENT]}, headers=BEARER)
        assert (answer.status, await answer.json()) == (200, {})
    assert inbox.kept == [("7", [EVENT])]
    assert b"ppv_transactions_total 1.0" in inbox.metrics.exposition(())


async def test_the_transaction_id_arrives_decoded() -> None:
    inbox = Inbox()
    async with inbox.listening() as homeserver:
        await homeserver.put(TXN[:-1] + "a%2Fb", json={"events": []}, headers=BEARER)
    assert inbox.kept == [("a/b", [])]


@pytest.mark.parametrize(
    ("headers", "query", "status", "code"),
    [
        ({}, "", 401, "M_MISSING_TOKEN"),
        ({"Authorization": "Bearer "}, f"?access_token={TOKEN}", 401, "M_MISSING_TOKEN"),
        ({"Authorization": TOKEN}, "", 401, "M_MISSING_TOKEN"),
        ({"Authorization": f"Basic {TOKEN}"}, "", 401, "M_MISSING_TOKEN"),
        ({"Authorization": "Bearer wrong"}, "", 403, "M_FORBIDDEN"),
        ({"Authorization": f"Bearer {TOKEN}x"}, "", 403, "M_FORBIDDEN"),
        ({"Authorization": "Bearer \u00fcmlaut"}, "", 403, "M_FORBIDDEN"),
        (BEARER, "?access_token=wrong", 403, "M_FORBIDDEN"),
    ],
)
async def test_nobody_but_the_homeserver_gets_in(
    headers: dict[str, str], query: str, status: int, code: str
) -> None:
    inbox = Inbox()
    async with inbox.listening() as stranger:
        for method, path in [
            ("PUT", TXN),
            ("POST", "/_matrix/app/v1/ping"),
            ("GET", "/_matrix/app/v1/users/@ppv:example.org"),
        ]:
            answer = await stranger.request(
                method, path + query, json={"events": [EVENT]}, headers=headers
            )
            assert (answer.status, (await answer.json())["errcode"]) == (status, code)
    assert inbox.kept == []


async def test_an_older_homeserver_may_repeat_the_token_in_the_query() -> None:
    async with Inbox().listening() as homeserver:
        answer = await homeserver.put(
            f"{TXN}?access_token={TOKEN}", json={"events": []}, headers=BEARER
        )
        assert answer.status == 200


@pytest.mark.parametrize(
    "poison",
    [
        b"1",
        b"null",
        b'{"content": ' + b'{"a":' * 5000 + b"1" + b"}" * 5000 + b"}",
        b'{"content": ' + b"[" * 100_000 + b"]" * 100_000 + b"}",
        b'{"origin_server_ts": ' + b"9" * 10_000 + b"}",
        b'{"content": {"body": "\xff"}}',
    ],
)
async def test_one_event_keeps_no_other_one_out(poison: bytes) -> None:
    """The homeserver would send the same transaction again for ever."""
    inbox = Inbox()
    async with inbox.listening() as homeserver:
        body = b'{"events": [' + poison + b', {"event_id": "$behind"}]}'
        answer = await homeserver.put(TXN, data=body, headers=BEARER)
        assert answer.status == 200
    ((_, events),) = inbox.kept
    assert len(events) == 2
    assert events[1] == {"event_id": "$behind"}


@pytest.mark.parametrize(
    ("body", "code"),
    [
        (b"", "M_NOT_JSON"),
        (b"{", "M_NOT_JSON"),
        (b"\xff\xfe\xfd", "M_NOT_JSON"),
        (b"[" * 200_000, "M_NOT_JSON"),
        (b"[]", "M_BAD_JSON"),
        (b"null", "M_BAD_JSON"),
        (b"{}", "M_BAD_JSON"),
        (b'{"events": {}}', "M_BAD_JSON"),
    ],
)
async def test_a_body_that_makes_no_sense_is_refused_by_name(body: bytes, code: str) -> None:
    inbox = Inbox()
    async with inbox.listening() as homeserver:
        answer = await homeserver.put(TXN, data=body, headers=BEARER)
        assert (answer.status, (await answer.json())["errcode"]) == (400, code)
    assert inbox.kept == []


async def test_a_body_without_end_is_refused() -> None:
    async def endless() -> AsyncIterator[bytes]:
        for _ in range(65):
            yield b" " * 1024 * 1024

    async with Inbox().listening() as homeserver:
        answer = await homeserver.put(TXN, data=endless(), headers=BEARER)
        assert (answer.status, (await answer.json())["errcode"]) == (413, "M_TOO_LARGE")


async def test_a_full_transaction_of_large_events_is_taken() -> None:
    inbox = Inbox()
    large = {**EVENT, "content": {"body": "x" * 64_000}}
    async with inbox.listening() as homeserver:
        body = BytesIO(json.dumps({"events": [large] * 100}).encode())
        answer = await homeserver.put(TXN, data=body, headers=BEARER)
        assert answer.status == 200
    assert len(inbox.kept[0][1]) == 100


@pytest.mark.parametrize(
    ("failure", "status"),
    [
        (TemporaryError("the database is locked", retry_after=2.5), 503),
        (OperatorError("the schema is gone"), 500),
        (ValueError("a bug"), 500),
    ],
)
async def test_what_could_not_be_kept_is_not_acknowledged(failure: Exception, status: int) -> None:
    async with Inbox(failure=failure).listening() as homeserver:
        answer = await homeserver.put(TXN, json={"events": [EVENT]}, headers=BEARER)
        assert answer.status == status
        assert str(failure) not in await answer.text(), "the caller learns nothing of our insides"
        assert answer.headers.get("Retry-After") == ("3" if status == 503 else None)


async def test_a_ping_is_answered() -> None:
    async with Inbox().listening() as homeserver:
        answer = await homeserver.post(
            "/_matrix/app/v1/ping", json={"transaction_id": "meow"}, headers=BEARER
        )
        assert (answer.status, await answer.json()) == (200, {})


@pytest.mark.parametrize("path", ["users/%40nobody%3Aexample.org", "rooms/%23none%3Aexample.org"])
async def test_there_are_no_users_or_rooms_to_make_on_demand(path: str) -> None:
    async with Inbox().listening() as homeserver:
        answer = await homeserver.get(f"/_matrix/app/v1/{path}", headers=BEARER)
        assert (answer.status, (await answer.json())["errcode"]) == (404, "M_NOT_FOUND")


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "/", 404),
        ("PUT", "/transactions/7", 404),
        ("GET", "/_matrix/app/v1/thirdparty/protocol/irc", 404),
        ("PUT", "/_matrix/app/v1/transactions/", 404),
        ("POST", TXN, 405),
        ("GET", "/_matrix/app/v1/ping", 405),
        ("GET", "/m/k7qm2xpa4e", 404),
    ],
)
async def test_unknown_routes_are_unrecognized(method: str, path: str, status: int) -> None:
    async with Inbox().listening() as homeserver:
        answer = await homeserver.request(method, path, headers=BEARER)
        assert (answer.status, (await answer.json())["errcode"]) == (status, "M_UNRECOGNIZED")


def test_the_token_is_in_no_repr() -> None:
    app = transactions_application(
        hs_token=TOKEN, accept=cast("Any", Inbox().accept), metrics=Metrics()
    )
    assert isinstance(app, web.Application)
    assert not [route for route in app.router.routes() if TOKEN in repr(route.handler)]
