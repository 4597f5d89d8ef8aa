"""Who a request comes from, as far as an address tells."""

from ipaddress import IPv6Address, ip_address, ip_network

from aiohttp import web

_ONE_HOUSEHOLD = 64
"""Bits of an IPv6 address; whoever has one has all that begin so."""


def address_of(request: web.Request) -> str:
    """The visitor's address. Behind a web server of one's own it is what that one saw.

    Only a neighbour's word is taken, and only the last entry, which is its own: all before it may be made up.
    https://developer.mozilla.org/docs/Web/HTTP/Reference/Headers/X-Forwarded-For
    """
    peer = request.remote or ""
    told = request.headers.get("X-Forwarded-For", "").rpartition(",")[2].strip()
    return _grouped(told if told and _is_near(peer) else peer)


def _is_near(address: str) -> bool:
    try:
        return ip_address(address).is_private
    except ValueError:
        return False


def _grouped(address: str) -> str:
    try:
        parsed = ip_address(address)
    except ValueError:
        return ""
    if isinstance(parsed, IPv6Address):
        return str(parsed.ipv4_mapped or ip_network((parsed, _ONE_HOUSEHOLD), strict=False))
    return str(parsed)
