"""The gate in the homeserver: there, of the same mind, and able to call back."""

from collections.abc import Mapping
from dataclasses import dataclass

import aiohttp

from appservice.bot_config import bot_id
from appservice.doctor.check_result import Check, CheckFailed
from appservice.matrix.gate_client import SynapseGate
from bot.errors import OperatorError, TemporaryError
from config.settings import Settings

_WORDS = {
    "clear": "files for sale never enter rooms, but for encrypted ones, where they must not be sent",
    "encrypted": "files for sale never enter rooms, encrypted or not",
    "refused": "files for sale are refused in rooms (mode: deny): sellers send them in direct chats",
}


@dataclass(frozen=True, slots=True)
class GateCheck:
    settings: Settings

    def all(self) -> Mapping[str, Check]:
        return {"gate": self.closes}

    async def closes(self) -> str:
        secret = self.settings.gate.secret.get_secret_value()
        if not secret:
            return "none: files flagged in rooms are seen for a moment before they are taken out"
        async with aiohttp.ClientSession() as http:
            gate = SynapseGate(http, self.settings.homeserver.url, secret)
            try:
                status = await gate.status(bot_id(self.settings))
            except (OperatorError, TemporaryError) as error:
                raise CheckFailed(
                    f"{error} Look at the module in homeserver.yaml and at gate.secret"
                ) from None
        if status.get("call") != "ok":
            raise CheckFailed(
                f"the homeserver's gate can't hand files over, so they wait: {status.get('call')}"
            )
        return _WORDS.get(str(status.get("reach")), "an unknown version: bring it up to date")
