"""The gate in a real Synapse, with whatever a test puts where matrix-ppv should be."""

import sqlite3
from contextlib import AsyncExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import aiohttp

from sandbox.clients import ClientPool, MatrixUser
from sandbox.gate import GATE_SECRET
from sandbox.processes import free_port
from sandbox.synapse import Synapse

BOT = "@ppvbot:ppv.localhost"
ROUTES = "/_synapse/client/matrix_ppv/v1"


@dataclass(frozen=True, slots=True)
class Gated:
    synapse: Synapse
    cast: ClientPool
    seller: MatrixUser
    bot: MatrixUser
    room: str

    async def asks(self, route: str, body: dict[str, Any], secret: str = GATE_SECRET) -> Any:
        headers = {"Authorization": f"Bearer {secret}"}
        url = f"{self.synapse.url}{ROUTES}/{route}"
        async with (
            aiohttp.ClientSession() as http,
            http.post(url, json=body, headers=headers) as answer,
        ):
            return answer.status, await answer.json()

    async def arms(self, until_ms: int = 2**50) -> str:
        """After the seller has spoken to the bot, for only such are armed."""
        await self.sends({"msgtype": "m.text", "body": "!ppv 5 USD"})
        body = {"room": self.room, "sender": self.seller.user_id, "until_ms": until_ms}
        status, answer = await self.asks("armed", body)
        assert status == 200
        return str(answer["reach"])

    def watched(self) -> list[int]:
        """Until when anybody is armed, in milliseconds."""
        database = self.synapse.folder / "homeserver.db"
        with sqlite3.connect(f"file:{database}?mode=ro", uri=True) as connection:
            return [row[0] for row in connection.execute("SELECT until_ms FROM matrix_ppv_watched")]

    async def sends(self, content: dict[str, Any], type_: str = "m.room.message") -> str:
        return await self.seller.send(self.room, type_, content)


async def gated(stack: AsyncExitStack, folder: Path, **config: Any) -> Gated:
    """With nobody where matrix-ppv should be, unless `appservice` names somebody."""
    module = {
        "module": "matrix_ppv_gate.gate.Gate",
        "config": {
            "appservice": f"http://127.0.0.1:{free_port()}",
            "bot": BOT,
            "secret": GATE_SECRET,
            **config,
        },
    }
    synapse = await stack.enter_async_context(
        Synapse.start(folder / "synapse", settings={"modules": [module]})
    )
    cast = await stack.enter_async_context(ClientPool(synapse, folder / "people"))
    seller, bot = await cast.register("sally"), await cast.register("ppvbot")
    room = await seller.create_room("Room", public=True)
    await bot.join(room)
    return Gated(synapse, cast, seller, bot, room)
