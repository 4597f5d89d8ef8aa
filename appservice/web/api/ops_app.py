"""The operator: is it alive, is it ready, what is it doing."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from http import HTTPStatus

from aiohttp import web
from prometheus_client import CONTENT_TYPE_LATEST, Metric

from appservice.metrics import Metrics
from appservice.web.error_pages import Fault
from appservice.web.http_server import application
from appservice.web.request_metrics import request_metrics

_BODY_LIMIT = 1024

ReadinessCheck = Callable[[], Awaitable[Mapping[str, str | None]]]
"""What we depend on by name, each with the reason why it is not ready, or None."""

TakeReadings = Callable[[], Awaitable[tuple[Metric, ...]]]
"""What there is to measure besides what was counted."""


def ops_application(
    *, ready: ReadinessCheck, metrics: Metrics, readings: TakeReadings
) -> web.Application:
    pages = _Operator(ready, metrics, readings)
    routes = [
        web.get("/live", pages.live),
        web.get("/ready", pages.readiness),
        web.get("/metrics", pages.exposition),
    ]
    return application(
        routes,
        face=_plain,
        body_limit=_BODY_LIMIT,
        middlewares=[request_metrics(metrics, "ops")],
    )


@dataclass(frozen=True, slots=True)
class _Operator:
    ready: ReadinessCheck
    metrics: Metrics
    readings: TakeReadings

    async def live(self, _: web.Request) -> web.Response:
        return web.json_response({"live": True})

    async def readiness(self, _: web.Request) -> web.Response:
        """200 when all is ready, else 503; the body tells of each part."""
        parts = await self.ready()
        ready = not any(parts.values())
        status = HTTPStatus.OK if ready else HTTPStatus.SERVICE_UNAVAILABLE
        told = {name: reason or "ok" for name, reason in parts.items()}
        return web.json_response({"ready": ready, "parts": told}, status=status)

    async def exposition(self, _: web.Request) -> web.Response:
        body = self.metrics.exposition(await self.readings())
        return web.Response(body=body, headers={"Content-Type": CONTENT_TYPE_LATEST})


def _plain(_: web.Request, fault: Fault) -> web.Response:
    return web.json_response({"error": fault.words}, status=fault.status)
