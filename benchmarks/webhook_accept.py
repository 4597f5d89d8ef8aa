"""How long a webhook takes to be durable, beside a bare route that verifies and inserts."""

import asyncio
import json
import secrets
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from statistics import median

import aiohttp
import aiosqlite
from aiohttp import web
from stripe import WebhookSignature

from appservice.clock import SystemClock
from appservice.db.store import open_store
from appservice.payments.webhook import WebhookReader
from appservice.web.faults import Fault
from appservice.web.metrics import Metrics
from appservice.web.server import application, listen
from appservice.web.webhooks import STRIPE_WEBHOOK, webhook_routes
from benchmarks.figure import Figure, at_most
from bot.paying.hints import ReceivePaymentEvent

_SECRET = "whsec_benchmark"
_ROUNDS = 400

Send = Callable[[], Awaitable[float]]


def measure(folder: Path) -> list[Figure]:
    return asyncio.run(_measure(folder))


async def _measure(folder: Path) -> list[Figure]:
    async with (
        aiohttp.ClientSession() as session,
        _ours(folder / "ours.db") as our_port,
        _bare(folder / "bare.db") as bare_port,
    ):
        ours, bare = _sender(session, our_port), _sender(session, bare_port)
        for _ in range(20):
            await ours()
            await bare()
        pairs = [(await ours(), await bare()) for _ in range(_ROUNDS)]
    our_time, bare_time = (median(times) for times in zip(*pairs, strict=True))
    return [at_most("webhook accepted, of a bare route's time", our_time / bare_time, 3, " times")]


@asynccontextmanager
async def _ours(database: Path) -> AsyncIterator[int]:
    clock = SystemClock()
    async with open_store(f"sqlite:///{database}", clock) as store:
        routes = webhook_routes(
            read=WebhookReader(secrets=(_SECRET,), instance="ppv", live=False, clock=clock),
            accept=ReceivePaymentEvent(store),
            metrics=Metrics(),
        )
        app = application(routes, face=_plain, body_limit=262_144)
        async with listen(app, "127.0.0.1", 0) as port:
            yield port


@asynccontextmanager
async def _bare(database: Path) -> AsyncIterator[int]:
    async with aiosqlite.connect(database) as connection:
        await connection.execute("PRAGMA journal_mode = WAL")
        await connection.execute("PRAGMA synchronous = FULL")
        await connection.execute("CREATE TABLE inbox (id TEXT PRIMARY KEY, body TEXT)")

        async def accept(request: web.Request) -> web.Response:
            body = (await request.read()).decode()
            WebhookSignature.verify_header(body, request.headers["Stripe-Signature"], _SECRET, 300)
            event = json.loads(body)
            await connection.execute("INSERT INTO inbox VALUES (?, ?)", (event["id"], body))
            await connection.commit()
            return web.json_response({})

        app = web.Application()
        app.add_routes([web.post(STRIPE_WEBHOOK, accept)])
        async with listen(app, "127.0.0.1", 0) as port:
            yield port


def _sender(session: aiohttp.ClientSession, port: int) -> Send:
    async def send() -> float:
        body = _event()
        now = int(time.time())
        signature = WebhookSignature._compute_signature(f"{now}.{body}", _SECRET)
        headers = {"Stripe-Signature": f"t={now},v1={signature}"}
        start = time.perf_counter()
        url = f"http://127.0.0.1:{port}{STRIPE_WEBHOOK}"
        async with session.post(url, data=body.encode(), headers=headers) as response:
            if response.status != 200:
                raise RuntimeError(await response.text())
        return time.perf_counter() - start

    return send


def _event() -> str:
    session = {
        "id": f"cs_test_{secrets.token_hex(16)}",
        "object": "checkout.session",
        "metadata": {"app": "ppv:ppv"},
        "padding": "x" * 4000,
    }
    event = {
        "id": f"evt_{secrets.token_hex(12)}",
        "object": "event",
        "type": "checkout.session.completed",
        "api_version": "2026-05-27.dahlia",
        "livemode": False,
        "data": {"object": session},
    }
    return json.dumps(event)


def _plain(_: web.Request, fault: Fault) -> web.Response:
    return web.json_response({}, status=fault.status)
