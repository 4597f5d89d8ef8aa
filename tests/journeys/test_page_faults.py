"""A page that fails says that the people who run this have been told, and they have been."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest
from aiohttp.test_utils import TestClient, TestServer

from appservice.web.error_pages import REPORT_FAULT
from bot.errors import OperatorError, TemporaryError, UserError
from bot.messages import Alert
from tests.support.bot_harness import BotHarness
from tests.support.fake_page_data import LINK
from tests.support.fake_pages import OUR_OWN_PAGE, Shop
from tests.unit.appservice.web.test_checkout_pages import PAY

TOLD = "those who run this service have been told"


@asynccontextmanager
async def visited(house: BotHarness, failure: Exception) -> AsyncIterator[TestClient]:  # type: ignore[type-arg]
    app = Shop(failure=failure).application()
    app[REPORT_FAULT] = house.bot.report_page_failure
    async with TestClient(TestServer(app), headers=OUR_OWN_PAGE) as client:
        yield client


@pytest.mark.parametrize("failure", [OperatorError("wrong key sk_test_123"), KeyError("a bug")])
async def test_admins_are_told_once_an_hour_for_each_route(failure: Exception) -> None:
    house = BotHarness()
    for hours in (0, 0, 1):
        await house.time_passes(hours=hours)
        async with visited(house, failure) as client:
            for _ in range(3):
                answer = await client.post(PAY, data={"for": LINK})
                assert answer.status == 500
                assert TOLD in await answer.text()
            assert (await client.get("/m/k7qm2xpa4e")).status == 500
        await house.work()
    alerts = [each.words for each in house.matrix.of(Alert)]
    assert len(alerts) == len(set(alerts)) * 2 == 4
    assert any(f"POST {PAY}" in each and type(failure).__name__ in each for each in alerts)
    assert not any(LINK in each or "sk_test" in each or "k7qm2xpa4e" in each for each in alerts)


async def test_after_a_restart_they_are_not_told_again() -> None:
    house = BotHarness()
    for _ in range(2):
        async with visited(house, KeyError("a bug")) as client:
            await client.post(PAY, data={"for": LINK})
        await house.work()
        house.restart()
    assert len(house.matrix.of(Alert)) == 1


@pytest.mark.parametrize("failure", [UserError("no"), TemporaryError("later")])
async def test_what_others_can_mend_is_no_alert(failure: Exception) -> None:
    house = BotHarness()
    async with visited(house, failure) as client:
        assert TOLD not in await (await client.post(PAY, data={"for": LINK})).text()
    await house.work()
    assert not house.matrix.of(Alert)


async def test_nobody_has_been_told_where_that_is_not_possible() -> None:
    async def full(_: str, __: str) -> None:
        raise TemporaryError("the disk is full")

    app = Shop(failure=KeyError("a bug")).application()
    app[REPORT_FAULT] = full
    async with TestClient(TestServer(app), headers=OUR_OWN_PAGE) as client:
        answer = await client.post(PAY, data={"for": LINK})
        assert answer.status == 500
        assert TOLD not in await answer.text()
