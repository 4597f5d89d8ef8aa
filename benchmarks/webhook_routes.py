"""Our webhook route, and a bare one that verifies and inserts, for comparison; and signed events for both."""

import json
import secrets
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import aiohttp
import aiosqlite
from aiohttp import web
from stripe import WebhookSignature

from appservice.clock import SystemClock
from appservice.db.store import open_store
from appservice.metrics import Metrics
from appservice.payments.webhook_verifier import WebhookVerifier
from appservice.web.api.webhooks import STRIPE_WEBHOOK, webhook_routes
from appservice.web.error_pages import Fault
from appservice.web.http_server import application, listen
from benchmarks.vault import fresh_vault
from bot.services.payments.reconcile import ReceivePaymentEvent

_SECRET = "whsec_benchmark"


@asynccontextmanager
async def ours(database: Path) -> AsyncIterator[int]:
    clock = SystemClock()
    async with open_store(f"sqlite:///{database}", clock, fresh_vault()) as store:
        routes = webhook_routes(
            WebhookVerifier(secrets=(_SECRET,), instance="ppv", live=False, clock=clock),
            ReceivePaymentEvent(store),
            Metrics(),
        )
        app = application(routes, face=_plain, body_limit=262_144)
        async with listen(app, "127.0.0.1", 0) as port:
            yield port


@asynccontextmanager
async def bare(database: Path) -> AsyncIterator[int]:
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


class Signed:
    """An event with its signature, ready to be sent."""

    def __init__(self) -> None:
        body = event()
        now = int(time.time())
        self.body = body.encode()
        self.headers = {
            "Stripe-Signature": f"t={now},v1="
            + WebhookSignature._compute_signature(f"{now}.{body}", _SECRET)
        }

    async def send(self, session: aiohttp.ClientSession, port: int) -> float:
        """The seconds until it was acknowledged. Raises RuntimeError if it was not."""
        start = time.perf_counter()
        url = f"http://127.0.0.1:{port}{STRIPE_WEBHOOK}"
        async with session.post(url, data=self.body, headers=self.headers) as response:
            if response.status != 200:
                raise RuntimeError(await response.text())
        return time.perf_counter() - start


def event() -> str:
    session = {
        "id": f"cs_test_{secrets.token_hex(16)}",
        "object": "checkout.session",
        "metadata": {"app": "ppv:ppv"},
        "padding": "x" * 4000,
    }
    event = {
        "id": f"evt_{secrets.token_hex(12)}",
        "object": "event",
        "created": int(time.time()),
        "type": "checkout.session.completed",
        "api_version": "2026-05-27.dahlia",
        "livemode": False,
        "data": {"object": session},
    }
    return json.dumps(event)


def _plain(_: web.Request, fault: Fault) -> web.Response:
    return web.json_response({}, status=fault.status)
