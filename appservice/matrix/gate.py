"""The gate in the homeserver, by its own routes; and the homeserver that has none."""

from dataclasses import dataclass, field
from datetime import datetime

import aiohttp

from appservice.matrix.mxc import server_and_media_id
from bot.errors import Broken, Transient
from bot.ids import MxcUri, RoomId, UserId

_ARMED = "/_synapse/client/matrix_ppv/v1/armed"
_FORGET = "/_synapse/client/matrix_ppv/v1/forget"
_PATIENCE = aiohttp.ClientTimeout(total=10)


@dataclass(frozen=True, slots=True)
class SynapseGate:
    """The port `Gate`. `url` is the homeserver's."""

    http: aiohttp.ClientSession
    url: str
    secret: str = field(repr=False)

    async def arm(self, room: RoomId, seller: UserId, until: datetime) -> None:
        body = {"room": room, "sender": seller, "until_ms": int(until.timestamp() * 1000)}
        await self._ask(_ARMED, body)

    async def forget(self, media: MxcUri) -> bool:
        """Delete the homeserver's copy of what was handed over; whether it is gone."""
        _, media_id = server_and_media_id(media)
        return (await self._ask(_FORGET, {"media_id": media_id})).get("deleted") is True

    async def _ask(self, path: str, body: dict[str, object]) -> dict[str, object]:
        headers = {"Authorization": f"Bearer {self.secret}"}
        try:
            async with self.http.post(
                self.url.rstrip("/") + path, json=body, headers=headers, timeout=_PATIENCE
            ) as answer:
                if answer.status >= 500:
                    raise Transient(f"the gate answered {answer.status}")
                if answer.status != 200:
                    raise Broken(
                        f"the gate answered {answer.status}: is the module loaded, with the same secret?"
                    )
                return dict(await answer.json())
        except (aiohttp.ClientError, TimeoutError) as error:
            raise Transient(f"the gate does not answer: {error}") from error


class NoGate:
    async def arm(self, room: RoomId, seller: UserId, until: datetime) -> None:
        """Nothing is there that could listen."""
