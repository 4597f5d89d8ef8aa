"""HTTP routes that matrix-ppv calls: watch a sender, report the status, delete intercepted media."""

import hmac
from collections.abc import Awaitable, Callable
from http import HTTPStatus
from time import time

from synapse.module_api import (
    DirectServeJsonResource,
    JsonDict,
    ModuleApi,
    SynapseRequest,
    parse_json_object_from_request,
)
from synapse.module_api.errors import SynapseError

from matrix_ppv_gate.deletable_media import DeletableMedia
from matrix_ppv_gate.ppv_client import PpvClient
from matrix_ppv_gate.watched_senders import WatchedSenders

CoverageOf = Callable[[str], str]
MayBeWatched = Callable[[str, str], Awaitable[bool]]


class _AuthenticatedRoute(DirectServeJsonResource):
    """Requires the shared secret as a bearer token."""

    def __init__(self, secret: str) -> None:
        super().__init__()
        self._expected = f"Bearer {secret}".encode()

    def _body(self, request: SynapseRequest) -> JsonDict:
        given = request.getHeader(b"Authorization") or b""
        if not hmac.compare_digest(given, self._expected):
            raise SynapseError(HTTPStatus.FORBIDDEN, "Not yours", "M_FORBIDDEN")
        return parse_json_object_from_request(request)

    @staticmethod
    def _text(body: JsonDict, key: str) -> str:
        value = body.get(key)
        if not isinstance(value, str):
            raise SynapseError(HTTPStatus.BAD_REQUEST, f"{key} is missing", "M_BAD_JSON")
        return value


class WatchRoute(_AuthenticatedRoute):
    """Watches a sender who is in the room with the bot and has written to it there, or ends it for any sender."""

    def __init__(
        self,
        secret: str,
        watched: WatchedSenders,
        coverage: CoverageOf,
        may_be_watched: MayBeWatched,
    ) -> None:
        super().__init__(secret)
        self._watched = watched
        self._coverage = coverage
        self._may_be_watched = may_be_watched

    async def _async_render_POST(self, request: SynapseRequest) -> tuple[int, JsonDict]:
        body = self._body(request)
        room, sender = self._text(body, "room"), self._text(body, "sender")
        until_ms = body.get("until_ms")
        if not isinstance(until_ms, int):
            raise SynapseError(HTTPStatus.BAD_REQUEST, "until_ms is missing", "M_BAD_JSON")
        coverage = self._coverage(sender)
        if coverage in {"clear", "encrypted"}:
            if until_ms > time() * 1000 and not await self._may_be_watched(room, sender):
                return HTTPStatus.OK, {"reach": "nowhere"}
            await self._watched.watch_until(room, sender, until_ms)
        return HTTPStatus.OK, {"reach": coverage}


class StatusRoute(_AuthenticatedRoute):
    """With `call`, also reports whether matrix-ppv answers the gate."""

    def __init__(self, secret: str, client: PpvClient, coverage: CoverageOf, mode: str) -> None:
        super().__init__(secret)
        self._client = client
        self._coverage = coverage
        self._mode = mode

    async def _async_render_POST(self, request: SynapseRequest) -> tuple[int, JsonDict]:
        body = self._body(request)
        status = {"mode": self._mode, "reach": self._coverage(self._text(body, "sender"))}
        if body.get("call"):
            status["call"] = await self._client.ping()
        return HTTPStatus.OK, status


class DeleteMediaRoute(_AuthenticatedRoute):
    """Deletes a local file of its uploader if it was intercepted, or sent to the bot alone.

    A missing file counts as deleted. Older versions of matrix-ppv do not name the owner.

    It uses Synapse's media repository directly, because the module API has no way to delete.
    """

    def __init__(self, secret: str, api: ModuleApi, deletable: DeletableMedia) -> None:
        super().__init__(secret)
        self._api = api
        self._deletable = deletable

    async def _async_render_POST(self, request: SynapseRequest) -> tuple[int, JsonDict]:
        body = self._body(request)
        media = self._text(body, "media_id")
        found = await self._api._hs.get_datastores().main.get_local_media(media)
        if found is None:
            return HTTPStatus.OK, {"deleted": True}
        owner = body.get("owner", found.user_id)
        if found.user_id is None or found.user_id != owner:
            return HTTPStatus.OK, {"deleted": False, "owned": False}
        if not await self._deletable.may_delete(media, owner, found.created_ts):
            return HTTPStatus.OK, {"deleted": False}
        repository = self._api._hs.get_media_repository()
        deleted, _ = await repository.delete_local_media_ids([media])
        return HTTPStatus.OK, {"deleted": bool(deleted)}
