"""A Matrix client that runs: logged in, listening, able to send into clear and encrypted rooms."""

import asyncio
import contextlib
import uuid
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import aiohttp

from sandbox.clients.client_room import Room
from sandbox.clients.client_sync import Hearing
from sandbox.clients.encryption import Encryption
from sandbox.clients.session import MatrixError, Session
from sandbox.synapse import Account

_PATIENCE_SECONDS = 10.0
_RECONNECT_SECONDS = 0.2


class Client:
    def __init__(self, session: Session, hearing: Hearing, encryption: Encryption):
        self.session = session
        self.hearing = hearing
        self._encryption = encryption

    @classmethod
    @asynccontextmanager
    async def online(
        cls, homeserver: str, account: Account, store: Path, *, accepts_invites: bool
    ) -> AsyncIterator["Client"]:
        """A new device whose keys live in `store`; listens until the block ends."""
        async with Session.log_in(homeserver, account) as session:
            encryption = Encryption.load(session, store)
            client = cls(session, Hearing(session, encryption), encryption)
            async with contextlib.AsyncExitStack() as stack:
                stack.push_async_callback(encryption.close)
                await client.hearing.listen_once()
                listening = asyncio.create_task(client._listen(accepts_invites=accepts_invites))
                stack.push_async_callback(_end, listening)
                yield client

    async def room(self, room_id: str) -> Room:
        """The room, once this client has heard that it is in it."""
        rooms = self.hearing.rooms
        return await self.hearing.until(
            lambda: rooms.get(room_id), seconds=_PATIENCE_SECONDS, waiting_for=f"room {room_id}"
        )

    def rotate_keys(self, room_id: str) -> None:
        self._encryption.rotate(room_id)

    async def send(self, room_id: str, event_type: str, content: Mapping[str, Any]) -> str:
        """Encrypted if the room is; returns the event id."""
        room = await self.room(room_id)
        transaction_id = uuid.uuid4().hex
        if room.encrypted:
            return await self._encryption.send(room_id, event_type, content, transaction_id)
        path = ("rooms", room_id, "send", event_type, transaction_id)
        return str((await self.session.request("PUT", *path, body=content))["event_id"])

    async def join(self, room_id_or_alias: str) -> str:
        """Joins and returns the room id, once this client has heard that it is in it."""
        room_id = await self._join(room_id_or_alias)
        await self.room(room_id)
        return room_id

    async def remember_direct_room(self, user_id: str, room_id: str) -> None:
        """Clients keep the list of direct rooms themselves (spec: `m.direct`)."""
        direct = {user: list(rooms) for user, rooms in self.hearing.direct_rooms.items()}
        direct.setdefault(user_id, []).append(room_id)
        self.hearing.direct_rooms = direct
        path = ("user", self.session.user_id, "account_data", "m.direct")
        await self.session.request("PUT", *path, body=direct)

    async def _join(self, room_id_or_alias: str) -> str:
        invited = self.hearing.invitations.pop(room_id_or_alias, None)
        try:
            answer = await self.session.request("POST", "join", room_id_or_alias, body={})
        except MatrixError:
            if invited is None:
                raise
            # From another server it may be here before it is there.
            await asyncio.sleep(_RECONNECT_SECONDS)
            answer = await self.session.request("POST", "join", room_id_or_alias, body={})
        room_id = str(answer["room_id"])
        if invited is not None and invited.is_direct:
            await self.remember_direct_room(invited.sender, room_id)
        return room_id

    async def _listen(self, *, accepts_invites: bool) -> None:
        try:
            while True:
                try:
                    await self.hearing.listen_once()
                    if accepts_invites:
                        for room_id in list(self.hearing.invitations):
                            await self._join(room_id)
                except (aiohttp.ClientError, TimeoutError):
                    # The homeserver is away, and in the sandbox soon back.
                    await asyncio.sleep(_RECONNECT_SECONDS)
        except Exception as error:
            await self.hearing.go_deaf(error)
            raise


async def _end(task: asyncio.Task[None]) -> None:
    """Cancels; raises what the task had failed with before."""
    task.cancel()
    with contextlib.suppress(asyncio.CancelledError):
        await task
