"""The bot of the product on a real homeserver, ready to work."""

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

from appservice.languages import ENGLISH
from appservice.matrix.bot_user import MatrixIdentity
from appservice.matrix.client import MatrixClient
from appservice.matrix.content.render_message import renderers
from appservice.matrix.media.media_repository import MatrixMedia
from appservice.matrix.room.room_history import MatrixRoomHistory
from appservice.matrix.room.room_membership import MatrixRoomMembership
from appservice.matrix.room.room_sender import MatrixRooms
from appservice.matrix.room.room_state import MatrixRoomState
from bot.ids import MxcUri, RoomId, UserId
from sandbox.clients import MatrixUser
from sandbox.synapse import Synapse

DEVICE = "MATRIXPPV"
NAME = "Pay-per-view"


async def english(_: RoomId) -> str:
    return ENGLISH


@dataclass(frozen=True, slots=True)
class MatrixBot:
    client: MatrixClient
    identity: MatrixIdentity
    rooms: MatrixRooms
    state: MatrixRoomState
    history: MatrixRoomHistory
    doors: MatrixRoomMembership
    media: MatrixMedia

    @property
    def user_id(self) -> UserId:
        return self.client.user_id

    @classmethod
    @asynccontextmanager
    async def online(
        cls, synapse: Synapse, registration: Mapping[str, Any]
    ) -> AsyncIterator["MatrixBot"]:
        user = UserId(f"@ppvbot:{synapse.server_name}")
        async with MatrixClient.open(synapse.url, user, DEVICE, registration["as_token"]) as client:
            media = MatrixMedia(client)
            bot = cls(
                client=client,
                identity=MatrixIdentity(client, media, registration["id"], NAME),
                rooms=MatrixRooms(client, renderers(external_payment_span=False), english),
                state=MatrixRoomState(client),
                history=MatrixRoomHistory(client),
                doors=MatrixRoomMembership(client, encrypted=False),
                media=media,
            )
            await bot.identity.establish()
            yield bot

    async def comes_to(self, host: MatrixUser, room_id: str) -> RoomId:
        """`host` invites the bot, and it joins."""
        await host.invite(room_id, self.user_id)
        room = RoomId(room_id)
        await self.doors.join(room)
        return room

    async def upload(self, data: bytes, mimetype: str = "application/octet-stream") -> MxcUri:
        url = await self.media.reserve(len(data))
        await self.media.upload(url, in_chunks(data), size=len(data), mimetype=mimetype)
        return url


async def in_chunks(data: bytes, size: int = 1 << 16) -> AsyncIterator[bytes]:
    for start in range(0, len(data), size):
        yield data[start : start + size]
