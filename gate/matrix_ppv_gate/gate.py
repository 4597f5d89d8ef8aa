"""The gate: pass attachments for sale to matrix-ppv before they are stored, and store a placeholder instead."""

import logging
import secrets
from dataclasses import dataclass
from enum import StrEnum
from http import HTTPStatus
from typing import Any

from synapse.module_api import NOT_SPAM, EventBase, JsonDict, ModuleApi, StateMap
from synapse.module_api.errors import Codes, ConfigError, SynapseError

from matrix_ppv_gate.deletable_media import DeletableMedia
from matrix_ppv_gate.placeholder_event import placeholder_content
from matrix_ppv_gate.ppv_client import RETRY_LATER, PpvClient
from matrix_ppv_gate.price_flag import addresses_bot, is_attachment, is_priced
from matrix_ppv_gate.routes import DeleteMediaRoute, StatusRoute, WatchRoute
from matrix_ppv_gate.watched_senders import WatchedSenders

_ROUTES = "/_synapse/client/matrix_ppv/v1"

logger = logging.getLogger(__name__)


class GateCoverage(StrEnum):
    """Which messages of a sender the gate can intercept."""

    NONE = "nowhere"
    UNENCRYPTED = "clear"
    ALL = "encrypted"
    """In encrypted and unencrypted rooms."""
    DENY = "refused"
    """None: attachments for sale are refused."""


@dataclass(frozen=True, slots=True)
class GateConfig:
    appservice: str
    bot: str
    secret: str
    mode: str = "replace"
    remote: str = "pass"
    encrypted: bool = False


class Gate:
    """Loaded by Synapse; see the README for its settings."""

    def __init__(self, config: GateConfig, api: ModuleApi) -> None:
        self._config = config
        self._api = api
        self._watched = WatchedSenders(api)
        self._deletable = DeletableMedia(api)
        self._client = PpvClient(api, config.appservice, config.secret)
        api.register_third_party_rules_callbacks(check_event_allowed=self.check_event_allowed)
        if config.remote == "drop":
            api.register_spam_checker_callbacks(
                should_drop_federated_event=self.should_drop_federated_event,
                check_event_for_spam=self.check_event_for_spam,
            )
        secret = config.secret
        for name, route in {
            "armed": WatchRoute(secret, self._watched, self.coverage, self.may_be_watched),
            "status": StatusRoute(secret, self._client, self.coverage, config.mode),
            "forget": DeleteMediaRoute(secret, api, self._deletable),
        }.items():
            api.register_web_resource(f"{_ROUTES}/{name}", route)

    @staticmethod
    def parse_config(config: dict[str, Any]) -> GateConfig:
        try:
            parsed = GateConfig(**config)
        except TypeError as error:
            raise ConfigError(f"matrix_ppv_gate: {error}") from None
        if parsed.mode not in {"replace", "deny"} or parsed.remote not in {"pass", "drop"}:
            raise ConfigError("matrix_ppv_gate: mode is replace or deny, remote is pass or drop")
        if not isinstance(parsed.encrypted, bool) or (parsed.encrypted and parsed.mode == "deny"):
            raise ConfigError(
                "matrix_ppv_gate: encrypted is true or false, and needs mode: replace"
            )
        if len(parsed.secret) < 16:
            raise ConfigError("matrix_ppv_gate: secret must have 16 characters or more")
        return parsed

    def coverage(self, sender: str) -> GateCoverage:
        """Return the coverage. Synapse calls modules only for events of local users."""
        if not self._api.is_mine(sender):
            return GateCoverage.NONE
        if self._config.mode == "deny":
            return GateCoverage.DENY
        return GateCoverage.ALL if self._config.encrypted else GateCoverage.UNENCRYPTED

    async def check_event_allowed(
        self, event: EventBase, state: StateMap[EventBase]
    ) -> tuple[bool, JsonDict | None]:
        """Synapse calls this for every local event before it is stored.

        https://element-hq.github.io/synapse/latest/modules/third_party_rules_callbacks.html#check_event_allowed
        """
        if event.is_state() or event.sender == self._config.bot:
            return True, None
        await self._record_written_to_bot(event, state)
        if not await self._may_be_for_sale(event):
            await self._record_media_sent_to_bot(event, state)
            return True, None
        bot_member = state.get(("m.room.member", self._config.bot))
        if self._config.mode == "deny" or bot_member is None or bot_member.membership != "join":
            raise SynapseError(
                HTTPStatus.FORBIDDEN,
                f"Send paid files to {self._config.bot} in a direct chat.",
                "M_FORBIDDEN",
            )
        name = await self._intercept(event)
        if name is None:
            return True, None
        await self._record_deletable_media(event)
        changed: JsonDict = event.get_dict()
        changed["content"] = placeholder_content(changed["content"], name, bot_member.event_id)
        return True, changed

    async def should_drop_federated_event(self, event: EventBase) -> bool:
        """Synapse calls this for events pushed by other servers. Return whether to drop it."""
        content = event.content
        return event.type == "m.room.message" and is_attachment(content) and is_priced(content)

    async def check_event_for_spam(self, event: EventBase) -> str:
        """Synapse calls this for all events, also those fetched later because others refer to them."""
        if self._api.is_mine(event.sender) or not await self.should_drop_federated_event(event):
            return NOT_SPAM
        return Codes.FORBIDDEN

    async def _may_be_for_sale(self, event: EventBase) -> bool:
        if event.type == "m.room.encrypted":
            return self._config.encrypted and await self._is_watched(event)
        if event.type != "m.room.message" or not is_attachment(event.content):
            return False
        return is_priced(event.content) or await self._is_watched(event)

    async def _intercept(self, event: EventBase) -> str | None:
        """Return the name under which matrix-ppv stored the message; None if it is not for sale."""
        body = _to_json(event)
        try:
            if event.type == "m.room.encrypted":
                return await self._client.inspect_encrypted(body)
            name = secrets.token_urlsafe(18)
            await self._client.intercept(name, body)
        except SynapseError:
            await self._record_refusal(event)
            raise
        return name

    async def _is_watched(self, event: EventBase) -> bool:
        """Refuse the message for now if the database does not answer, rather than let it pass."""
        try:
            return await self._watched.is_watched(event.room_id, event.sender)
        except Exception:
            logger.exception("cannot read the watched senders")
            raise RETRY_LATER from None

    async def may_be_watched(self, room: str, sender: str) -> bool:
        """Return whether sender and bot are in the room and, if unencrypted, the sender has just written to the bot."""
        members = [("m.room.member", each) for each in (self._config.bot, sender)]
        state = await self._api.get_room_state(room, [*members, ("m.room.encryption", "")])
        inside = [
            (each := state.get(key)) is not None and each.membership == "join" for key in members
        ]
        if not all(inside):
            return False
        return ("m.room.encryption", "") in state or await self._watched.has_written_to_bot(
            room, sender
        )

    async def _record_written_to_bot(self, event: EventBase, state: StateMap[EventBase]) -> None:
        if event.type != "m.room.message" or ("m.room.encryption", "") in state:
            return
        if addresses_bot(event.content):
            try:
                await self._watched.record_written_to_bot(event.room_id, event.sender)
            except Exception:
                logger.exception("cannot record that a sender wrote to the bot")

    async def _record_media_sent_to_bot(self, event: EventBase, state: StateMap[EventBase]) -> None:
        has_media = event.type == "m.room.encrypted" or (
            event.type == "m.room.message" and is_attachment(event.content)
        )
        if has_media and self._are_alone(event.sender, state):
            await self._record_deletable_media(event)

    def _are_alone(self, sender: str, state: StateMap[EventBase]) -> bool:
        bot_member = state.get(("m.room.member", self._config.bot))
        if bot_member is None or bot_member.membership != "join":
            return False
        return not any(
            type_ == "m.room.member"
            and key not in {sender, self._config.bot}
            and each.membership == "join"
            for (type_, key), each in state.items()
        )

    async def _record_deletable_media(self, event: EventBase) -> None:
        try:
            await self._deletable.add(event.event_id, event.sender, event.content)
        except Exception:
            logger.exception("cannot record which media may be deleted")

    async def _record_refusal(self, event: EventBase) -> None:
        try:
            await self._watched.record_refusal(event.room_id, event.sender)
        except Exception:
            logger.exception("cannot record a refused message")


def _to_json(event: EventBase) -> JsonDict:
    known: JsonDict = event.get_dict()
    return {
        "event_id": event.event_id,
        "room_id": event.room_id,
        "sender": event.sender,
        "content": known["content"],
    }
