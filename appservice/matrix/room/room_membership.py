"""Going into rooms and out, and opening direct ones."""

import logging
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from appservice.matrix.client import MatrixClient, path_of, with_query
from appservice.matrix.event_keys import OPENED_FOR, UP_TO_DATE
from appservice.matrix.json_fields import section
from appservice.matrix.responses import MatrixRejected
from appservice.matrix.room.member_state import membership
from bot.errors import OperatorError, TemporaryError, UserError
from bot.i18n import gettext_lazy
from bot.ids import RoomId, TxId, UserId

_LOG = logging.getLogger(__name__)

_SHUT_OUT = gettext_lazy("I can't get into that room. Please invite me once more.")
_CANNOT_ENTER = {
    "M_FORBIDDEN": _SHUT_OUT,
    "M_NOT_FOUND": _SHUT_OUT,
    "M_BAD_STATE": _SHUT_OUT,  # what Synapse says to a banned user
    "M_UNKNOWN": _SHUT_OUT,  # what Synapse says of a room that has died
}
_NOT_IN_IT = {"M_FORBIDDEN", "M_NOT_FOUND", "M_UNKNOWN"}
_ENCRYPTION = {
    "type": "m.room.encryption",
    "state_key": "",
    "content": {"algorithm": "m.megolm.v1.aes-sha2"},
}


@dataclass(frozen=True, slots=True)
class MatrixRoomMembership:
    """The port `RoomMembership`. `encrypted`: direct rooms are end-to-end encrypted from their start."""

    client: MatrixClient
    encrypted: bool

    async def join(self, room: RoomId, *, via: str = "") -> None:
        """`server_name` is what homeservers older than Matrix 1.12 call `via`."""
        path: str = path_of("/_matrix/client/v3/join/{}", room)
        if via:
            path = with_query(path, {"via": via, "server_name": via})
        await self.client.call("POST", path, {}, refusals=_CANNOT_ENTER)

    async def leave(self, room: RoomId) -> None:
        try:
            await self.client.call("POST", path_of("/_matrix/client/v3/rooms/{}/leave", room), {})
        except MatrixRejected as rejected:
            if rejected.code not in _NOT_IN_IT:
                raise

    async def open_direct(self, user: UserId) -> RoomId:
        """Make the room first and invite then, so that a room whose invitation is refused can be left again.

        Never `trusted_private_chat`: from room version 12 on it gives the guest all power for good.

        No name: clients call a direct room by the one other person in it.
        """
        request = {
            "preset": "private_chat",
            "is_direct": True,
            "initial_state": [_ENCRYPTION] if self.encrypted else [],
            "creation_content": {OPENED_FOR: user},
        }
        path = "/_matrix/client/v3/createRoom"
        answer = await self.client.call("POST", path, request)
        made = answer.get("room_id")
        if not isinstance(made, str):
            raise TemporaryError("the homeserver did not say which room it made")
        room = RoomId(made)
        try:
            await self.invite(room, user)
        except UserError:
            await self.leave(room)
            await self._forget(room)
            raise
        await self._note_as_direct(user, room)
        return room

    async def _forget(self, room: RoomId) -> None:
        """https://spec.matrix.org/v1.17/client-server-api/#post_matrixclientv3roomsroomidforget"""
        try:
            await self.client.call("POST", path_of("/_matrix/client/v3/rooms/{}/forget", room), {})
        except (MatrixRejected, TemporaryError) as error:
            _LOG.info("a room was left and is not forgotten", extra={"error": str(error)})

    async def opened_for(self, user: UserId) -> tuple[RoomId, ...]:
        answer = await self.client.call("GET", "/_matrix/client/v3/joined_rooms")
        rooms = [RoomId(each) for each in answer.get("joined_rooms", []) if isinstance(each, str)]
        return tuple([room for room in rooms if await self._is_opened_for(user, room)])

    async def _is_opened_for(self, user: UserId, room: RoomId) -> bool:
        """Only a creation event of the bot's own counts, because others can copy the mark."""
        path = path_of("/_matrix/client/v3/rooms/{}/state/m.room.create/", room)
        try:
            created = await self.client.call("GET", f"{path}?format=event")
        except MatrixRejected as rejected:
            if rejected.code not in _NOT_IN_IT:
                raise
            return False
        ours = created.get("sender") == self.client.user_id
        return ours and section(created, "content").get(OPENED_FOR) == user

    async def invite(self, room: RoomId, user: UserId) -> None:
        if await membership(self.client, room, user) in {"join", "invite"}:
            return
        # As a state event, because `/invite` cannot say `is_direct`, by which clients know a direct chat.
        path = path_of("/_matrix/client/v3/rooms/{}/state/m.room.member/{}", room, user)
        content = {"membership": "invite", "is_direct": True}
        await self.client.call("PUT", path, content, refusals=self._takes_no_invitation())

    async def bring_up_to_date(self, room: RoomId, tx: TxId) -> None:
        """An event that no client draws. What is sent at the very moment of a join builds on the time before,
        so the newcomer's homeserver is not sent it; it asks for what is missing once a later event names that
        (https://spec.matrix.org/v1.17/server-server-api/#backfilling-and-retrieving-missing-events).
        """
        path = path_of("/_matrix/client/v3/rooms/{}/send/{}/{}", room, UP_TO_DATE, tx)
        await self.client.call("PUT", path, {})

    def _takes_no_invitation(self) -> Mapping[str, str]:
        words = gettext_lazy(
            "I could not invite you to a direct chat: your account takes no invitations from me."
            " Please start a direct chat with {bot} yourself, then try again.",
            bot=self.client.user_id,
        )
        # Synapse answers M_BAD_STATE for a user whom the room bans.
        return dict.fromkeys(("M_INVITE_BLOCKED", "M_FORBIDDEN", "M_BAD_STATE"), words)

    async def _note_as_direct(self, user: UserId, room: RoomId) -> None:
        """A hint to other clients of the bot's account. The room exists: failing now would make two."""
        path = path_of("/_matrix/client/v3/user/{}/account_data/m.direct", self.client.user_id)
        try:
            known = await self._direct_rooms(path)
            theirs = known.get(user)
            rooms = [*theirs, room] if isinstance(theirs, list) else [room]
            await self.client.call("PUT", path, {**known, user: rooms})
        except (TemporaryError, OperatorError) as error:
            _LOG.warning("a direct room could not be noted as one: %s", error)

    async def _direct_rooms(self, path: str) -> dict[str, Any]:
        try:
            return await self.client.call("GET", path)
        except MatrixRejected as rejected:
            if rejected.code != "M_NOT_FOUND":
                raise
            return {}
