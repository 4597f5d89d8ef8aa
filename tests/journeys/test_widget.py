"""The studio beside a seller's chat: put up by a word, opened by whom their homeserver vouches for."""

import pytest

from bot.domain.people.cross_signing import Identity
from bot.domain.people.permissions import Level, NotPermitted, Permissions
from bot.domain.people.web_session import LoginTarget
from bot.errors import TemporaryError, UserError
from bot.ids import UserId
from bot.messages import Line
from bot.services.auth.widget_login import IdentityChanged, TokenRejected, WidgetExpired, WrongUser
from tests.journeys.test_own_data import data_of
from tests.journeys.test_signing_in import direct_room_of
from tests.support.bot_harness import ALICE, BOB, LOUNGE, RULES, STUDIO, BotHarness

ELSEWHERE = UserId("@alice:elsewhere.test")


@pytest.fixture
async def house() -> BotHarness:
    house = BotHarness()
    await house.open_studio()
    house.widgets.tokens = {"alices": ALICE, "bobs": BOB, "elsewhere": ELSEWHERE}
    return house


async def put_up(house: BotHarness) -> str:
    """The secret in its address."""
    await house.says(ALICE, STUDIO, "!ppv widget")
    address, _, secret = house.widgets.urls[STUDIO].partition("?for=")
    assert address == "https://ppv.test/widget"
    return secret


def said(house: BotHarness) -> str:
    return house.matrix.of(Line)[-1].words


async def test_a_word_puts_it_up_and_the_homeserver_s_word_opens_it(house: BotHarness) -> None:
    secret = await put_up(house)
    assert "beside this chat now" in said(house)
    entered = await house.bot.widget_login(secret, "alices", "test")
    assert entered.target is LoginTarget.STUDIO
    signed_in = await house.bot.login_service.current_user(entered.secret)
    assert signed_in is not None
    assert (signed_in.user, signed_in.may_sell) == (ALICE, True)


async def test_it_stays_shut_while_a_new_identity_is_not_confirmed(house: BotHarness) -> None:
    """Whoever administers the person's homeserver can make both an identity and an OpenID token."""
    secret = await put_up(house)
    changed = Identity(
        user=ALICE, trusted="old", devices=frozenset(), shown="new", changed_at=house.clock.now()
    )
    async with house.store.begin() as uow:
        await uow.people.save_identity(changed)
    with pytest.raises(IdentityChanged):
        await house.bot.widget_login(secret, "alices", "test")
    async with house.store.begin() as uow:
        await uow.people.save_identity(changed.confirmed())
    assert (await house.bot.widget_login(secret, "alices", "test")).target is LoginTarget.STUDIO


async def test_a_token_is_taken_once(house: BotHarness) -> None:
    secret = await put_up(house)
    await house.bot.widget_login(secret, "alices", "test")
    with pytest.raises(TokenRejected):
        await house.bot.widget_login(secret, "alices", "test")


async def test_a_token_that_another_widget_got_opens_nothing_without_the_address(
    house: BotHarness,
) -> None:
    await put_up(house)
    for guess in ("", "guessed", "x" * 5000):
        with pytest.raises(WidgetExpired):
            await house.bot.widget_login(guess, "alices", "test")
    assert house.widgets.asked == [], "nobody is asked for a stranger's sake"


async def test_somebody_else_does_not_come_in_by_the_address(house: BotHarness) -> None:
    secret = await put_up(house)
    with pytest.raises(WrongUser):
        await house.bot.widget_login(secret, "bobs", "test")
    with pytest.raises(WrongUser):
        await house.bot.widget_login(secret, "elsewhere", "elsewhere.test")
    assert house.widgets.asked == ["test"], "only the owner's own homeserver is asked"


@pytest.mark.parametrize("token", ["", "made-up", "with space", "a" * 3000, "é"])
async def test_a_token_that_nobody_vouches_for_is_refused(house: BotHarness, token: str) -> None:
    secret = await put_up(house)
    with pytest.raises(TokenRejected):
        await house.bot.widget_login(secret, token, "test")


async def test_the_words_after_off_end_it(house: BotHarness) -> None:
    secret = await put_up(house)
    await house.says(ALICE, STUDIO, "!ppv widget off")
    assert "out of this chat" in said(house)
    assert house.widgets.urls == {}
    with pytest.raises(WidgetExpired, match="!ppv widget"):
        await house.bot.widget_login(secret, "alices", "test")


async def test_one_put_up_anew_ends_the_one_before(house: BotHarness) -> None:
    first, second = await put_up(house), await put_up(house)
    with pytest.raises(WidgetExpired):
        await house.bot.widget_login(first, "alices", "test")
    await house.bot.widget_login(second, "alices", "test")


async def test_only_digests_are_kept(house: BotHarness) -> None:
    secret = await put_up(house)
    await house.bot.widget_login(secret, "alices", "test")
    assert secret not in repr(house.store.records)
    assert "alices" not in repr(house.store.records)


async def test_where_the_bot_may_not_it_says_so_and_nothing_opens(house: BotHarness) -> None:
    house.widgets.forbidden.add(STUDIO)
    await house.says(ALICE, STUDIO, "!ppv widget")
    assert "I may not change" in said(house)
    assert house.store.records.widgets == {}


async def test_an_address_dies_even_where_the_bot_may_not_take_it_out(house: BotHarness) -> None:
    secret = await put_up(house)
    house.widgets.forbidden.add(STUDIO)
    await house.says(ALICE, STUDIO, "!ppv widget off")
    with pytest.raises(WidgetExpired):
        await house.bot.widget_login(secret, "alices", "test")


async def test_who_may_not_sell_gets_none_and_rooms_with_others_neither(house: BotHarness) -> None:
    room = await direct_room_of(house, BOB)
    await house.says(BOB, room, "!ppv widget")
    assert "may not sell here yet" in said(house)
    await house.says(ALICE, LOUNGE, "!ppv widget")
    assert "between us" in said(house)
    assert house.widgets.urls == {}


async def test_where_no_app_is_named_it_is_not_there(house: BotHarness) -> None:
    house.restart(widgets=False)
    await house.says(ALICE, STUDIO, "!ppv widget")
    assert "`!ppv studio` opens it" in said(house)
    assert house.widgets.urls == {}


async def test_a_seller_no_more_comes_to_the_library_and_a_blocked_one_nowhere(
    house: BotHarness,
) -> None:
    secret = await put_up(house)
    house.restart(permissions=Permissions({**RULES.permissions.rules, ALICE: Level.BUYER}))
    entered = await house.bot.widget_login(secret, "alices", "test")
    assert entered.target is LoginTarget.LIBRARY
    house.widgets.tokens["new"] = ALICE
    house.restart(permissions=Permissions({ALICE: Level.BLOCK}))
    with pytest.raises(NotPermitted):
        await house.bot.widget_login(secret, "new", "test")


async def test_a_homeserver_out_of_reach_costs_no_token(house: BotHarness) -> None:
    secret = await put_up(house)
    house.widgets.out_of_reach = True
    with pytest.raises(TemporaryError):
        await house.bot.widget_login(secret, "alices", "test")
    house.widgets.out_of_reach = False
    await house.bot.widget_login(secret, "alices", "test")


async def test_nobody_lets_us_ask_without_end(house: BotHarness) -> None:
    secret = await put_up(house)
    for _ in range(10):
        with pytest.raises(TokenRejected):
            await house.bot.widget_login(secret, "made-up", "test")
    with pytest.raises(UserError, match="half a minute"):
        await house.bot.widget_login(secret, "alices", "test")
    assert len(house.widgets.asked) == 10
    await house.time_passes(minutes=1)
    await house.bot.widget_login(secret, "alices", "test")


async def test_stop_signs_out_here_as_well(house: BotHarness) -> None:
    entered = await house.bot.widget_login(await put_up(house), "alices", "test")
    await house.says(ALICE, STUDIO, "!ppv studio stop")
    assert await house.bot.login_service.current_user(entered.secret) is None


async def test_a_crash_anywhere_leaves_one_that_opens(house: BotHarness) -> None:
    for place in range(1, 6):
        house.fuse.places, house.fuse.kills_at = 0, place
        secret = await put_up(house)
        house.widgets.tokens[f"token {place}".replace(" ", "-")] = ALICE
        await house.bot.widget_login(secret, f"token-{place}", "test")
        assert len(house.store.records.widgets) == 1


async def test_since_when_it_stands_is_in_the_copy_of_what_is_kept(house: BotHarness) -> None:
    secret = await put_up(house)
    data = await data_of(house, ALICE)
    assert len(data["browsers"]["studios_beside_chats_since"]) == 1
    assert secret not in str(data)
