"""Who administers a seller's homeserver wants into the studio: they make an OpenID token for the seller's account.

The homeserver also knows the address of the widget, because it keeps the room's state.
"""

import pytest

from bot.domain.people.web_session import WebSession
from bot.ids import sign_in_id
from bot.messages import Decision
from bot.services.auth.widget_login import WidgetExpired
from tests.support.bot_harness import ALICE, BOB, STUDIO, BotHarness


@pytest.fixture
async def house() -> BotHarness:
    house = BotHarness()
    await house.open_studio()
    house.widgets.tokens = {f"token{number}": ALICE for number in range(9)}
    return house


async def address(house: BotHarness) -> str:
    await house.says(ALICE, STUDIO, "!ppv widget")
    return house.widgets.urls[STUDIO].partition("?for=")[2]


def warnings(house: BotHarness) -> list[str]:
    return [
        said.message.words
        for said in house.matrix.said
        if said.room == STUDIO
        and isinstance(said.message, Decision)
        and "was opened" in said.message.words
    ]


async def test_the_seller_hears_of_each_new_browser_and_can_end_it(house: BotHarness) -> None:
    secret = await address(house)
    entered = await house.bot.widget_login(secret, "token0", "test")
    await house.work()
    (warning,) = warnings(house)
    assert "`!ppv widget off`" in warning
    await house.says(ALICE, STUDIO, "!ppv widget off")
    assert await house.bot.login_service.current_user(entered.secret) is None
    with pytest.raises(WidgetExpired):
        await house.bot.widget_login(secret, "token1", "test")


async def test_the_sellers_own_browser_is_not_warned_of_again(house: BotHarness) -> None:
    secret = await address(house)
    entered = await house.bot.widget_login(secret, "token0", "test")
    await house.bot.widget_login(secret, "token1", "test", entered.secret)
    await house.work()
    assert len(warnings(house)) == 1


@pytest.mark.parametrize("cookie", ["made up", "", None, "of another person"])
async def test_no_cookie_but_the_sellers_own_keeps_it_quiet(
    house: BotHarness, cookie: str | None
) -> None:
    secret = await address(house)
    await house.bot.widget_login(secret, "token0", "test")
    await house.work()
    async with house.store.begin() as uow:
        others = WebSession(
            id=sign_in_id("of another person"), user=BOB, created_at=house.clock.now()
        )
        await uow.sign_ins.save(others)
    await house.bot.widget_login(secret, "token1", "test", cookie)
    await house.work()
    assert len(warnings(house)) == 2


async def test_what_cannot_be_undone_asks_for_a_link_from_the_chat(house: BotHarness) -> None:
    entered = await house.bot.widget_login(await address(house), "token0", "test")
    signed_in = await house.bot.login_service.current_user(entered.secret)
    assert signed_in is not None
    assert not signed_in.recent_login
