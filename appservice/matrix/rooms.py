"""Speaking in rooms, each thing once: the transaction ids are derived from what caused it."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from appservice.matrix.answers import MatrixRejected
from appservice.matrix.client import MatrixClient, event_id_in, path_of
from appservice.matrix.render import Renderer
from bot.ids import EventId, RoomId, TxId
from bot.messages import Message

_MAY_NOT_SPEAK = {
    "M_FORBIDDEN": "I can't write in that room: I am not in it, or may not speak there."
    " Invite me, or let somebody who runs the room give me the power to send messages."
}
_MAY_NOT_REDACT = {
    "M_FORBIDDEN": "I can't remove messages in that room. Somebody who runs it can make me a moderator."
}
_ALREADY_THERE = "M_DUPLICATE_ANNOTATION"


@dataclass(frozen=True, slots=True)
class MatrixRooms:
    """The port `Rooms`."""

    client: MatrixClient
    renderer: Renderer

    async def send(
        self, room: RoomId, message: Message, tx: TxId, *, reply_to: EventId | None = None
    ) -> EventId:
        content = self.renderer.content(message)
        if reply_to is not None:
            content["m.relates_to"] = {"m.in_reply_to": {"event_id": reply_to}}
        return await self._say(room, content, tx)

    async def edit(self, room: RoomId, event: EventId, message: Message, tx: TxId) -> None:
        """https://spec.matrix.org/v1.17/client-server-api/#event-replacements"""
        new = self.renderer.content(message)
        content = {
            **_for_clients_without_edits(new),
            "m.new_content": new,
            "m.mentions": {},
            "m.relates_to": {"rel_type": "m.replace", "event_id": event},
        }
        await self._say(room, content, tx)

    async def react(self, room: RoomId, event: EventId, key: str, tx: TxId) -> None:
        relation = {"rel_type": "m.annotation", "event_id": event, "key": key}
        try:
            await self.client.send_event(
                room, "m.reaction", {"m.relates_to": relation}, tx, refusals=_MAY_NOT_SPEAK
            )
        except MatrixRejected as rejected:
            if rejected.code != _ALREADY_THERE:
                raise

    async def redact(self, room: RoomId, event: EventId, tx: TxId, *, reason: str) -> None:
        path = path_of("/_matrix/client/v3/rooms/{}/redact/{}/{}", room, event, tx)
        answer = await self.client.call("PUT", path, {"reason": reason}, refusals=_MAY_NOT_REDACT)
        event_id_in(answer)

    async def _say(self, room: RoomId, content: Mapping[str, Any], tx: TxId) -> EventId:
        return await self.client.send_event(
            room, "m.room.message", content, tx, refusals=_MAY_NOT_SPEAK
        )


def _for_clients_without_edits(content: Mapping[str, Any]) -> dict[str, Any]:
    marked = {key: f"* {content[key]}" for key in ("body", "formatted_body") if key in content}
    return {**content, **marked}
