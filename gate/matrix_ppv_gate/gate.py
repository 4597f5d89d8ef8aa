"""The gate: what is for sale is handed over before it is stored, and something unseen takes its place."""

import logging
import secrets
from dataclasses import dataclass
from enum import StrEnum
from http import HTTPStatus
from typing import Any

from synapse.module_api import NOT_SPAM, EventBase, JsonDict, ModuleApi, StateMap
from synapse.module_api.errors import Codes, ConfigError, SynapseError

from matrix_ppv_gate.armed import Armed
from matrix_ppv_gate.priced import is_attachment, is_for_the_bot, is_priced
from matrix_ppv_gate.routes import ArmedRoute, ForgetRoute, StatusRoute
from matrix_ppv_gate.shop import LATER, Shop
from matrix_ppv_gate.stand_in import stand_in
from matrix_ppv_gate.taken import Taken

_ROUTES = "/_synapse/client/matrix_ppv/v1"

logger = logging.getLogger(__name__)


class Reach(StrEnum):
    """Which messages of somebody's can be taken out."""

    NOWHERE = "nowhere"
    CLEAR = "clear"
    ENCRYPTED = "encrypted"
    """Everywhere."""
    REFUSED = "refused"
    """None, but they do not get into rooms either."""


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
        self._armed = Armed(api)
        self._taken = Taken(api)
        self._shop = Shop(api, config.appservice, config.secret)
        api.register_third_party_rules_callbacks(check_event_allowed=self.check)
        if config.remote == "drop":
            api.register_spam_checker_callbacks(
                should_drop_federated_event=self.drop, check_event_for_spam=self.hide
            )
        secret = config.secret
        for name, route in {
            "armed": ArmedRoute(secret, self._armed, self.reach, self.may_be_armed),
            "status": StatusRoute(secret, self._shop, self.reach, config.mode),
            "forget": ForgetRoute(secret, api, self._taken),
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

    def reach(self, sender: str) -> Reach:
        """Synapse asks modules about the events of its own users alone."""
        if not self._api.is_mine(sender):
            return Reach.NOWHERE
        if self._config.mode == "deny":
            return Reach.REFUSED
        return Reach.ENCRYPTED if self._config.encrypted else Reach.CLEAR

    async def check(
        self, event: EventBase, state: StateMap[EventBase]
    ) -> tuple[bool, JsonDict | None]:
        """Called for every event that is made here, before it is stored."""
        if event.is_state() or event.sender == self._config.bot:
            return True, None
        await self._remember_asking(event, state)
        if not await self._may_be_for_sale(event):
            await self._remember_sent_to_bot(event, state)
            return True, None
        joining = state.get(("m.room.member", self._config.bot))
        if self._config.mode == "deny" or joining is None or joining.membership != "join":
            raise SynapseError(
                HTTPStatus.FORBIDDEN,
                f"Send paid files to {self._config.bot} in a direct chat.",
                "M_FORBIDDEN",
            )
        name = await self._taken_in(event)
        if name is None:
            return True, None
        await self._remember_taken(event)
        changed: JsonDict = event.get_dict()
        changed["content"] = stand_in(changed["content"], name, joining.event_id)
        return True, changed

    async def drop(self, event: EventBase) -> bool:
        """Called for what other servers push: whether it is not taken."""
        content = event.content
        return event.type == "m.room.message" and is_attachment(content) and is_priced(content)

    async def hide(self, event: EventBase) -> str:
        """Called for all that comes in, and for what is fetched later as well because others refer to it."""
        if self._api.is_mine(event.sender) or not await self.drop(event):
            return NOT_SPAM
        return Codes.FORBIDDEN

    async def _may_be_for_sale(self, event: EventBase) -> bool:
        if event.type == "m.room.encrypted":
            return self._config.encrypted and await self._is_armed(event)
        if event.type != "m.room.message" or not is_attachment(event.content):
            return False
        return is_priced(event.content) or await self._is_armed(event)

    async def _taken_in(self, event: EventBase) -> str | None:
        """The name under which matrix-ppv keeps it; None for what turns out to be no goods."""
        told = _as_told(event)
        try:
            if event.type == "m.room.encrypted":
                return await self._shop.hold(told)
            name = secrets.token_urlsafe(18)
            await self._shop.hand_over(name, told)
        except SynapseError:
            await self._remember_refusal(event)
            raise
        return name

    async def _is_armed(self, event: EventBase) -> bool:
        """Rather too late than open: if it cannot be told, the message has to wait."""
        try:
            return await self._armed.holds(event.room_id, event.sender)
        except Exception:
            logger.exception("cannot tell whether a seller is armed")
            raise LATER from None

    async def may_be_armed(self, room: str, sender: str) -> bool:
        """Whether sender and bot are in the room, and the sender has just written to the bot, if that can be seen."""
        members = [("m.room.member", each) for each in (self._config.bot, sender)]
        state = await self._api.get_room_state(room, [*members, ("m.room.encryption", "")])
        inside = [
            (each := state.get(key)) is not None and each.membership == "join" for key in members
        ]
        if not all(inside):
            return False
        return ("m.room.encryption", "") in state or await self._armed.has_asked(room, sender)

    async def _remember_asking(self, event: EventBase, state: StateMap[EventBase]) -> None:
        if event.type != "m.room.message" or ("m.room.encryption", "") in state:
            return
        if is_for_the_bot(event.content):
            try:
                await self._armed.asked(event.room_id, event.sender)
            except Exception:
                logger.exception("cannot note down who has written to the bot")

    async def _remember_sent_to_bot(self, event: EventBase, state: StateMap[EventBase]) -> None:
        brings = event.type == "m.room.encrypted" or (
            event.type == "m.room.message" and is_attachment(event.content)
        )
        if brings and self._are_alone(event.sender, state):
            await self._remember_taken(event)

    def _are_alone(self, sender: str, state: StateMap[EventBase]) -> bool:
        joined = state.get(("m.room.member", self._config.bot))
        if joined is None or joined.membership != "join":
            return False
        return not any(
            type_ == "m.room.member"
            and key not in {sender, self._config.bot}
            and each.membership == "join"
            for (type_, key), each in state.items()
        )

    async def _remember_taken(self, event: EventBase) -> None:
        try:
            await self._taken.remember(event.event_id, event.sender, event.content)
        except Exception:
            logger.exception("cannot note down which media may be deleted")

    async def _remember_refusal(self, event: EventBase) -> None:
        try:
            await self._armed.refused(event.room_id, event.sender)
        except Exception:
            logger.exception("cannot note down who will try again")


def _as_told(event: EventBase) -> JsonDict:
    known: JsonDict = event.get_dict()
    return {
        "event_id": event.event_id,
        "room_id": event.room_id,
        "sender": event.sender,
        "content": known["content"],
    }
