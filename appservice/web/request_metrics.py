"""Middleware that counts and times HTTP requests."""

import time

from aiohttp import web
from aiohttp.typedefs import Handler, Middleware

from appservice.metrics import Metrics

_METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})
_CLIENT_CLOSED_REQUEST = "499"
"""As in nginx: the client went away before there was a response."""


def request_metrics(metrics: Metrics, listener: str) -> Middleware:
    """Label by route template, because a label by path would let callers create any number of time series."""
    in_flight = metrics.http_in_flight.labels(listener)

    @web.middleware
    async def middleware(request: web.Request, handler: Handler) -> web.StreamResponse:
        code, began = _CLIENT_CLOSED_REQUEST, time.perf_counter()
        in_flight.inc()
        try:
            response = await handler(request)
            code = str(response.status)
            return response
        finally:
            in_flight.dec()
            resource = request.match_info.route.resource
            route = resource.canonical if resource else "(none)"
            method = request.method if request.method in _METHODS else "other"
            metrics.http_duration.labels(listener, method, route, code).observe(
                time.perf_counter() - began
            )

    return middleware
