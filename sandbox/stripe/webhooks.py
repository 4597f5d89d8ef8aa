"""Webhooks: who is told, the delivery with its retries, and a log of every attempt."""

import asyncio
import json
import time
from collections.abc import Coroutine, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain

import aiohttp

from sandbox.stripe.faults import FaultSwitches, Mishap, WebhookFault
from sandbox.stripe.ledger import Ledger
from sandbox.stripe.signature import sign
from sandbox.stripe.vocabulary import StripeObject

LONGEST_WAIT = 20.0
"""Seconds a receiver has to answer. Stripe does not publish its own limit."""

_A_STRANGER = "whsec_" + "0" * 32


@dataclass(frozen=True, slots=True)
class Delivery:
    """One attempt. `status` is None if no answer came; then `problem` says why."""

    event_id: str
    event_type: str
    endpoint_id: str
    url: str
    attempt: int
    forged: bool
    headers: Mapping[str, str]
    body: bytes
    status: int | None
    problem: str | None

    @property
    def accepted(self) -> bool:
        return self.status is not None and 200 <= self.status < 300


class WebhookSender:
    """Delivers concurrently and in no promised order, as Stripe does."""

    def __init__(
        self,
        *,
        ledger: Ledger,
        faults: FaultSwitches,
        http: aiohttp.ClientSession,
        retry_delays: Sequence[float],
    ) -> None:
        self.log: list[Delivery] = []
        self.secrets: dict[str, str] = {}
        self.connect_endpoints: set[str] = set()
        self._ledger = ledger
        self._faults = faults
        self._http = http
        self._retry_delays = tuple(retry_delays)
        self._waiting: dict[str, set[str]] = {}
        self._under_way: set[asyncio.Task[None]] = set()
        self._unanswered: set[asyncio.Future[None]] = set()

    def announce(self, event: StripeObject) -> None:
        """Start telling every subscriber; faults are looked up for each of them."""
        subscribers = self._subscribers(event)
        self._waiting[event["id"]] = set(subscribers)
        event["pending_webhooks"] = len(subscribers)
        for endpoint in subscribers:
            fault = self._faults.take_webhook(event["type"])
            if fault is None:
                self._start(self._deliver(event, endpoint, self._promise()))
            else:
                self._mishandle(event, endpoint, fault)

    def resend(self, event: StripeObject) -> None:
        for endpoint in self._subscribers(event):
            self._start(self._deliver(event, endpoint, self._promise()))

    async def first_answers(self, limit: float) -> None:
        """Wait until every webhook now on its way was answered once, at most `limit` seconds."""
        if self._unanswered:
            await asyncio.wait(self._unanswered, timeout=limit)

    async def done(self) -> None:
        while self._under_way:
            await asyncio.wait(self._under_way)

    async def close(self) -> None:
        tasks = list(self._under_way)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    def _subscribers(self, event: StripeObject) -> list[str]:
        """Events of connected accounts go to the endpoints for these, all others to the others."""
        return [
            endpoint["id"]
            for endpoint in self._ledger.where("webhook_endpoint", status="enabled")
            if {"*", event["type"]} & set(endpoint["enabled_events"])
            and (endpoint["id"] in self.connect_endpoints) is ("account" in event)
        ]

    def _mishandle(self, event: StripeObject, endpoint: str, fault: WebhookFault) -> None:
        match fault.mishap:
            case Mishap.LATE:
                self._start(self._deliver(event, endpoint, None, delay=fault.seconds))
            case Mishap.DOUBLED:
                for _ in range(2):
                    self._start(self._deliver(event, endpoint, self._promise()))
            case Mishap.REORDERED:
                fault.held.append((event, endpoint))
                if len(fault.held) == fault.batch:
                    self._start(self._deliver_backwards(fault.held, self._promise()))
            case Mishap.FORGED:
                self._start(self._forge(event, endpoint, self._promise()))
                self._start(self._deliver(event, endpoint, self._promise()))
            case Mishap.NEVER:
                pass

    async def _deliver_backwards(
        self, held: list[tuple[StripeObject, str]], answered: asyncio.Future[None]
    ) -> None:
        for event, endpoint in reversed(held):
            await self._deliver(event, endpoint, None)
        answered.set_result(None)

    async def _deliver(
        self,
        event: StripeObject,
        endpoint: str,
        answered: asyncio.Future[None] | None,
        *,
        delay: float = 0.0,
    ) -> None:
        for attempt, pause in enumerate(chain((delay,), self._retry_delays), start=1):
            await asyncio.sleep(pause)
            accepted = await self._post(event, endpoint, self.secrets.get(endpoint), attempt)
            if answered is not None and not answered.done():
                answered.set_result(None)
            if accepted:
                waiting = self._waiting[event["id"]]
                waiting.discard(endpoint)
                event["pending_webhooks"] = len(waiting)
                return

    async def _forge(
        self, event: StripeObject, endpoint: str, answered: asyncio.Future[None]
    ) -> None:
        await self._post(event, endpoint, _A_STRANGER, 1)
        answered.set_result(None)

    async def _post(
        self, event: StripeObject, endpoint: str, secret: str | None, attempt: int
    ) -> bool:
        subscriber = self._ledger.find(endpoint)
        if subscriber is None or secret is None:
            return False
        body = json.dumps(event, indent=2).encode()
        headers = {
            "Accept": "*/*; q=0.5, application/xml",
            "Cache-Control": "no-cache",
            "Content-Type": "application/json; charset=utf-8",
            "Stripe-Signature": sign(body, secret, int(time.time())),
            "User-Agent": "Stripe/1.0 (+https://stripe.com/docs/webhooks)",
        }
        status, problem = await self._send(subscriber["url"], body, headers)
        delivery = Delivery(
            event_id=event["id"],
            event_type=event["type"],
            endpoint_id=endpoint,
            url=subscriber["url"],
            attempt=attempt,
            forged=secret == _A_STRANGER,
            headers=headers,
            body=body,
            status=status,
            problem=problem,
        )
        self.log.append(delivery)
        return delivery.accepted

    async def _send(
        self, url: str, body: bytes, headers: dict[str, str]
    ) -> tuple[int | None, str | None]:
        limit = aiohttp.ClientTimeout(total=LONGEST_WAIT)
        try:
            async with self._http.post(
                url, data=body, headers=headers, allow_redirects=False, timeout=limit
            ) as answer:
                await answer.read()
                return answer.status, None
        except (aiohttp.ClientError, TimeoutError) as problem:
            return None, f"{type(problem).__name__}: {problem}"

    def _promise(self) -> asyncio.Future[None]:
        promise = asyncio.get_running_loop().create_future()
        self._unanswered.add(promise)
        promise.add_done_callback(self._unanswered.discard)
        return promise

    def _start(self, work: Coroutine[None, None, None]) -> None:
        task = asyncio.create_task(work)
        self._under_way.add(task)
        task.add_done_callback(self._under_way.discard)
