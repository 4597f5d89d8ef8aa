"""How fast one visitor may load pages. Addresses are held in memory for that, and written nowhere."""

from collections.abc import Iterable
from http import HTTPStatus
from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address

from aiohttp import web
from aiohttp.typedefs import Handler

from appservice.web.error_pages import BadRequest
from bot.i18n import gettext_lazy
from bot.services.rate_limiter import RateDecision, RateLimiter

_RETRY_AFTER_SECONDS = 30


class TooManyRequests(BadRequest):
    """The visitor shall come back a little later."""

    def __init__(self) -> None:
        super().__init__(
            HTTPStatus.TOO_MANY_REQUESTS,
            gettext_lazy(
                "That was a lot at once. Nothing is lost: please wait half a minute, then load the page again."
            ),
            retry_after=_RETRY_AFTER_SECONDS,
        )


def rate_limited(routes: Iterable[web.RouteDef], pace: RateLimiter) -> list[web.RouteDef]:
    """The same, but TooManyRequests for a visitor who goes too fast."""
    return [
        web.RouteDef(route.method, route.path, _paced(route.handler, pace), route.kwargs)
        for route in routes
    ]


def _paced(handler: Handler, pace: RateLimiter) -> Handler:
    async def paced(request: web.Request) -> web.StreamResponse:
        visitor = visitor_of(request.remote, request.headers.getall("X-Forwarded-For", []))
        if visitor is not None and pace(visitor) is not RateDecision.ALLOWED:
            raise TooManyRequests
        return await handler(request)

    return paced


def visitor_of(peer: str | None, forwarded: Iterable[str]) -> str | None:
    """The address of whoever sits behind the web server that calls us, or calls us without one.

    A header is believed only of a peer in our own network, and of its entries the last one from outside,
    which no visitor can forge. None where the web server names nobody: then all would share one address.
    IPv6 counts by network of 64 bits, which one visitor has to themselves.
    """
    caller = _address(peer or "")
    if caller is None or not caller.is_private:
        return _network(caller) if caller else None
    named = [_address(each) for line in forwarded for each in line.split(",")]
    known = [each for each in named if each is not None]
    outside = [each for each in known if not each.is_private]
    return _network((outside or known)[-1]) if known else None


def _address(text: str) -> IPv4Address | IPv6Address | None:
    try:
        found = ip_address(text.strip().removeprefix("[").removesuffix("]").partition("%")[0])
    except ValueError:
        return None
    return found.ipv4_mapped or found if isinstance(found, IPv6Address) else found


def _network(address: IPv4Address | IPv6Address) -> str:
    if isinstance(address, IPv4Address):
        return str(address)
    return str(IPv6Network((address, 64), strict=False))
