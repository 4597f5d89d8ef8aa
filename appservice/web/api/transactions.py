"""The homeserver: it pushes what happens in our rooms.

https://spec.matrix.org/v1.17/application-service-api/#homeserver---application-service-api
"""

import hmac
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from http import HTTPStatus

from aiohttp import web

from appservice.lenient_json import loads
from appservice.metrics import Metrics
from appservice.web.error_pages import BadRequest, Fault
from appservice.web.forms import body_of
from appservice.web.http_server import application
from appservice.web.request_metrics import request_metrics
from bot.services.inbound.receive_transaction import ReceiveTransaction

_BODY_LIMIT = 64 * 1024 * 1024
"""Bytes. Synapse sends up to 100 events at once; one is at most 64 KiB, and more when escaped."""

_BODY_SECONDS = 60

_CODES = {
    HTTPStatus.NOT_FOUND: "M_UNRECOGNIZED",
    HTTPStatus.METHOD_NOT_ALLOWED: "M_UNRECOGNIZED",
    HTTPStatus.REQUEST_ENTITY_TOO_LARGE: "M_TOO_LARGE",
    HTTPStatus.FORBIDDEN: "M_FORBIDDEN",
}


def transactions_application(
    *,
    hs_token: str,
    accept: ReceiveTransaction,
    metrics: Metrics,
    drop_encrypted: bool = False,
    gate: Iterable[web.RouteDef] = (),
) -> web.Application:
    """The routes for the homeserver and, if there is one, for its gate.

    `drop_encrypted`: encrypted events arrive by the sync loop, which has their keys.
    """
    handlers = _TransactionApi(hs_token, accept, metrics, drop_encrypted)
    routes = [
        web.put("/_matrix/app/v1/transactions/{txn_id}", handlers.transaction),
        web.post("/_matrix/app/v1/ping", handlers.ping),
        web.get("/_matrix/app/v1/users/{user}", handlers.query),
        web.get("/_matrix/app/v1/rooms/{alias}", handlers.query),
        *gate,
    ]
    return application(
        routes,
        face=_matrix_error,
        body_limit=_BODY_LIMIT,
        middlewares=[request_metrics(metrics, "private")],
    )


@dataclass(frozen=True, slots=True)
class _TransactionApi:
    hs_token: str = field(repr=False)
    accept: ReceiveTransaction
    metrics: Metrics
    drop_encrypted: bool

    async def transaction(self, request: web.Request) -> web.Response:
        self._require_token(request)
        events = _events(await body_of(request, _BODY_SECONDS))
        if self.drop_encrypted:
            events = [event for event in events if not _is_encrypted(event)]
        await self.accept(request.match_info["txn_id"], events)
        self.metrics.transactions.inc()
        return web.json_response({})

    async def ping(self, request: web.Request) -> web.Response:
        self._require_token(request)
        return web.json_response({})

    async def query(self, request: web.Request) -> web.Response:
        """Our users exist before anybody asks for them, and we have no room aliases."""
        self._require_token(request)
        raise BadRequest(HTTPStatus.NOT_FOUND, "There is no such user or room.", code="M_NOT_FOUND")

    def _require_token(self, request: web.Request) -> None:
        """The header must hold the token; a query parameter, which older homeservers add, must match."""
        scheme, _, token = request.headers.get("Authorization", "").partition(" ")
        if scheme.lower() != "bearer" or not token:
            raise BadRequest(HTTPStatus.UNAUTHORIZED, "There is no token.", code="M_MISSING_TOKEN")
        shown = [token, *request.query.getall("access_token", [])]
        if not all(_same(given, self.hs_token) for given in shown):
            raise BadRequest(HTTPStatus.FORBIDDEN, "This is not our token.", code="M_FORBIDDEN")


def _is_encrypted(event: object) -> bool:
    return isinstance(event, Mapping) and event.get("type") == "m.room.encrypted"


def _same(given: str, ours: str) -> bool:
    """Takes as long for a wrong token as for the right one."""
    return hmac.compare_digest(given.encode(errors="surrogateescape"), ours.encode())


def _events(body: bytes) -> list[object]:
    """Each of any kind: one that is no event must not keep the others out, for the homeserver sends all again."""
    try:
        transaction = loads(body)
    except ValueError:
        raise BadRequest(
            HTTPStatus.BAD_REQUEST, "The body is not JSON.", code="M_NOT_JSON"
        ) from None
    events = transaction.get("events") if isinstance(transaction, Mapping) else None
    if not isinstance(events, list):
        raise BadRequest(
            HTTPStatus.BAD_REQUEST, "“events” is not a list of events.", code="M_BAD_JSON"
        )
    return events


def _matrix_error(_: web.Request, fault: Fault) -> web.Response:
    code = fault.code or _CODES.get(fault.status, "M_UNKNOWN")
    return web.json_response({"errcode": code, "error": fault.words}, status=fault.status)
