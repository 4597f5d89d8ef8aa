"""Trust on first use: which devices count, and what a changed identity changes."""

from datetime import UTC, datetime

import pytest

from bot.domain.people.cross_signing import Identity, SeenIdentity
from bot.ids import UserId

BOB = UserId("@bob:test")
NOW = datetime(2026, 12, 1, 12, tzinfo=UTC)


def seen(master_key: str, *devices: str) -> SeenIdentity:
    return SeenIdentity(master_key=master_key, devices=frozenset(devices))


@pytest.mark.parametrize(
    ("first", "now", "preferred", "required"),
    [
        (seen("m", "phone"), seen("m", "phone"), {"phone"}, {"phone"}),
        (
            seen("m", "phone"),
            seen("m", "phone", "laptop"),
            {"phone", "laptop"},
            {"phone", "laptop"},
        ),
        (seen("m", "phone"), seen("m"), set(), set()),  # the phone is logged out
        (seen("", "phone"), seen("", "phone", "laptop"), {"phone", "laptop", "evil"}, set()),
        (seen("m", "phone"), seen("m2", "evil"), {"phone", "evil"}, {"phone", "evil"}),
        (seen("", "phone"), seen("m2", "evil"), {"phone", "evil"}, {"phone", "evil"}),
        (seen("m", "phone"), seen("", "phone", "evil"), {"phone"}, {"phone"}),  # hidden
    ],
)
def test_the_devices_that_count(
    first: SeenIdentity, now: SeenIdentity, preferred: set[str], required: set[str]
) -> None:
    identity = Identity.first(BOB, first).updated(now, NOW)
    for rule, expected in ((False, preferred), (True, required)):
        trusted = {
            each
            for each in ("phone", "laptop", "evil")
            if identity.trusts(each, now, required=rule)
        }
        assert trusted == expected


def test_another_identity_is_a_change_until_it_is_confirmed() -> None:
    identity = Identity.first(BOB, seen("m", "phone")).updated(seen("m2", "new"), NOW)
    assert identity.is_changed
    assert identity.devices == {"phone"}
    assert identity.updated(seen("m2", "new", "newer"), NOW) == identity
    confirmed = identity.confirmed(seen("m2", "new"))
    assert not confirmed.is_changed
    assert confirmed.devices == {"new"}
    assert not confirmed.updated(seen("m2", "new"), NOW).is_changed


def test_a_first_identity_of_somebody_known_without_one_is_a_change() -> None:
    assert Identity.first(BOB, seen("", "phone")).updated(seen("m", "evil"), NOW).is_changed


def test_who_had_no_keys_at_all_when_first_seen_has_changed_nothing() -> None:
    identity = Identity.first(BOB, seen("")).updated(seen("m", "phone"), NOW)
    assert identity == Identity.first(BOB, seen("m", "phone"))


def test_each_further_identity_begins_the_wait_anew_and_the_first_ends_it() -> None:
    later = datetime(2026, 12, 2, tzinfo=UTC)
    identity = Identity.first(BOB, seen("m", "phone")).updated(seen("m2"), NOW)
    assert identity.updated(seen("m3"), later).changed_at == later
    assert not identity.updated(seen("m", "phone"), later).is_changed


def test_an_identity_that_is_hidden_is_none_that_changed() -> None:
    identity = Identity.first(BOB, seen("m", "phone"))
    assert identity.updated(seen("", "phone", "evil"), NOW) == identity
