"""A person at a Matrix client: makes rooms, talks, listens, and opens what arrives."""

import uuid
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from sandbox.clients import sent_messages
from sandbox.clients.client import Client
from sandbox.clients.client_attachments import attachment_content, open_encrypted, upload
from sandbox.clients.client_event import RoomEvent
from sandbox.clients.joined_rooms import is_complete, new_room
from sandbox.clients.rendering import readable_lines
from sandbox.sample_media import MediaFile
from sandbox.synapse import Account

PATIENCE_SECONDS = 10.0


class MatrixUser:
    """Made by `online`. What sends returns the event id; what the homeserver refuses raises
    MatrixError; what does not come within its seconds raises TimeoutError."""

    __test__ = False
    """Its name begins as those of test classes do: pytest must not collect it."""

    def __init__(self, name: str, client: Client):
        self.name = name
        self.user_id = client.session.user_id
        self.session = client.session
        self._client = client
        self._hearing = client.hearing

    @classmethod
    @asynccontextmanager
    async def online(
        cls, homeserver: str, account: Account, store: Path, *, accepts_invites: bool = False
    ) -> AsyncIterator["MatrixUser"]:
        """Logs in on a new device and stays until the block ends."""
        running = Client.online(homeserver, account, store, accepts_invites=accepts_invites)
        async with running as client:
            profile = await client.session.request("GET", "profile", account.user_id)
            yield cls(str(profile["displayname"]), client)

    # Rooms

    async def create_room(
        self,
        name: str,
        *,
        public: bool = False,
        alias: str | None = None,
        invite: Sequence[str] = (),
        encrypted: bool = False,
        powers: Mapping[str, int] | None = None,
    ) -> str:
        """Returns the room id; `alias` is the part before the colon."""
        room = new_room(
            name,
            public=public,
            alias=alias,
            invite=invite,
            encrypted=encrypted,
            direct=False,
            powers=powers or {},
        )
        return await self._create(room)

    async def open_direct_room(self, user_id: str, *, encrypted: bool = False) -> str:
        """A new direct room, with `user_id` invited."""
        room = new_room(
            "",
            public=False,
            alias=None,
            invite=[user_id],
            encrypted=encrypted,
            direct=True,
            powers={},
        )
        room_id = await self._create(room)
        await self._client.remember_direct_room(user_id, room_id)
        return room_id

    def direct_room(self, user_id: str) -> str | None:
        """The latest direct room with `user_id` that this person is in."""
        for room_id in reversed(self._hearing.direct_rooms.get(user_id, [])):
            room = self._hearing.rooms.get(room_id)
            if room is not None and room.membership_of(self.user_id) == "join":
                return room_id
        return None

    async def wait_for_direct_room(self, user_id: str, *, seconds: float = PATIENCE_SECONDS) -> str:
        """The direct room with `user_id`; accepts the invitation to it if there is one."""

        def invited_or_there() -> str | None:
            return self.direct_room(user_id) or self._invited_by(user_id)

        waiting_for = f"a direct room with {user_id}"
        room_id = await self._hearing.until(
            invited_or_there, seconds=seconds, waiting_for=waiting_for
        )
        if room_id in self._hearing.invitations:
            await self.join(room_id)
        return room_id

    async def wait_for_invite(self, sender: str, *, seconds: float = PATIENCE_SECONDS) -> str:
        """The id of a room that `sender` invites this person to."""
        return await self._hearing.until(
            lambda: self._invited_by(sender),
            seconds=seconds,
            waiting_for=f"an invitation by {sender}",
        )

    async def wait_for_member(
        self,
        room_id: str,
        user_id: str,
        membership: str = "join",
        *,
        seconds: float = PATIENCE_SECONDS,
    ) -> None:
        room = await self._client.room(room_id)
        await self._hearing.until(
            lambda: room.membership_of(user_id) == membership,
            seconds=seconds,
            waiting_for=f"{user_id} to be at {membership!r} in {room_id}",
        )

    async def invite(self, room_id: str, user_id: str) -> None:
        body = {"user_id": user_id}
        await self.session.request("POST", "rooms", room_id, "invite", body=body)

    async def join(self, room_id_or_alias: str) -> str:
        """Returns the room id."""
        return await self._client.join(room_id_or_alias)

    async def leave(self, room_id: str) -> None:
        await self.session.request("POST", "rooms", room_id, "leave", body={})

    async def set_power(self, room_id: str, user_id: str, level: int) -> None:
        path = ("rooms", room_id, "state", "m.room.power_levels")
        levels = await self.session.request("GET", *path)
        levels["users"] = {**levels.get("users", {}), user_id: level}
        await self.session.request("PUT", *path, body=levels)

    # Talking

    async def send(self, room_id: str, event_type: str, content: Mapping[str, Any]) -> str:
        """Any event; encrypted if the room is."""
        return await self._client.send(room_id, event_type, content)

    def rotate_keys(self, room_id: str) -> None:
        """What is said next in that room is encrypted under a new session."""
        self._client.rotate_keys(room_id)

    async def say(self, room_id: str, text: str) -> str:
        return await self.send(room_id, "m.room.message", sent_messages.text_content(text))

    async def reply(self, to: RoomEvent, text: str) -> str:
        return await self.send(to.room_id, "m.room.message", sent_messages.reply_content(to, text))

    async def edit(self, room_id: str, event_id: str, text: str) -> str:
        return await self.send(
            room_id, "m.room.message", sent_messages.edit_content(event_id, text)
        )

    async def react(self, room_id: str, event_id: str, key: str) -> str:
        return await self.send(room_id, "m.reaction", sent_messages.reaction_content(event_id, key))

    async def redact(self, room_id: str, event_id: str, reason: str | None = None) -> str:
        path = ("rooms", room_id, "redact", event_id, uuid.uuid4().hex)
        body = {"reason": reason} if reason is not None else {}
        return str((await self.session.request("PUT", *path, body=body))["event_id"])

    async def send_file(
        self,
        room_id: str,
        media: MediaFile,
        *,
        caption: str | None = None,
        encrypted: bool | None = None,
        extra: Mapping[str, Any] | None = None,
    ) -> str:
        """Encrypts the file if the room is encrypted, unless `encrypted` says otherwise.

        `extra` are further keys of the content, for instance a price flag.
        """
        if encrypted is None:
            encrypted = (await self._client.room(room_id)).encrypted
        uploaded = await upload(self.session, media, encrypted=encrypted)
        poster = None
        if media.poster is not None:
            poster = await upload(self.session, media.poster, encrypted=encrypted)
        content = attachment_content(media, uploaded, poster, caption) | dict(extra or {})
        return await self.send(room_id, "m.room.message", content)

    # Listening

    def mark(self) -> int:
        """How much was heard so far; `wait_for(after=…)` takes it."""
        return len(self._hearing.events)

    async def wait_for(
        self,
        predicate: Callable[[RoomEvent], bool],
        *,
        room_id: str | None = None,
        after: int = 0,
        seconds: float = PATIENCE_SECONDS,
    ) -> RoomEvent:
        """The first event that fits, among those heard since `after` and those to come."""

        def first_that_fits() -> RoomEvent | None:
            return next(
                (event for event in self.heard(room_id, after=after) if predicate(event)), None
            )

        return await self._hearing.until(
            first_that_fits, seconds=seconds, waiting_for=f"an event in {room_id or 'any room'}"
        )

    async def wait_for_event(self, event_id: str) -> RoomEvent:
        """The event once it can be read."""
        return await self.wait_for(
            lambda event: event.event_id == event_id and not event.undecryptable
        )

    def heard(self, room_id: str | None = None, *, after: int = 0) -> list[RoomEvent]:
        """In the order of arrival."""
        events = self._hearing.events[after:]
        return [event for event in events if room_id in (None, event.room_id)]

    def read(self, room_id: str) -> list[str]:
        """The room's timeline as a person reads it."""
        return readable_lines(self._hearing.rooms[room_id], self.heard(room_id))

    # Opening

    async def open(self, event: RoomEvent) -> bytes:
        """The file of an attachment, decrypted and checked if it is an encrypted one."""
        if "file" in event.content:
            return await open_encrypted(self.session, event.content["file"])
        return await self.session.download(event.content["url"])

    async def open_thumbnail(self, event: RoomEvent) -> bytes:
        info = event.content["info"]
        if "thumbnail_file" in info:
            return await open_encrypted(self.session, info["thumbnail_file"])
        return await self.session.download(info["thumbnail_url"])

    async def _create(self, room: Mapping[str, Any]) -> str:
        room_id = str((await self.session.request("POST", "createRoom", body=room))["room_id"])
        heard = await self._client.room(room_id)
        # A new room may arrive in parts, and must not be talked in before it is all there.
        await self._hearing.until(
            lambda: is_complete(heard, room), seconds=PATIENCE_SECONDS, waiting_for="a new room"
        )
        return room_id

    def _invited_by(self, user_id: str) -> str | None:
        invitations = self._hearing.invitations.values()
        return next((i.room_id for i in invitations if i.sender == user_id), None)
