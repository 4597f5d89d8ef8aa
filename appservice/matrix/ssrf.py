"""Which addresses are called on somebody else's word: only those that the whole Internet can reach.

A name that leads into our own network would let strangers send requests there by our hand.
"""

import socket
from collections.abc import Callable
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address

from aiohttp import ThreadedResolver
from aiohttp.abc import AbstractResolver, ResolveResult

Allowed = Callable[[str], bool]

_GLOBAL_UNICAST = IPv6Network("2000::/3")
_NAT64 = IPv6Network("64:ff9b::/96")
"""Its last four bytes are an IPv4 address: https://www.rfc-editor.org/rfc/rfc6052#section-2.1"""
_SPECIAL_V4 = tuple(map(IPv4Network, ("192.0.0.0/24", "192.88.99.0/24")))
_SPECIAL_V6 = tuple(
    map(IPv6Network, ("2001::/23", "2001:db8::/32", "2002::/16", "3fff::/20", "5f00::/16"))
)
"""Blocks of the registries of IANA that `is_global` of some Python releases lets pass, and tunnels, because an
address in a tunnel's block does not tell where its packets leave the tunnel.

https://www.iana.org/assignments/iana-ipv4-special-registry
https://www.iana.org/assignments/iana-ipv6-special-registry
"""


def is_public(address: str) -> bool:
    """Return whether `address` is an address, without a zone, that the whole Internet can reach."""
    try:
        ip = ip_address(address)
    except ValueError:
        return False
    if isinstance(ip, IPv6Address):
        embedded = ip.ipv4_mapped or (IPv4Address(ip.packed[-4:]) if ip in _NAT64 else None)
        if ip.scope_id is not None:
            return False
        if embedded is None:
            return ip in _GLOBAL_UNICAST and ip.is_global and not _in(ip, _SPECIAL_V6)
        ip = embedded
    return ip.is_global and not ip.is_multicast and not _in(ip, _SPECIAL_V4)


def _in(
    ip: IPv4Address | IPv6Address, blocks: tuple[IPv4Network, ...] | tuple[IPv6Network, ...]
) -> bool:
    return any(ip in block for block in blocks)


def literal(host: str) -> str | None:
    """The address that a host is in itself, without brackets; None for a name."""
    bare = host.removeprefix("[").removesuffix("]")
    try:
        ip_address(bare)
    except ValueError:
        return None
    return bare


class PublicResolver(AbstractResolver):
    """Checks a name's addresses right before the connection, which goes to the very addresses checked."""

    def __init__(self, allowed: Allowed, names: AbstractResolver | None = None) -> None:
        self._allowed = allowed
        self._names = names or ThreadedResolver()

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_INET
    ) -> list[ResolveResult]:
        """Raises OSError for a name with any address that is not public, or with none."""
        found = await self._names.resolve(host, port, family)
        if not found or not all(self._allowed(each["host"]) for each in found):
            raise OSError(f"{host} has no public address")
        for each in found:
            each["flags"] |= socket.AI_NUMERICHOST
        return found

    async def close(self) -> None:
        await self._names.close()


def require_allowed(host: str | None, allowed: Allowed) -> None:
    """Raises OSError for an address that is not allowed, in any spelling: no resolver is asked about those.

    `127.1` and `2130706433` are addresses to some resolvers.
    """
    bare = (host or "").removesuffix(".")
    address = literal(bare)
    like_one = not bare or ":" in bare or bare.replace(".", "").isdigit()
    if (like_one and address is None) or (address is not None and not allowed(address)):
        raise OSError(f"{host} is no public address")
