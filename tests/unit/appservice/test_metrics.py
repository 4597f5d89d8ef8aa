"""Metrics of requests, calls and jobs; labels are templates, whatever callers ask for."""

import pytest
from aiohttp import web
from aiohttp.test_utils import TestClient, TestServer

from appservice.matrix.client import _endpoint_of, path_of, with_query
from appservice.metrics import NOT_TIMED, Metrics
from appservice.payments.timed_http_client import endpoint_of
from appservice.web.http_server import application
from appservice.web.request_metrics import request_metrics
from tests.support.fake_pages import plain_json


async def _answer(request: web.Request) -> web.Response:
    if request.match_info["code"] == "broken":
        raise RuntimeError("a bug")
    return web.json_response({})


async def test_http_requests_are_counted_by_route_template() -> None:
    metrics = Metrics()
    app = application(
        [web.get("/m/{code}", _answer)],
        face=plain_json,
        body_limit=1000,
        middlewares=[request_metrics(metrics, "public")],
    )
    async with TestClient(TestServer(app)) as client:
        for path in ("/m/one", "/m/two", "/m/broken", "/nothing/1", "/nothing/2"):
            await client.get(path)
        await client.request("PROPFIND", "/m/one")
    shown = metrics.exposition(()).decode()
    count = 'ppv_http_request_duration_seconds_count{code="%s",listener="public",method="%s",route="%s"} %s'
    assert count % (200, "GET", "/m/{code}", 2.0) in shown
    assert count % (500, "GET", "/m/{code}", 1.0) in shown
    assert count % (404, "GET", "(none)", 2.0) in shown
    assert count % (405, "other", "(none)", 1.0) in shown
    assert 'ppv_http_requests_in_flight{listener="public"} 0.0' in shown


@pytest.mark.parametrize(
    ("status", "outcome"),
    [(200, "success"), (404, "client_error"), (503, "server_error"), (None, "no_answer")],
)
def test_calls_are_counted_by_outcome(status: int | None, outcome: str) -> None:
    metrics = Metrics()
    with metrics.stripe_calls.timed("GET", "/v1/refunds/{}") as call:
        call.status = status
    name = "ppv_stripe_request_duration_seconds_count"
    line = f'{name}{{endpoint="/v1/refunds/{{}}",method="GET",outcome="{outcome}"}} 1.0'
    assert line in metrics.exposition(()).decode()


def test_a_timer_without_a_histogram_does_nothing() -> None:
    with NOT_TIMED.timed("GET", "/") as call:
        call.status = 200


def test_endpoints_hold_no_ids() -> None:
    path = path_of("/_matrix/client/v3/rooms/{}/state?at={}", "!room:test", "x")
    assert _endpoint_of(with_query(path, {"user_id": "@a:test"})) == (
        "/_matrix/client/v3/rooms/{}/state"
    )
    assert _endpoint_of("/_matrix/client/v3/sync?since=s1") == "/_matrix/client/v3/sync"
    assert _endpoint_of("/_matrix/client/v3/rooms/%21r%3Atest") == "/_matrix/client/v3/rooms/{}"
    assert (
        endpoint_of("https://api.stripe.com/v1/checkout/sessions/cs_test_a1B2/line_items?limit=1")
        == "/v1/checkout/sessions/{}/line_items"
    )


def test_build_info_names_the_version() -> None:
    assert "ppv_build_info{" in Metrics().exposition(()).decode()
