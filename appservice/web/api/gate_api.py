"""The homeserver's gate: it hands over what was to be sold, and asks about what it cannot read."""

import hmac
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Any

from aiohttp import web

from appservice.lenient_json import loads
from appservice.web.error_pages import BadRequest
from appservice.web.forms import body_of
from bot.domain.matrix.intercepted_attachment import InterceptedAttachment
from bot.domain.matrix.raw_event import content_fault, short_text
from bot.ids import RoomId, UserId
from bot.ports import Clock
from bot.services.inbound.failed_items import Malformed

AcceptHandover = Callable[[InterceptedAttachment], Awaitable[None]]
"""Keeps it for good, once, before it returns. May raise Transient."""

Hold = Callable[[Mapping[str, Any]], Awaitable[str | None]]
"""Takes an encrypted attachment in, and gives its name; None for what may pass. May raise Transient."""

_ROUTES = "/_ppv/gate/v1"
HANDOVER, HELD, CALL = f"{_ROUTES}/handover", f"{_ROUTES}/held", f"{_ROUTES}/call"


Refused = Callable[[], Awaitable[None]]
"""Is told of whoever does not know the secret."""


def gate_routes(
    *, secret: str, accept: AcceptHandover, hold: Hold, refused: Refused, clock: Clock
) -> list[web.RouteDef]:
    """Without a secret, nobody knows it."""
    door = _Gate(secret, accept, hold, refused, clock)
    return [
        web.post(HANDOVER, door.handover),
        web.post(HELD, door.held),
        web.post(CALL, door.call),
    ]


@dataclass(frozen=True, slots=True)
class _Gate:
    secret: str = field(repr=False)
    accept: AcceptHandover
    hold: Hold
    refused: Refused
    clock: Clock

    async def handover(self, request: web.Request) -> web.Response:
        """What anybody can read."""
        said = await self._read(request, "name")
        await self.accept(
            InterceptedAttachment(
                name=said["name"],
                room=RoomId(said["room_id"]),
                sender=UserId(said["sender"]),
                content=said["content"],
                received_at=self.clock.now(),
            )
        )
        return web.json_response({})

    async def held(self, request: web.Request) -> web.Response:
        """What only the members of a room can read."""
        try:
            name = await self.hold(await self._read(request, "event_id"))
        except Malformed:
            raise _no_event() from None
        return web.json_response({"name": name} if name else {})

    async def call(self, request: web.Request) -> web.Response:
        """Whether it knows our secret."""
        await self._require_secret(request)
        return web.json_response({})

    async def _read(self, request: web.Request, name: str) -> dict[str, Any]:
        """The event, by its `room_id`, `sender`, `content`, and a name."""
        await self._require_secret(request)
        try:
            said: dict[str, Any] = loads(await body_of(request))
            fine = all(short_text(said[key]) for key in ("room_id", "sender", name))
            fine = fine and isinstance(said["content"], dict)
            fine = fine and content_fault(said["content"]) is None
        except (ValueError, KeyError, TypeError):
            fine = False
        if not fine:
            raise _no_event()
        return said

    async def _require_secret(self, request: web.Request) -> None:
        expected = f"Bearer {self.secret}".encode()
        given = request.headers.get("Authorization", "").encode(errors="surrogateescape")
        if not self.secret or not hmac.compare_digest(given, expected):
            await self.refused()
            raise BadRequest(HTTPStatus.FORBIDDEN, "This is not our secret.", code="M_FORBIDDEN")


def _no_event() -> BadRequest:
    """The gate tells the sender at once: what cannot be read will not be read when it comes again either."""
    return BadRequest(HTTPStatus.BAD_REQUEST, "This is no event.", code="M_BAD_JSON")
