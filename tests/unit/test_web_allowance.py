"""How often something may be asked for, and by whom."""

import pytest
from aiohttp.test_utils import make_mocked_request

from appservice.web.allowance import Allowance
from appservice.web.peer import address_of


def test_so_many_times_in_so_long_for_each() -> None:
    now = 0.0
    allowance = Allowance(2, 10.0, timer=lambda: now)
    assert [allowance.take("a") for _ in range(3)] == [True, True, False]
    assert allowance.take("b")
    now = 9.0
    assert not allowance.take("a")
    now = 11.0
    assert [allowance.take("a") for _ in range(3)] == [True, True, False]


@pytest.mark.parametrize(
    ("peer", "forwarded", "address"),
    [
        ("9.9.9.9", None, "9.9.9.9"),
        ("9.9.9.9", "203.0.113.7", "9.9.9.9"),
        ("127.0.0.1", "203.0.113.7", "203.0.113.7"),
        ("172.17.0.1", "made up, 203.0.113.7", "203.0.113.7"),
        ("::1", "2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("2620:fe::9", None, "2620:fe::/64"),
        ("::ffff:198.51.100.1", None, "198.51.100.1"),
        ("127.0.0.1", "nonsense", ""),
        ("127.0.0.1", None, "127.0.0.1"),
        ("", None, ""),
    ],
)
def test_a_visitor_is_known_by_the_address_that_cannot_be_made_up(
    peer: str, forwarded: str | None, address: str
) -> None:
    headers = {"X-Forwarded-For": forwarded} if forwarded else {}
    request = make_mocked_request("GET", "/", headers=headers).clone(remote=peer)
    assert address_of(request) == address
