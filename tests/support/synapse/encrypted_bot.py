"""The bot's device on a real homeserver, without the rest of the product."""

import asyncio
import secrets
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from appservice.clock import SystemClock
from appservice.matrix.bot_user import MatrixIdentity
from appservice.matrix.client import MatrixClient
from appservice.matrix.content.render_message import renderers
from appservice.matrix.crypto.setup import Encryption, open_encryption
from appservice.matrix.crypto.store_dir import CryptoFolder, open_folder
from appservice.matrix.media.media_repository import MatrixMedia
from appservice.matrix.room.room_membership import MatrixRoomMembership
from appservice.matrix.room.room_sender import MatrixRooms
from bot.ids import KekId, RoomId, UserId
from bot.services.inbound.remember_identities import RememberIdentities
from sandbox.synapse import Synapse
from tests.support.memory.memory_store import MemoryStore
from tests.support.synapse.matrix_bot import english

KEKS = {KekId("first"): secrets.token_bytes(32)}


@dataclass(frozen=True, slots=True)
class EncryptedBot:
    client: MatrixClient
    encryption: Encryption
    rooms: MatrixRooms
    doors: MatrixRoomMembership
    heard: list[Mapping[str, Any]] = field(default_factory=list)
    """What could be read, as the inbox would get it."""
    alerts: list[str] = field(default_factory=list)
    unread: list[Mapping[str, Any]] = field(default_factory=list)

    @property
    def folder(self) -> CryptoFolder:
        return self.encryption.identity.olm_device.folder

    @property
    def user_id(self) -> UserId:
        return self.client.user_id

    async def signed(self) -> bool:
        identity = self.encryption.identity
        return identity.is_signed(await identity.status())

    async def accept(self, events: Sequence[Mapping[str, Any]]) -> None:
        for event in events:
            if event["sender"] != self.user_id:
                inside = await self.encryption.rooms.read(event)
                (self.unread if inside is None else self.heard).append(inside or event)

    @asynccontextmanager
    async def listening(self) -> AsyncIterator[None]:
        task = asyncio.create_task(
            self.encryption.sync_loop.run(self.accept, _nothing, lambda: None)
        )
        try:
            await asyncio.wait_for(self.encryption.sync_loop.synced.wait(), 20)
            yield
        finally:
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)

    async def until_heard(self, body: str) -> Mapping[str, Any]:
        async with asyncio.timeout(20):
            while True:
                for event in self.heard:
                    if event["content"].get("body") == body:
                        return event
                await asyncio.sleep(0.05)

    @classmethod
    @asynccontextmanager
    async def online(
        cls,
        synapse: Synapse,
        registration: Mapping[str, Any],
        path: Path,
        *,
        url: str | None = None,
    ) -> AsyncIterator["EncryptedBot"]:
        """`url`: another way to the homeserver."""
        user = UserId(f"@ppvbot:{synapse.server_name}")
        with open_folder(path, user, KEKS, KekId("first")) as folder:
            device, token = folder.device.device, registration["as_token"]
            async with MatrixClient.open(url or synapse.url, user, device, token) as client:
                plain = MatrixIdentity(client, MatrixMedia(client), registration["id"], "Bot")
                clock = SystemClock()
                remember = RememberIdentities(MemoryStore(clock), clock)
                alerts: list[str] = []

                async def alert(_: str, words: str) -> None:
                    alerts.append(words)

                with open_encryption(
                    folder, client, plain, remember, alert, signed_only=False
                ) as encryption:
                    await encryption.identity.establish()
                    yield cls(
                        client=client,
                        encryption=encryption,
                        rooms=MatrixRooms(client, renderers(external_payment_span=False), english),
                        doors=MatrixRoomMembership(client, encrypted=True),
                        alerts=alerts,
                    )

    async def joins(self, room: str) -> RoomId:
        await self.doors.join(RoomId(room))
        return RoomId(room)


async def eventually(holds: Callable[[], Awaitable[bool]], seconds: float = 30.0) -> None:
    """Returns once it holds. Raises TimeoutError."""
    async with asyncio.timeout(seconds):
        while True:
            if await holds():
                return
            await asyncio.sleep(0.1)


async def _nothing(_: Sequence[str]) -> None:
    pass
