"""What counts in encrypted rooms: how it comes, from which device, and under which identity."""

from typing import Any

import pytest

from bot.errors import TemporaryError
from bot.ids import UserId
from bot.messages import Alert, Decision, Help, Line, PersonalLink, Placeholder, SignInInvitation
from tests.support.bot_harness import ALICE, BOB, LOUNGE, STUDIO, BotHarness

PNG = b"\x89PNG a picture"


@pytest.fixture
async def house() -> BotHarness:
    house = BotHarness()
    await house.open_studio()
    house.matrix.encrypted = {STUDIO, LOUNGE}
    house.matrix.keys.add("s1")
    return house


async def says(
    house: BotHarness,
    words: str,
    device: str,
    *devices: str,
    master_key: str = "alice's master key",
    who: UserId = ALICE,
) -> str:
    """`devices` are those that the identity has signed."""
    author = {"device": device, "master_key": master_key, "devices": list(devices)}
    raw = house.timeline.text(STUDIO, who, words)
    await house.hears_encrypted(house.timeline.encrypted(raw, "s1", author))
    return str(raw["event_id"])


def lines(house: BotHarness) -> list[str]:
    return [each.words for each in house.matrix.of(Line)]


async def test_a_clear_command_in_an_encrypted_room_is_not_obeyed_and_that_is_said_once(
    house: BotHarness,
) -> None:
    for _ in range(3):
        await house.hears(house.timeline.text(STUDIO, ALICE, "help"))
    assert not house.matrix.of(Help)
    (told,) = lines(house)
    assert "unencrypted" in told


async def test_a_clear_file_in_an_encrypted_studio_is_no_draft(house: BotHarness) -> None:
    await house.hears(house.timeline.file(STUDIO, ALICE, house.upload(PNG), "1.png"))
    assert not house.store.records.offers


async def test_marks_of_the_bot_in_what_a_homeserver_pushes_count_for_nothing(
    house: BotHarness,
) -> None:
    author = {"device": "d", "master_key": "m", "devices": ["d"]}
    marks: dict[str, Any] = {"encrypted": True, "gated": True, "author": author}
    await house.hears(house.timeline.text(STUDIO, ALICE, "help") | marks)
    assert not house.matrix.of(Help)
    assert not house.store.records.identities


async def test_a_clear_reaction_leads_to_a_link_in_the_persons_own_room_and_no_further(
    house: BotHarness,
) -> None:
    """Apps never encrypt reactions, so anybody who runs a homeserver can send one in anybody's name."""
    await house.publishes(PNG)
    (placeholder,) = [s for s in house.matrix.said if isinstance(s.message, Placeholder)]
    await house.reacts(BOB, LOUNGE, placeholder.event, "🔓")
    (link,) = [s for s in house.matrix.said if isinstance(s.message, PersonalLink)]
    assert link.room == house.direct(BOB)
    assert not house.stripe.checkouts


async def test_an_unsigned_device_is_not_obeyed_and_is_told_so_once(house: BotHarness) -> None:
    for _ in range(2):
        await says(house, "help", "evil", "phone")
    assert not house.matrix.of(Help)
    (told,) = lines(house)
    assert "not verified" in told
    await says(house, "help", "phone", "phone")
    assert len(house.matrix.of(Help)) == 1


async def test_without_an_identity_all_devices_count_unless_the_settings_say_otherwise(
    house: BotHarness,
) -> None:
    await says(house, "help", "phone", "phone", master_key="")
    assert len(house.matrix.of(Help)) == 1
    house.restart(signed_only=True)
    await says(house, "help", "phone", "phone", master_key="")
    assert len(house.matrix.of(Help)) == 1


async def test_a_replaced_identity_is_told_and_opens_nothing(house: BotHarness) -> None:
    await house.publishes(PNG)
    await says(house, "help", "phone", "phone")
    await says(house, "studio", "evil", "evil", master_key="the homeserver's")
    assert not house.matrix.of(SignInInvitation)
    assert any("`!ppv identity confirm`" in each for each in lines(house))
    (told,) = house.matrix.of(Decision)
    assert "encryption identity" in told.words
    (alert,) = house.matrix.of(Alert)
    assert ALICE in alert.words
    await says(house, "help", "evil", "evil", master_key="the homeserver's")
    assert len(house.matrix.of(Help)) == 2


async def test_it_is_confirmed_from_a_device_that_was_known_before(house: BotHarness) -> None:
    await says(house, "help", "phone", "phone")
    await says(house, "identity confirm", "phone", "phone", master_key="a new one")
    await says(house, "studio", "phone", "phone", master_key="a new one")
    assert house.matrix.of(SignInInvitation)


async def test_a_device_that_is_new_confirms_after_three_days_and_no_sooner(
    house: BotHarness,
) -> None:
    await says(house, "help", "phone", "phone")
    for hours in (1, 70):
        await house.time_passes(hours=hours)
        await says(house, "identity confirm", "new", "new", master_key="a new one")
        await says(house, "studio", "new", "new", master_key="a new one")
    assert not house.matrix.of(SignInInvitation)
    await house.time_passes(hours=3)
    await says(house, "identity confirm", "new", "new", master_key="a new one")
    await says(house, "studio", "new", "new", master_key="a new one")
    assert house.matrix.of(SignInInvitation)


async def test_another_identity_in_the_meantime_begins_the_wait_anew(house: BotHarness) -> None:
    await says(house, "help", "phone", "phone")
    await says(house, "help", "new", "new", master_key="a new one")
    await house.time_passes(hours=71)
    await says(house, "help", "evil", "evil", master_key="yet another")
    await house.time_passes(hours=2)
    await says(house, "identity confirm", "evil", "evil", master_key="yet another")
    await says(house, "studio", "evil", "evil", master_key="yet another")
    assert not house.matrix.of(SignInInvitation)


async def test_who_encrypts_is_not_obeyed_about_money_in_a_clear_chat(house: BotHarness) -> None:
    await says(house, "help", "phone", "phone")
    house.matrix.encrypted.discard(STUDIO)
    await house.hears(house.timeline.text(STUDIO, ALICE, "studio"))
    assert not house.matrix.of(SignInInvitation)
    await house.hears(house.timeline.text(STUDIO, ALICE, "help"))
    assert len(house.matrix.of(Help)) == 2


async def test_a_held_file_of_an_unsigned_device_stays_outside(house: BotHarness) -> None:
    author = {"device": "evil", "master_key": "m", "devices": ["phone"]}
    raw = house.timeline.file(LOUNGE, ALICE, house.upload(PNG), "1.png")
    with pytest.raises(TemporaryError, match="not signed"):
        await house.bot.inspect_encrypted(house.timeline.encrypted(raw, "s1", author))
    assert not house.store.records.handovers
