"""Asking a homeserver whose an OpenID token is.

https://spec.matrix.org/v1.17/server-server-api/#openid
"""

import asyncio
import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Self

import aiohttp
from yarl import URL

from appservice.matrix.json_fields import text
from appservice.matrix.responses import json_object
from appservice.matrix.server_discovery import Service, place_of, service_of
from appservice.matrix.ssrf import (
    Allowed,
    PublicResolver,
    is_public,
    literal,
    require_allowed,
)
from bot.errors import OperatorError, TemporaryError
from bot.ids import UserId, homeserver_of, parse_user_id

USERINFO = "/_matrix/federation/v1/openid/userinfo"
NOT_SERVED = (
    "the homeserver does not answer {url}: add `openid` to the `resources` of the listener behind homeserver.url"
    " in homeserver.yaml, or let your web server pass that path on"
)
_SECONDS = 10.0
_ALTOGETHER_SECONDS = 25.0
_MOST_BYTES = 64 * 1024
_MOST_REDIRECTS = 3


@dataclass(frozen=True, slots=True)
class MatrixOpenId:
    """The port `OpenIdVerifier`; made by `open`."""

    domain: str
    url: str
    """Where our own homeserver answers, which may well be inside of our network."""
    own: aiohttp.ClientSession = field(repr=False)
    others: aiohttp.ClientSession = field(repr=False)
    allowed: Allowed
    service: Service

    @classmethod
    @asynccontextmanager
    async def open(
        cls,
        domain: str,
        url: str,
        *,
        resolver: aiohttp.abc.AbstractResolver | None = None,
        allowed: Allowed = is_public,
        service: Service = service_of,
        tls: ssl.SSLContext | None = None,
    ) -> AsyncIterator[Self]:
        """`allowed`: which addresses of other homeservers are called."""
        timeout = aiohttp.ClientTimeout(total=_SECONDS)
        connector = aiohttp.TCPConnector(
            resolver=PublicResolver(allowed, resolver), ssl=tls or True, limit=16, limit_per_host=2
        )
        # What is packed may be far larger than it looks.
        plain = {"Accept-Encoding": "identity"}
        async with (
            aiohttp.ClientSession(timeout=timeout, headers=plain, auto_decompress=False) as own,
            aiohttp.ClientSession(
                connector=connector,
                timeout=timeout,
                headers=plain,
                auto_decompress=False,
                cookie_jar=aiohttp.DummyCookieJar(),
            ) as others,
        ):
            yield cls(domain, url.rstrip("/"), own, others, allowed, service)

    async def holder_of(self, token: str, server: str) -> UserId | None:
        try:
            async with asyncio.timeout(_ALTOGETHER_SECONDS):
                status, body = await self._asked(token, server)
        except (aiohttp.ClientError, TimeoutError, OSError, ValueError) as error:
            raise TemporaryError(f"{server} could not be asked: {type(error).__name__}") from error
        if status in {HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN, HTTPStatus.BAD_REQUEST}:
            return None
        if status != HTTPStatus.OK:
            raise TemporaryError(f"{server} answered {status} when it was asked about a user")
        sub = text(json_object(body) or {}, "sub") or ""
        # A homeserver speaks of its own users alone.
        user = parse_user_id(sub) if homeserver_of(sub) == server else None
        return user if user == sub else None

    async def _asked(self, token: str, server: str) -> tuple[int, bytes]:
        query = {"access_token": token}
        if server == self.domain:
            url = URL(f"{self.url}{USERINFO}")
            async with self.own.get(url, params=query, allow_redirects=False) as answer:
                if answer.status in {HTTPStatus.NOT_FOUND, HTTPStatus.METHOD_NOT_ALLOWED}:
                    raise OperatorError(NOT_SERVED.format(url=url))
                return answer.status, await _body(answer)
        place = await place_of(server, self._delegation, self.service)
        if place is None:
            raise OSError("no server name")
        require_allowed(place.host, self.allowed)
        url = URL(f"https://{place.host}:{place.port}{USERINFO}")
        async with self.others.get(
            url,
            params=query,
            headers={"Host": place.header},
            # An address is held against the certificate as it is.
            server_hostname=None if literal(place.name) else place.name,
            allow_redirects=False,
        ) as answer:
            return answer.status, await _body(answer)

    async def _delegation(self, host: str) -> str | None:
        """None wherever something is wrong: the name itself counts then."""
        url = URL(f"https://{host}/.well-known/matrix/server")
        try:
            for _ in range(_MOST_REDIRECTS + 1):
                require_allowed(url.host, self.allowed)
                async with self.others.get(url, allow_redirects=False) as answer:
                    if answer.status == HTTPStatus.OK:
                        return text(json_object(await _body(answer)) or {}, "m.server")
                    onward = URL(answer.headers.get("Location", ""))
                if answer.status // 100 != 3 or not onward.raw_path:
                    return None
                url = url.join(onward)
                if url.scheme != "https":
                    return None
        except (aiohttp.ClientError, TimeoutError, OSError, ValueError):
            return None
        return None


async def _body(answer: aiohttp.ClientResponse) -> bytes:
    """Raises ValueError for one that is too large."""
    body = b""
    async for chunk in answer.content.iter_chunked(_MOST_BYTES):
        body += chunk
        if len(body) > _MOST_BYTES:
            raise ValueError("too large")
    return body
