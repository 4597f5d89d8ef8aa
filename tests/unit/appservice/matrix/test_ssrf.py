"""Only addresses that the whole Internet can reach are called on somebody else's word.

The tables follow https://www.iana.org/assignments/iana-ipv4-special-registry and
https://www.iana.org/assignments/iana-ipv6-special-registry.
"""

import socket
from typing import Any

import pytest
from aiohttp.abc import AbstractResolver, ResolveResult

from appservice.matrix.ssrf import PublicResolver, is_public, require_allowed

PUBLIC = (
    *("1.1.1.1", "8.8.8.8", "172.15.0.1", "172.32.0.1", "192.0.1.1", "198.17.0.1", "223.255.255.1"),
    *("2606:4700::1111", "2a00:1450:4001::1", "2001:4860:4860::8888", "2400:cb00::1"),
    *("64:ff9b::808:808", "::ffff:8.8.8.8"),
)
NOT_PUBLIC = (
    # IPv4: this network, private, shared, loopback, link-local
    *(
        "0.0.0.0",  # noqa: S104 - an address like the others
        "0.1.2.3",
        "10.1.2.3",
        "100.64.0.1",
        "100.127.255.255",
        "127.0.0.1",
        "127.255.0.1",
    ),
    *("169.254.169.254", "172.16.0.1", "172.31.255.255", "192.168.1.1"),
    # IPv4: protocol assignments, documentation, 6to4 relays, benchmarks, multicast, reserved, broadcast
    *("192.0.0.1", "192.0.0.8", "192.0.0.170", "192.0.2.1", "198.51.100.1", "203.0.113.1"),
    *("192.88.99.1", "198.18.0.1", "198.19.255.255", "224.0.0.1", "239.255.255.255"),
    *("240.0.0.1", "255.255.255.255"),
    # IPv6: unspecified, loopback, IPv4-compatible and -mapped, IPv4-translated
    *("::", "::1", "::127.0.0.1", "::8.8.8.8", "::ffff:10.0.0.1", "::ffff:127.0.0.1"),
    *("::ffff:0:127.0.0.1", "::ffff:169.254.169.254"),
    # NAT64 of private addresses, and NAT64 prefixes for networks of one's own
    *(
        "64:ff9b::a00:1",
        "64:ff9b::7f00:1",
        "64:ff9b::a9fe:a9fe",
        "64:ff9b:1::1",
        "64:ff9b:1::808:808",
    ),
    # IPv6: discard-only, Teredo, benchmarks, ORCHID, documentation, 6to4, segment routing
    *("100::1", "100:0:0:1::1", "2001::1", "2001:0:4136:e378:8000:63bf:3fff:fdd2", "2001:2::1"),
    *("2001:10::1", "2001:20::1", "2001:30::1", "2001:db8::1", "2002:7f00:1::", "2002:808:808::1"),
    *("3fff::1", "5f00::1"),
    # IPv6: unique local, link-local, site-local, multicast, unassigned, zones
    *("fc00::1", "fd00::1", "fd00:ec2::254", "fe80::1", "fe80::1%eth0", "fec0::1", "feff::1"),
    *("ff02::1", "ff0e::1", "4000::1", "e000::1", "2606:4700::1111%eth0"),
)


@pytest.mark.parametrize("address", PUBLIC)
def test_addresses_of_the_internet_are_public(address: str) -> None:
    assert is_public(address)


@pytest.mark.parametrize("address", NOT_PUBLIC)
def test_special_addresses_are_not(address: str) -> None:
    assert not is_public(address)


@pytest.mark.parametrize(
    "address", ["", "example.org", "127.1", "2130706433", "0x7f.0.0.1", "1.2.3.4 "]
)
def test_what_is_no_address_is_not_public(address: str) -> None:
    assert not is_public(address)


@pytest.mark.parametrize(
    "host",
    [
        *NOT_PUBLIC,
        "[::1]",
        "[fec0::1]",
        "127.1",
        "2130706433",
        "017700000001",
        "127.0.0.1.",
        "::1%lo",
        None,
        "",
    ],
)
def test_no_spelling_of_a_special_address_is_connected_to(host: str | None) -> None:
    with pytest.raises(OSError, match="public"):
        require_allowed(host, is_public)


class Names(AbstractResolver):
    """Answers each question with the next of `answers`."""

    def __init__(self, *answers: tuple[str, ...]) -> None:
        self.answers = list(answers)

    async def resolve(self, host: str, port: int = 0, family: Any = 0) -> list[ResolveResult]:
        return [
            ResolveResult(hostname=host, host=each, port=port, family=family, proto=0, flags=0)
            for each in self.answers.pop(0)
        ]

    async def close(self) -> None:
        pass


async def test_a_name_with_one_inner_address_is_refused_whole() -> None:
    resolver = PublicResolver(is_public, Names(("8.8.8.8", "10.0.0.1"), ("fec0::1",), ()))
    for _ in range(3):
        with pytest.raises(OSError, match="public"):
            await resolver.resolve("rebinding.test", 443, socket.AF_UNSPEC)


async def test_the_addresses_that_were_checked_are_those_connected_to() -> None:
    names = Names(("8.8.8.8", "2606:4700::1111"), ("127.0.0.1",))
    found = await PublicResolver(is_public, names).resolve("rebinding.test", 443)
    assert [each["host"] for each in found] == ["8.8.8.8", "2606:4700::1111"]
    assert all(each["flags"] & socket.AI_NUMERICHOST for each in found), "nobody asks a second time"
