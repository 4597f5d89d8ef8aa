"""The contract's environment on Synapse, with the adapters of the product and people who send plain requests."""

import asyncio
import uuid
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import quote

import aiohttp

from appservice.matrix.room.shared_rooms import MatrixSharedRooms
from bot.ids import EventId, MxcUri, RoomId, UserId
from bot.ports import RoomMembership, SharedRooms
from sandbox.clients import MatrixError
from sandbox.clients.session import Session
from sandbox.synapse import Synapse
from tests.support.synapse.matrix_bot import MatrixBot

_ENCRYPTION = {
    "type": "m.room.encryption",
    "state_key": "",
    "content": {"algorithm": "m.megolm.v1.aes-sha2"},
}


@dataclass(frozen=True)
class People:
    """Accounts that every test of the contract shares, because registering them takes most of its time."""

    synapse: Synapse
    sessions: tuple[Session, ...]
    """Alice, Bob, one who blocks invitations, and an admin of the homeserver. Their connections are closed."""

    @classmethod
    async def register(cls, synapse: Synapse) -> "People":
        async def one(name: str, *, admin: bool = False) -> Session:
            unique = f"{name}-{uuid.uuid4().hex[:8]}"
            account = await synapse.register(unique, admin=admin)
            async with Session.log_in(synapse.url, account) as session:
                if name == "blocked":
                    path = ("user", session.user_id, "account_data", "m.invite_permission_config")
                    await session.request("PUT", *path, body={"default_action": "block"})
            return session

        names = ("alice", "bob", "blocked")
        sessions = await asyncio.gather(*map(one, names), one("admin", admin=True))
        return cls(synapse, tuple(sessions))


class SynapseEnvironment:
    def __init__(self, product: MatrixBot, people: Mapping[UserId, Session], admin: Session):
        self.bot = product.user_id
        self.alice, self.bob, self.blocked = people
        self.server = product.user_id.partition(":")[2]
        self.rooms, self.state, self.history = product.rooms, product.state, product.history
        self.membership: RoomMembership = product.doors
        self.shared_rooms: SharedRooms = MatrixSharedRooms(product.client)
        self.media = product.media
        self._client = product.client
        self._people = people
        self._admin = admin

    @classmethod
    @asynccontextmanager
    async def open(
        cls, people: People, registration: Mapping[str, Any]
    ) -> AsyncIterator["SynapseEnvironment"]:
        async with (
            aiohttp.ClientSession() as http,
            MatrixBot.online(people.synapse, registration) as product,
        ):
            connected = [replace(session, http=http) for session in people.sessions]
            by_user = {UserId(session.user_id): session for session in connected[:-1]}
            yield cls(product, by_user, connected[-1])

    async def create_room(self, *, alias: str = "", encrypted: bool = False) -> RoomId:
        body: dict[str, Any] = {
            "preset": "private_chat",
            "initial_state": [_ENCRYPTION] if encrypted else [],
        }
        if alias:
            body["room_alias_name"] = alias
        answer = await self._people[self.alice].request("POST", "createRoom", body=body)
        return RoomId(answer["room_id"])

    async def let_in(self, room: RoomId, *users: UserId) -> None:
        for user in users:
            await self._of_room(self.alice, room, "invite", {"user_id": user})
            if user == self.bot:
                await self.membership.join(room)
            else:
                await self.accept(room, user)

    async def accept(self, room: RoomId, user: UserId) -> None:
        await self._people[user].request("POST", "join", room, body={})

    async def reject(self, room: RoomId, user: UserId) -> None:
        await self.leave(room, user)

    async def leave(self, room: RoomId, user: UserId) -> None:
        await self._of_room(user, room, "leave", {})

    async def ban(self, room: RoomId, user: UserId) -> None:
        await self._of_room(self.alice, room, "ban", {"user_id": user})

    async def make_moderator(self, room: RoomId, user: UserId) -> None:
        await self._change_levels(room, user, 50)

    async def mute_bot(self, room: RoomId) -> None:
        await self._change_levels(room, self.bot, -1)

    async def _change_levels(self, room: RoomId, user: UserId, level: int) -> None:
        path = ("rooms", room, "state", "m.room.power_levels", "")
        levels = await self._people[self.alice].request("GET", *path)
        levels["users"] = {**levels.get("users", {}), user: level}
        await self._people[self.alice].request("PUT", *path, body=levels)

    async def say(self, room: RoomId, user: UserId, text: str) -> EventId:
        return await self._send(room, user, "m.room.message", {"msgtype": "m.text", "body": text})

    async def say_encrypted(self, room: RoomId, user: UserId) -> EventId:
        content = {"algorithm": "m.megolm.v1.aes-sha2", "ciphertext": "AA", "session_id": "none"}
        content |= {"device_id": "none", "sender_key": "none"}
        return await self._send(room, user, "m.room.encrypted", content)

    async def edit(self, room: RoomId, user: UserId, event: EventId, text: str) -> EventId:
        content = {
            "msgtype": "m.text",
            "body": f"* {text}",
            "m.new_content": {"msgtype": "m.text", "body": text},
            "m.relates_to": {"rel_type": "m.replace", "event_id": event},
        }
        return await self._send(room, user, "m.room.message", content)

    async def redact(self, room: RoomId, user: UserId, event: EventId) -> None:
        path = ("rooms", room, "redact", event, uuid.uuid4().hex)
        try:
            await self._people[user].request("PUT", *path, body={})
        except MatrixError as error:
            if error.errcode != "M_FORBIDDEN":
                raise

    async def upgrade(self, room: RoomId) -> RoomId:
        levels = await self._people[self.alice].request(
            "GET", "rooms", room, "state", "m.room.create", ""
        )
        answer = await self._of_room(
            self.alice, room, "upgrade", {"new_version": levels["room_version"]}
        )
        new = RoomId(answer["replacement_room"])
        await self.let_in(new, self.bot)
        return new

    async def _send(
        self, room: RoomId, user: UserId, type_: str, content: Mapping[str, Any]
    ) -> EventId:
        path = ("rooms", room, "send", type_, uuid.uuid4().hex)
        answer = await self._people[user].request("PUT", *path, body=content)
        return EventId(answer["event_id"])

    async def _of_room(
        self, user: UserId, room: RoomId, action: str, body: Mapping[str, Any]
    ) -> dict[str, Any]:
        return await self._people[user].request("POST", "rooms", room, action, body=body)

    async def upload(self, user: UserId, data: bytes) -> MxcUri:
        return MxcUri(await self._people[user].upload(data, "application/octet-stream", None))

    async def let_bot_purge(self, *, allowed: bool) -> None:
        url = f"{self._admin.homeserver}/_synapse/admin/v2/users/{quote(self.bot)}"
        headers = {"Authorization": f"Bearer {self._admin.access_token}"}
        async with self._admin.http.put(url, json={"admin": allowed}, headers=headers) as response:
            response.raise_for_status()

    async def reactions(self, room: RoomId, event: EventId) -> list[str]:
        path = f"/_matrix/client/v1/rooms/{quote(room)}/relations/{quote(event)}/m.annotation"
        answer = await self._client.call("GET", path)
        return [each["content"]["m.relates_to"]["key"] for each in answer["chunk"]]

    async def pinned(self, room: RoomId) -> list[EventId]:
        path = f"/_matrix/client/v3/rooms/{quote(room)}/state/m.room.pinned_events/"
        return list((await self._client.call("GET", path))["pinned"])
