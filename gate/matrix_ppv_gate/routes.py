"""What matrix-ppv asks of the gate: to arm and disarm sellers, and to delete what was handed over."""

import hmac
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

ARMED = "/_synapse/client/matrix_ppv/v1/armed"
FORGET = "/_synapse/client/matrix_ppv/v1/forget"


class _Guarded(DirectServeJsonResource):
    """Only who knows the secret comes in."""

    def __init__(self, api: ModuleApi, secret: str) -> None:
        super().__init__()
        self._api = api
        self._expected = f"Bearer {secret}".encode()

    def _require_secret(self, request: SynapseRequest) -> None:
        given = request.getHeader(b"Authorization") or b""
        if not hmac.compare_digest(given, self._expected):
            raise SynapseError(HTTPStatus.FORBIDDEN, "Not yours", "M_FORBIDDEN")


class ArmedRoute(_Guarded):
    def __init__(self, api: ModuleApi, secret: str, armed: Armed) -> None:
        super().__init__(api, secret)
        self._armed = armed

    async def _async_render_POST(self, request: SynapseRequest) -> tuple[int, JsonDict]:
        self._require_secret(request)
        body = parse_json_object_from_request(request)
        await self._armed.set(str(body["room"]), str(body["sender"]), int(body["until_ms"]))
        return HTTPStatus.OK, {}


class ForgetRoute(_Guarded):
    """Deletes one local file. Synapse offers modules no public way, so this one is asked for by name."""

    async def _async_render_POST(self, request: SynapseRequest) -> tuple[int, JsonDict]:
        self._require_secret(request)
        media = str(parse_json_object_from_request(request)["media_id"])
        repository = self._api._hs.get_media_repository()
        deleted, _ = await repository.delete_local_media_ids([media])
        return HTTPStatus.OK, {"deleted": bool(deleted)}
