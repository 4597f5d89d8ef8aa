"""The operator's side of the house."""

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

from aiohttp.test_utils import TestClient, TestServer
from prometheus_client import Metric
from prometheus_client.core import GaugeMetricFamily

from appservice.metrics import Metrics
from appservice.web.api.ops_app import ops_application
from tests.support.fake_pages import Client


@dataclass(slots=True)
class Works:
    parts: dict[str, str | None] = field(default_factory=lambda: {"homeserver": None})
    failure: Exception | None = None

    async def ready(self) -> Mapping[str, str | None]:
        if self.failure is not None:
            raise self.failure
        return self.parts

    async def readings(self) -> tuple[Metric, ...]:
        return (GaugeMetricFamily("ppv_cups", "Cups on the table.", 4.0),)

    @asynccontextmanager
    async def listening(self) -> AsyncIterator[Client]:
        app = ops_application(ready=self.ready, metrics=Metrics(), readings=self.readings)
        async with TestClient(TestServer(app)) as operator:
            yield operator


async def test_it_is_alive_even_when_nothing_else_is() -> None:
    async with Works(failure=RuntimeError("everything is down")).listening() as operator:
        assert (await operator.get("/live")).status == 200


async def test_it_is_ready_when_every_part_is() -> None:
    async with Works({"homeserver": None, "database": None}).listening() as operator:
        answer = await operator.get("/ready")
        assert answer.status == 200
        assert await answer.json() == {
            "ready": True,
            "parts": {"homeserver": "ok", "database": "ok"},
        }


async def test_one_part_that_is_not_ready_is_named_with_its_reason() -> None:
    async with Works({"homeserver": "no answer", "database": None}).listening() as operator:
        answer = await operator.get("/ready")
        assert answer.status == 503
        assert await answer.json() == {
            "ready": False,
            "parts": {"homeserver": "no answer", "database": "ok"},
        }


async def test_a_check_that_fails_is_not_ready() -> None:
    async with Works(failure=RuntimeError("a bug")).listening() as operator:
        assert (await operator.get("/ready")).status == 500


async def test_metrics_hold_counters_readings_and_the_process() -> None:
    async with Works().listening() as operator:
        answer = await operator.get("/metrics")
        text = await answer.text()
    assert answer.content_type == "text/plain"
    for line in (
        "ppv_transactions_total 0.0",
        "ppv_checkout_redirects_total 0.0",
        "# HELP ppv_cups Cups on the table.",
        "ppv_cups 4.0",
        "process_resident_memory_bytes",
    ):
        assert line in text


async def test_two_applications_in_one_process_count_for_themselves() -> None:
    one, other = Metrics(), Metrics()
    one.checkouts.inc()
    assert b"ppv_checkout_redirects_total 1.0" in one.exposition(())
    assert b"ppv_checkout_redirects_total 0.0" in other.exposition(())


async def test_there_is_nothing_else_to_see() -> None:
    async with Works().listening() as operator:
        assert (await operator.get("/m/k7qm2xpa4e")).status == 404
