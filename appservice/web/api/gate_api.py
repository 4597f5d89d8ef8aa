"""The gate's API: it delivers intercepted attachments, and asks about encrypted ones."""

import hmac
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
from bot.services.inbound.gate_inspect import InspectEncrypted
from bot.services.inbound.gate_restore import ReceiveInterception
from bot.services.operations.gate_auth_failed import ReportGateAuthFailure

_ROUTES = "/_ppv/gate/v1"
HANDOVER, HELD, CALL = f"{_ROUTES}/handover", f"{_ROUTES}/held", f"{_ROUTES}/call"


def gate_routes(
    *,
    secret: str,
    receive: ReceiveInterception,
    inspect: InspectEncrypted,
    report_auth_failure: ReportGateAuthFailure,
    clock: Clock,
) -> list[web.RouteDef]:
    """Without a secret, every request is refused."""
    handlers = _GateApi(secret, receive, inspect, report_auth_failure, clock)
    return [
        web.post(HANDOVER, handlers.handover),
        web.post(HELD, handlers.held),
        web.post(CALL, handlers.call),
    ]


@dataclass(frozen=True, slots=True)
class _GateApi:
    secret: str = field(repr=False)
    receive: ReceiveInterception
    inspect: InspectEncrypted
    report_auth_failure: ReportGateAuthFailure
    clock: Clock

    async def handover(self, request: web.Request) -> web.Response:
        """Receive an unencrypted attachment that the gate has intercepted."""
        said = await self._read(request, "name")
        await self.receive(
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
        """Inspect an encrypted event; answer with its name if the gate must withhold it."""
        try:
            name = await self.inspect(await self._read(request, "event_id"))
        except Malformed:
            raise _no_event() from None
        return web.json_response({"name": name} if name else {})

    async def call(self, request: web.Request) -> web.Response:
        """Answer whether the gate has the right secret."""
        await self._require_secret(request)
        return web.json_response({})

    async def _read(self, request: web.Request, name: str) -> dict[str, Any]:
        """Return the event, with `room_id`, `sender`, `content` and `name`. Raises BadRequest."""
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
            await self.report_auth_failure()
            raise BadRequest(HTTPStatus.FORBIDDEN, "This is not our secret.", code="M_FORBIDDEN")


def _no_event() -> BadRequest:
    """A 400 makes the gate refuse the event at once, because a retry would fail the same way."""
    return BadRequest(HTTPStatus.BAD_REQUEST, "This is no event.", code="M_BAD_JSON")
