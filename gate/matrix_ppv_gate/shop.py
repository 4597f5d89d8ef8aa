"""matrix-ppv, as the gate calls it."""

import logging
from dataclasses import dataclass, field
from http import HTTPStatus

from synapse.api.errors import HttpResponseException
from synapse.module_api import JsonDict, ModuleApi, make_deferred_yieldable, run_in_background
from synapse.module_api.errors import SynapseError
from twisted.internet import reactor

_ROUTES = "/_ppv/gate/v1"
_LIMIT_SECONDS = 3.0

LATER = SynapseError(
    HTTPStatus.SERVICE_UNAVAILABLE,
    "The shop is not answering, so your message was not sent. It is tried again.",
    "M_LIMIT_EXCEEDED",
)
"""Clients try again by themselves, as after no other error."""

NEVER = SynapseError(
    HTTPStatus.BAD_REQUEST,
    "The shop cannot read your message, so it was not sent.",
    "M_BAD_JSON",
)
_NEVER_CODES = frozenset({HTTPStatus.BAD_REQUEST, HTTPStatus.REQUEST_ENTITY_TOO_LARGE})
"""matrix-ppv answers so whenever the same message comes again."""

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Shop:
    api: ModuleApi
    url: str
    secret: str = field(repr=False)

    async def hand_over(self, name: str, event: JsonDict) -> None:
        """Raises LATER, or NEVER, unless it was taken in for good."""
        await self._post("handover", event | {"name": name})

    async def hold(self, event: JsonDict) -> str | None:
        """The name under which an encrypted event was taken in; None for what may pass. Raises LATER and NEVER."""
        name = (await self._post("held", event)).get("name")
        return name if isinstance(name, str) else None

    async def call(self) -> str:
        """`ok`, or what is wrong, in words."""
        try:
            await self._ask("call", {})
        except Exception as error:
            code = getattr(error, "code", None)
            if code is None:
                return f"matrix-ppv does not answer at {self.url}: {error!r}"
            return f"matrix-ppv answers {code}: does it know the same secret?"
        return "ok"

    async def _post(self, route: str, body: JsonDict) -> JsonDict:
        try:
            return await self._ask(route, body)
        except HttpResponseException as error:
            logger.warning("matrix-ppv answered %s", error.code)
            raise (NEVER if error.code in _NEVER_CODES else LATER) from None
        except Exception:
            logger.exception("matrix-ppv took nothing in")
            raise LATER from None

    async def _ask(self, route: str, body: JsonDict) -> JsonDict:
        url = f"{self.url.rstrip('/')}{_ROUTES}/{route}"
        headers = {b"Authorization": [f"Bearer {self.secret}".encode()]}
        asking = run_in_background(
            self.api.http_client.post_json_get_json, url, body, headers=headers
        )
        asking.addTimeout(_LIMIT_SECONDS, reactor)
        answer = await make_deferred_yieldable(asking)
        return answer if isinstance(answer, dict) else {}
