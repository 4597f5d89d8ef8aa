"""Which addresses we call for the sake of somebody else's word: those that all the world can reach.

A name that leads into our own network would let strangers knock there by our hand.
"""

from collections.abc import Callable
from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address
from socket import AddressFamily

from aiohttp import ThreadedResolver
from aiohttp.abc import AbstractResolver, ResolveResult

Allowed = Callable[[str], bool]
_NAT64 = IPv6Network("64:ff9b::/96")


def is_public(address: str) -> bool:
    """Also False for what tunnels to a place that the address does not tell."""
    ip = ip_address(address.partition("%")[0])
    if isinstance(ip, IPv6Address):
        if ip.sixtofour or ip.teredo:
            return False
        ip = ip.ipv4_mapped or (IPv4Address(int(ip) & 0xFFFF_FFFF) if ip in _NAT64 else ip)
    return ip.is_global and not ip.is_multicast


def literal(host: str) -> str | None:
    """The address that a host is in itself, without brackets; None for a name."""
    bare = host.removeprefix("[").removesuffix("]")
    try:
        ip_address(bare)
    except ValueError:
        return None
    return bare


class PublicResolver(AbstractResolver):
    """Names become addresses here, right before they are connected to, so nothing can change in between."""

    def __init__(self, allowed: Allowed, names: AbstractResolver | None = None) -> None:
        self._allowed = allowed
        self._names = names or ThreadedResolver()

    async def resolve(
        self, host: str, port: int = 0, family: AddressFamily = AddressFamily.AF_INET
    ) -> list[ResolveResult]:
        """Raises OSError for a name that leads nowhere public."""
        found = await self._names.resolve(host, port, family)
        public = [each for each in found if self._allowed(each["host"])]
        if not public:
            raise OSError(f"{host} has no public address")
        return public

    async def close(self) -> None:
        await self._names.close()


def require_allowed(host: str | None, allowed: Allowed) -> None:
    """Looks at addresses, which no resolver is asked about; `127.1` is one to some. Raises OSError."""
    address = literal(host or "")
    like_one = ":" in (host or "") or (host or "").replace(".", "").isdigit()
    if (like_one and address is None) or (address is not None and not allowed(address)):
        raise OSError(f"{host} is no public address")
