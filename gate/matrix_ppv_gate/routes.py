"""What matrix-ppv asks of the gate: to arm and disarm sellers, how it is, and to delete what was handed over."""

import hmac
from collections.abc import Callable
from http import HTTPStatus

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

ReachOf = Callable[[str], str]


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


class ArmedRoute(_Guarded):
    def __init__(self, secret: str, armed: Armed, reach: ReachOf) -> None:
        super().__init__(secret)
        self._armed = armed
        self._reach = reach

    async def _async_render_POST(self, request: SynapseRequest) -> tuple[int, JsonDict]:
        body = self._body(request)
        sender = str(body["sender"])
        reach = self._reach(sender)
        if reach in {"clear", "encrypted"}:
            await self._armed.set(str(body["room"]), sender, int(body["until_ms"]))
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
        status = {"mode": self._mode, "reach": self._reach(str(body["sender"]))}
        if body.get("call"):
            status["call"] = await self._shop.call()
        return HTTPStatus.OK, status


class ForgetRoute(_Guarded):
    """Deletes one local file of the user who uploaded it; one that is gone already counts as deleted.

    Synapse offers modules no public way to delete, so its media repository is asked for by name.
    """

    def __init__(self, secret: str, api: ModuleApi) -> None:
        super().__init__(secret)
        self._api = api

    async def _async_render_POST(self, request: SynapseRequest) -> tuple[int, JsonDict]:
        body = self._body(request)
        media, owner = str(body["media_id"]), str(body["owner"])
        found = await self._api._hs.get_datastores().main.get_local_media(media)
        if found is None:
            return HTTPStatus.OK, {"deleted": True}
        if found.user_id != owner:
            return HTTPStatus.OK, {"deleted": False, "owned": False}
        repository = self._api._hs.get_media_repository()
        deleted, _ = await repository.delete_local_media_ids([media])
        return HTTPStatus.OK, {"deleted": bool(deleted)}
