"""Calls from the gate to matrix-ppv."""

import logging
from dataclasses import dataclass, field
from http import HTTPStatus

from synapse.api.errors import HttpResponseException
from synapse.module_api import JsonDict, ModuleApi, make_deferred_yieldable, run_in_background
from synapse.module_api.errors import SynapseError
from twisted.internet import reactor

_ROUTES = "/_ppv/gate/v1"
_TIMEOUT_SECONDS = 3.0

RETRY_LATER = SynapseError(
    HTTPStatus.SERVICE_UNAVAILABLE,
    "The shop is not answering, so your message was not sent. It is tried again.",
    "M_LIMIT_EXCEEDED",
)
"""Clients retry automatically after this error only."""

REJECTED = SynapseError(
    HTTPStatus.BAD_REQUEST,
    "The shop cannot read your message, so it was not sent.",
    "M_BAD_JSON",
)
_REJECTED_CODES = frozenset({HTTPStatus.BAD_REQUEST, HTTPStatus.REQUEST_ENTITY_TOO_LARGE})
"""Status codes that matrix-ppv returns again for the same message."""

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class PpvClient:
    api: ModuleApi
    url: str
    secret: str = field(repr=False)

    async def intercept(self, name: str, event: JsonDict) -> None:
        """Pass an event to matrix-ppv. Raise RETRY_LATER or REJECTED unless it was stored."""
        await self._post("handover", event | {"name": name})

    async def inspect_encrypted(self, event: JsonDict) -> str | None:
        """Return the name under which an encrypted event was stored; None if it may pass.

        Raise RETRY_LATER or REJECTED.
        """
        name = (await self._post("held", event)).get("name")
        return name if isinstance(name, str) else None

    async def ping(self) -> str:
        """Return `ok`, or a description of the error."""
        try:
            await self._request("call", {})
        except Exception as error:
            code = getattr(error, "code", None)
            if code is None:
                return f"matrix-ppv does not answer at {self.url}: {error!r}"
            return f"matrix-ppv answers {code}: does it know the same secret?"
        return "ok"

    async def _post(self, route: str, body: JsonDict) -> JsonDict:
        try:
            return await self._request(route, body)
        except HttpResponseException as error:
            logger.warning("matrix-ppv answered %s", error.code)
            raise (REJECTED if error.code in _REJECTED_CODES else RETRY_LATER) from None
        except Exception:
            logger.exception("matrix-ppv does not answer")
            raise RETRY_LATER from None

    async def _request(self, route: str, body: JsonDict) -> JsonDict:
        url = f"{self.url.rstrip('/')}{_ROUTES}/{route}"
        headers = {b"Authorization": [f"Bearer {self.secret}".encode()]}
        request = run_in_background(
            self.api.http_client.post_json_get_json, url, body, headers=headers
        )
        request.addTimeout(_TIMEOUT_SECONDS, reactor)
        answer = await make_deferred_yieldable(request)
        return answer if isinstance(answer, dict) else {}
