"""The homeserver's gate: it hands over what was to be sold before it comes into a room."""

import hmac
import json
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Any

from aiohttp import web

from appservice.web.faults import BadRequest
from bot.handover import Handover
from bot.ids import RoomId, UserId
from bot.ports import Clock

AcceptHandover = Callable[[Handover], Awaitable[None]]
"""Keeps it for good, once, before it returns. May raise Transient."""

HANDOVER = "/_ppv/gate/v1/handover"


def gate_routes(*, secret: str, accept: AcceptHandover, clock: Clock) -> list[web.RouteDef]:
    """None without a secret: then there is no gate."""
    return [web.post(HANDOVER, _Gate(secret, accept, clock).handover)] if secret else []


@dataclass(frozen=True, slots=True)
class _Gate:
    secret: str = field(repr=False)
    accept: AcceptHandover
    clock: Clock

    async def handover(self, request: web.Request) -> web.Response:
        expected = f"Bearer {self.secret}".encode()
        given = request.headers.get("Authorization", "").encode(errors="surrogateescape")
        if not hmac.compare_digest(given, expected):
            raise BadRequest(HTTPStatus.FORBIDDEN, "This is not our secret.", code="M_FORBIDDEN")
        await self.accept(_read(await request.read(), self.clock))
        return web.json_response({})


def _read(body: bytes, clock: Clock) -> Handover:
    try:
        said: dict[str, Any] = json.loads(body)
        name, room, sender, content = (said[key] for key in ("name", "room", "sender", "content"))
    except (ValueError, KeyError, TypeError, RecursionError):
        name = room = sender = content = None
    words = (name, room, sender)
    if not all(isinstance(each, str) and each for each in words) or not isinstance(content, dict):
        raise BadRequest(HTTPStatus.BAD_REQUEST, "This is no handover.", code="M_BAD_JSON")
    return Handover(
        name=str(name),
        room=RoomId(str(room)),
        sender=UserId(str(sender)),
        content=content,
        received_at=clock.now(),
    )
