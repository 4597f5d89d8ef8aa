"""The gate in the homeserver, by its own routes; and the homeserver that has none."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import aiohttp

from appservice.matrix.mxc import server_and_media_id
from appservice.matrix.responses import json_object
from bot.domain.matrix.gate_coverage import GateCoverage
from bot.domain.offers.attachment import HomeserverCopy
from bot.errors import OperatorError, TemporaryError
from bot.ids import MxcUri, RoomId, UserId

_ROUTES = "/_synapse/client/matrix_ppv/v1"
_PATIENCE = aiohttp.ClientTimeout(total=10)


@dataclass(frozen=True, slots=True)
class SynapseGate:
    """The port `Gate`. `url` is the homeserver's."""

    http: aiohttp.ClientSession
    url: str
    secret: str = field(repr=False)

    async def arm(self, room: RoomId, seller: UserId, until: datetime) -> GateCoverage:
        until_ms = int(until.timestamp() * 1000)
        body = {"room": room, "sender": seller, "until_ms": until_ms}
        return _reach(await self._ask("armed", body))

    async def reach(self, seller: UserId) -> GateCoverage:
        return _reach(await self._ask("status", {"sender": seller}))

    async def status(self, user: UserId) -> Mapping[str, Any]:
        """How it is set up for such as `user`, and what it gets when it calls us."""
        return await self._ask("status", {"sender": user, "call": True})

    async def forget(self, media: MxcUri, owner: UserId) -> HomeserverCopy:
        """Delete the homeserver's copy of what `owner` has uploaded there. Raises TemporaryError and OperatorError."""
        _, media_id = server_and_media_id(media)
        answer = await self._ask("forget", {"media_id": media_id, "owner": owner})
        if answer.get("deleted") is True:
            return HomeserverCopy.DELETED
        foreign = answer.get("owned") is False
        return HomeserverCopy.NOT_THEIRS if foreign else HomeserverCopy.NOT_ALLOWED

    async def _ask(self, route: str, body: Mapping[str, object]) -> Mapping[str, Any]:
        headers = {"Authorization": f"Bearer {self.secret}"}
        url = f"{self.url.rstrip('/')}{_ROUTES}/{route}"
        try:
            async with self.http.post(url, json=body, headers=headers, timeout=_PATIENCE) as answer:
                if answer.status >= 500:
                    raise TemporaryError(f"the gate answered {answer.status}")
                if answer.status != 200:
                    raise OperatorError(
                        f"the gate answered {answer.status}: is the module loaded, with the same secret?"
                    )
                said = json_object(await answer.read())
                if said is None:
                    raise TemporaryError("the gate answered with something that is not JSON")
                return said
        except (aiohttp.ClientError, TimeoutError, OSError) as error:
            raise TemporaryError(f"the gate does not answer: {error}") from error


def _reach(answer: Mapping[str, Any]) -> GateCoverage:
    try:
        return GateCoverage(answer.get("reach"))
    except ValueError:
        raise OperatorError(
            "the gate does not say what it can take out: is it an older version?"
        ) from None


class DisabledGate:
    """Nothing is there that could listen."""

    async def arm(self, _room: RoomId, _seller: UserId, _until: datetime) -> GateCoverage:
        return GateCoverage.NONE

    async def reach(self, _seller: UserId) -> GateCoverage:
        return GateCoverage.NONE
