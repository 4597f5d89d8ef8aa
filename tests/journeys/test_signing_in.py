"""From a word in a chat to a browser that is signed in: once, for ten minutes, and for nobody else."""

import pytest

from bot.domain.people.permissions import Level, Permissions
from bot.domain.people.web_session import LoginTarget
from bot.ids import RoomId, UserId
from bot.messages import Line, SignInInvitation
from bot.services.auth.login import LinkExpired
from tests.support.bot_harness import ALICE, BOB, LOUNGE, RULES, STUDIO, BotHarness


async def asks_for_a_link(house: BotHarness) -> str:
    """The secret in the link that Alice got last."""
    await house.says(ALICE, STUDIO, "!ppv studio")
    address, _, secret = house.matrix.of(SignInInvitation)[-1].link.partition("?with=")
    assert address == "https://ppv.test/sign-in"
    return secret


async def test_the_link_comes_in_the_direct_room_and_leads_to_the_studio(house: BotHarness) -> None:
    secret = await asks_for_a_link(house)
    (said,) = house.matrix.said_of(SignInInvitation)
    assert said.room == STUDIO
    entered = await house.bot.login_service.login(secret)
    assert entered.target is LoginTarget.STUDIO
    signed_in = await house.bot.login_service.current_user(entered.secret)
    assert signed_in is not None
    assert (signed_in.user, signed_in.may_sell) == (ALICE, True)


async def test_looking_at_a_link_does_not_use_it_up(house: BotHarness) -> None:
    secret = await asks_for_a_link(house)
    for _ in range(3):
        assert (await house.bot.login_service.peek(secret)).user == ALICE
    await house.bot.login_service.login(secret)


async def test_a_link_works_once(house: BotHarness) -> None:
    secret = await asks_for_a_link(house)
    await house.bot.login_service.login(secret)
    for again in (house.bot.login_service.login, house.bot.login_service.peek):
        with pytest.raises(LinkExpired, match="!ppv studio"):
            await again(secret)


async def test_a_link_is_good_for_ten_minutes(house: BotHarness) -> None:
    secret = await asks_for_a_link(house)
    await house.time_passes(minutes=9, seconds=59)
    await house.bot.login_service.peek(secret)
    await house.time_passes(seconds=1)
    with pytest.raises(LinkExpired):
        await house.bot.login_service.login(secret)


@pytest.mark.parametrize("guess", ["", "guessed", "%00", "x" * 5000])
async def test_a_guess_opens_nothing(house: BotHarness, guess: str) -> None:
    await asks_for_a_link(house)
    with pytest.raises(LinkExpired):
        await house.bot.login_service.login(guess)
    assert await house.bot.login_service.current_user(guess) is None


async def test_only_digests_are_kept(house: BotHarness) -> None:
    link = await asks_for_a_link(house)
    assert link not in repr(house.store.records)
    entered = await house.bot.login_service.login(link)
    assert entered.secret not in repr(house.store.records)
    assert entered.secret not in repr(entered)


async def test_a_sign_in_ends_by_itself_and_by_signing_out(house: BotHarness) -> None:
    one = await house.bot.login_service.login(await asks_for_a_link(house))
    other = await house.bot.login_service.login(await asks_for_a_link(house))
    await house.bot.login_service.logout(one.secret)
    assert await house.bot.login_service.current_user(one.secret) is None
    assert await house.bot.login_service.current_user(other.secret)
    await house.time_passes(hours=12)
    assert await house.bot.login_service.current_user(other.secret) is None


async def test_signing_in_anew_ends_what_the_browser_had(house: BotHarness) -> None:
    first = await house.bot.login_service.login(await asks_for_a_link(house))
    await house.bot.login_service.login(await asks_for_a_link(house), before=first.secret)
    assert await house.bot.login_service.current_user(first.secret) is None


async def test_one_word_signs_out_everywhere(house: BotHarness) -> None:
    entered = await house.bot.login_service.login(await asks_for_a_link(house))
    unused = await asks_for_a_link(house)
    await house.says(ALICE, STUDIO, "!ppv studio stop")
    assert "signed out" in house.matrix.of(Line)[-1].words
    assert await house.bot.login_service.current_user(entered.secret) is None
    with pytest.raises(LinkExpired):
        await house.bot.login_service.login(unused)


async def test_what_has_run_out_is_swept(house: BotHarness) -> None:
    await house.bot.login_service.login(await asks_for_a_link(house))
    await asks_for_a_link(house)
    await house.time_passes(hours=13)
    await asks_for_a_link(house)
    assert len(house.store.records.sign_in_links) == 1
    assert house.store.records.sign_ins == {}


async def test_somebody_who_was_blocked_meanwhile_is_signed_out(house: BotHarness) -> None:
    entered = await house.bot.login_service.login(await asks_for_a_link(house))
    house.restart(permissions=Permissions({**RULES.permissions.rules, ALICE: Level.BUYER}))
    signed_in = await house.bot.login_service.current_user(entered.secret)
    assert signed_in is not None
    assert not signed_in.may_sell
    house.restart(permissions=Permissions({ALICE: Level.BLOCK}))
    assert await house.bot.login_service.current_user(entered.secret) is None


async def test_those_who_may_not_sell_are_told(house: BotHarness) -> None:
    room = await direct_room_of(house, BOB)
    await house.says(BOB, room, "!ppv studio")
    assert "may not sell here yet" in house.matrix.of(Line)[-1].words
    assert house.matrix.of(SignInInvitation) == []


async def test_in_a_room_with_others_no_link_is_given(house: BotHarness) -> None:
    await house.says(ALICE, LOUNGE, "!ppv studio")
    assert "between us" in house.matrix.of(Line)[-1].words
    assert house.matrix.of(SignInInvitation) == []


async def test_a_crash_between_link_and_message_leaves_one_link_that_works(
    house: BotHarness,
) -> None:
    for place in range(1, 5):
        house.fuse.places, house.fuse.kills_at = 0, place
        secret = await asks_for_a_link(house)
        await house.bot.login_service.login(secret)


async def direct_room_of(house: BotHarness, who: UserId) -> RoomId:
    room = RoomId(f"!with{who[1:4]}:test")
    house.matrix.members[room] = {who}
    await house.hears(house.timeline.invitation(room, who, RULES.bot, direct=True))
    return room
