"""The gate: judged before they are stored, attachments for sale are handed over, and words take their place."""

import logging
import secrets
from dataclasses import dataclass
from http import HTTPStatus
from time import time
from typing import Any

from synapse.module_api import EventBase, JsonDict, ModuleApi, StateMap
from synapse.module_api.errors import ConfigError, SynapseError
from twisted.internet import defer, reactor

from matrix_ppv_gate.armed import Armed
from matrix_ppv_gate.priced import is_attachment, is_priced
from matrix_ppv_gate.routes import ARMED, FORGET, ArmedRoute, ForgetRoute

GATE_KEY = "io.github.matrix_ppv.gate"
"""In the words that stand for an attachment: the name under which it was handed over."""

_HAND_OVER = "/_ppv/gate/v1/handover"
_LIMIT_SECONDS = 5.0
_LATER = SynapseError(
    HTTPStatus.SERVICE_UNAVAILABLE,
    "The shop is not answering, so your file was not sent. It is tried again.",
    "M_LIMIT_EXCEEDED",
)

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class GateConfig:
    appservice: str
    bot: str
    secret: str
    mode: str = "replace"
    remote: str = "pass"


class Gate:
    """Loaded by Synapse; see the README for its settings."""

    def __init__(self, config: GateConfig, api: ModuleApi) -> None:
        self._config = config
        self._api = api
        self._armed = Armed(api)
        api.register_third_party_rules_callbacks(check_event_allowed=self.check)
        if config.remote == "drop":
            api.register_spam_checker_callbacks(should_drop_federated_event=self.drop)
        api.register_web_resource(ARMED, ArmedRoute(api, config.secret, self._armed))
        api.register_web_resource(FORGET, ForgetRoute(api, config.secret))

    @staticmethod
    def parse_config(config: dict[str, Any]) -> GateConfig:
        try:
            parsed = GateConfig(**config)
        except TypeError as error:
            raise ConfigError(f"matrix_ppv_gate: {error}") from None
        if parsed.mode not in {"replace", "deny"} or parsed.remote not in {"pass", "drop"}:
            raise ConfigError("matrix_ppv_gate: mode is replace or deny, remote is pass or drop")
        if len(parsed.secret) < 16:
            raise ConfigError("matrix_ppv_gate: secret must have 16 characters or more")
        return parsed

    async def check(
        self, event: EventBase, _state: StateMap[EventBase]
    ) -> tuple[bool, JsonDict | None]:
        """Called for every event that is made here, before it is stored."""
        if event.type != "m.room.message" or not is_attachment(event.content):
            return True, None
        if event.sender == self._config.bot or not self._api.is_mine(event.sender):
            return True, None
        if not (is_priced(event.content) or await self._is_armed(event)):
            return True, None
        if self._config.mode == "deny":
            raise SynapseError(
                HTTPStatus.FORBIDDEN,
                f"Send paid files to {self._config.bot} in a direct chat.",
                "M_FORBIDDEN",
            )
        return True, await self._replaced(event)

    async def drop(self, event: EventBase) -> bool:
        """Called for events of other servers: whether this one does not happen here."""
        content = event.content
        return event.type == "m.room.message" and is_attachment(content) and is_priced(content)

    async def _is_armed(self, event: EventBase) -> bool:
        """Rather too late than open: if it cannot be told, the message has to wait."""
        try:
            return await self._armed.holds(event.room_id, event.sender, int(time() * 1000))
        except Exception:
            logger.exception("cannot tell whether a seller is armed")
            raise _LATER from None

    async def _replaced(self, event: EventBase) -> JsonDict:
        """Handed over first; only then words take its place."""
        name = secrets.token_urlsafe(18)
        changed: JsonDict = event.get_dict()
        await self._hand_over(
            {
                "name": name,
                "room": event.room_id,
                "sender": event.sender,
                "content": changed["content"],
            }
        )
        changed["content"] = {
            "msgtype": "m.text",
            "body": "🔒 is preparing a paid message…",
            GATE_KEY: {"name": name},
        }
        return changed

    async def _hand_over(self, handed: JsonDict) -> None:
        url = self._config.appservice.rstrip("/") + _HAND_OVER
        headers = {b"Authorization": [f"Bearer {self._config.secret}".encode()]}
        asking = defer.ensureDeferred(
            self._api.http_client.post_json_get_json(url, handed, headers=headers)
        )
        asking.addTimeout(_LIMIT_SECONDS, reactor)
        try:
            await asking
        except Exception as error:
            logger.warning("matrix-ppv took no file in: %r", error)
            raise _LATER from None
