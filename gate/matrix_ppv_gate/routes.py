"""What matrix-ppv asks of the gate: to arm and disarm sellers, how it is, and to delete what was handed over."""

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

from matrix_ppv_gate.armed import Armed
from matrix_ppv_gate.shop import Shop
from matrix_ppv_gate.taken import Taken

ReachOf = Callable[[str], str]
MayBeArmed = Callable[[str, str], Awaitable[bool]]


class _Guarded(DirectServeJsonResource):
    """Only who knows the secret comes in."""

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


class ArmedRoute(_Guarded):
    """Arms who is in a room with the bot and has written to it there; anybody can be disarmed."""

    def __init__(self, secret: str, armed: Armed, reach: ReachOf, may_be: MayBeArmed) -> None:
        super().__init__(secret)
        self._armed = armed
        self._reach = reach
        self._may_be = may_be

    async def _async_render_POST(self, request: SynapseRequest) -> tuple[int, JsonDict]:
        body = self._body(request)
        room, sender = self._text(body, "room"), self._text(body, "sender")
        until_ms = body.get("until_ms")
        if not isinstance(until_ms, int):
            raise SynapseError(HTTPStatus.BAD_REQUEST, "until_ms is missing", "M_BAD_JSON")
        reach = self._reach(sender)
        if reach in {"clear", "encrypted"}:
            if until_ms > time() * 1000 and not await self._may_be(room, sender):
                return HTTPStatus.OK, {"reach": "nowhere"}
            await self._armed.set(room, sender, until_ms)
        return HTTPStatus.OK, {"reach": reach}


class StatusRoute(_Guarded):
    """With `call`, it tries whether matrix-ppv answers here as well."""

    def __init__(self, secret: str, shop: Shop, reach: ReachOf, mode: str) -> None:
        super().__init__(secret)
        self._shop = shop
        self._reach = reach
        self._mode = mode

    async def _async_render_POST(self, request: SynapseRequest) -> tuple[int, JsonDict]:
        body = self._body(request)
        status = {"mode": self._mode, "reach": self._reach(self._text(body, "sender"))}
        if body.get("call"):
            status["call"] = await self._shop.call()
        return HTTPStatus.OK, status


class ForgetRoute(_Guarded):
    """Deletes one local file of the user who uploaded it, if it came through the gate or went to the bot alone.

    One that is gone already counts as deleted. Who calls without naming the owner is an older matrix-ppv.

    Synapse offers modules no public way to delete, so its media repository is asked for by name.
    """

    def __init__(self, secret: str, api: ModuleApi, taken: Taken) -> None:
        super().__init__(secret)
        self._api = api
        self._taken = taken

    async def _async_render_POST(self, request: SynapseRequest) -> tuple[int, JsonDict]:
        body = self._body(request)
        media = self._text(body, "media_id")
        found = await self._api._hs.get_datastores().main.get_local_media(media)
        if found is None:
            return HTTPStatus.OK, {"deleted": True}
        owner = body.get("owner", found.user_id)
        if found.user_id is None or found.user_id != owner:
            return HTTPStatus.OK, {"deleted": False, "owned": False}
        if not await self._taken.may_delete(media, owner, found.created_ts):
            return HTTPStatus.OK, {"deleted": False}
        repository = self._api._hs.get_media_repository()
        deleted, _ = await repository.delete_local_media_ids([media])
        return HTTPStatus.OK, {"deleted": bool(deleted)}
