"""Speaking in rooms, each thing once: the transaction ids are derived from what caused it."""

import json
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from http import HTTPStatus
from typing import Any
from urllib.parse import urlencode

from appservice.languages import ENGLISH
from appservice.matrix.client import MatrixClient, event_id_in, path_of
from appservice.matrix.content.event_size import as_edit
from appservice.matrix.content.render_message import Renderer
from appservice.matrix.event_keys import MARK
from appservice.matrix.json_fields import count, section, text
from appservice.matrix.responses import MatrixRejected
from appservice.matrix.room.room_facts import room_facts
from bot.domain.matrix.private_room import ProvedRoom, prove
from bot.domain.matrix.thread import thread_in
from bot.i18n import gettext_lazy
from bot.ids import EventId, RoomId, TxId
from bot.messages import Message, OpenMessage

_CANNOT_SPEAK = gettext_lazy(
    "I can't write in that room: I am not in it, or may not speak there."
    " Invite me, or let somebody who runs the room give me the power to send messages."
)
_MAY_NOT_SPEAK = {"M_FORBIDDEN": _CANNOT_SPEAK, "M_NOT_FOUND": _CANNOT_SPEAK}
"""M_TOO_LARGE is missing because the renderer shortens what is too long: it is never anybody's fault."""
_MAY_NOT_LOOK = {"M_FORBIDDEN": gettext_lazy("I am not in that room. Please invite me first.")}
_MAY_NOT_REDACT = {
    "M_FORBIDDEN": gettext_lazy(
        "I can't remove messages in that room. Somebody who runs it can make me a moderator."
    )
}
_MAY_NOT_PIN = {
    "M_FORBIDDEN": gettext_lazy(
        "The list stands here, and I keep it up to date. To pin it as well I would have to be a"
        " moderator; somebody who is one can pin it by hand."
    )
}
_ALREADY_THERE = "M_DUPLICATE_ANNOTATION"


@dataclass(frozen=True, slots=True)
class MatrixRooms:
    """The port `Rooms`."""

    client: MatrixClient
    renderers: Mapping[str, Renderer]
    """By the code of the language."""
    language_of: Callable[[RoomId], Awaitable[str]]
    """Which one is spoken in a room."""

    async def send(
        self, room: RoomId, message: OpenMessage, tx: TxId, *, reply_to: EventId | None = None
    ) -> EventId:
        content = await self._content(room, message)
        content |= _relation(room, reply_to)
        return await self._say(room, content, tx)

    async def confide(
        self,
        room: ProvedRoom,
        message: Message,
        tx: TxId,
        *,
        reply_to: EventId | None = None,
        goods: bool = False,
    ) -> EventId:
        content = await self._content(room.id, message)
        content |= _relation(room.id, reply_to)
        proved = await self._proved_again(room)
        return await self._say(room.id, content, tx, to=proved, goods=goods)

    async def sent(self, room: RoomId, tx: TxId, since: datetime) -> EventId | None:
        """By the mark that all our events bear, from the newest back."""
        wanted = {"senders": [self.client.user_id], "types": ["m.room.message", "m.room.encrypted"]}
        query = {"dir": "b", "limit": "100", "filter": json.dumps(wanted)}
        path = path_of("/_matrix/client/v3/rooms/{}/messages", room)
        while True:
            answer = await self.client.call(
                "GET", f"{path}?{urlencode(query)}", refusals=_MAY_NOT_LOOK
            )
            chunk = answer.get("chunk")
            events = [each for each in chunk if isinstance(each, Mapping)] if chunk else []
            for event in events:
                if section(event, "content").get(MARK) == tx:
                    return event_id_in(event)
            oldest = min((count(each, "origin_server_ts") or 0 for each in events), default=0)
            end = text(answer, "end")
            if not events or end is None or oldest < since.timestamp() * 1000:
                return None
            query["from"] = end

    async def edit(self, room: RoomId, event: EventId, message: OpenMessage, tx: TxId) -> None:
        await self._say(room, as_edit(event, await self._content(room, message)), tx)

    async def edit_confided(
        self, room: ProvedRoom, event: EventId, message: Message, tx: TxId
    ) -> None:
        content = as_edit(event, await self._content(room.id, message))
        await self._say(room.id, content, tx, to=await self._proved_again(room))

    async def react(self, room: RoomId, event: EventId, key: str, tx: TxId) -> None:
        relation = {"rel_type": "m.annotation", "event_id": event, "key": key}
        try:
            await self.client.send_event(
                room, "m.reaction", {"m.relates_to": relation}, tx, refusals=_MAY_NOT_SPEAK
            )
        except MatrixRejected as rejected:
            if rejected.code != _ALREADY_THERE:
                raise

    async def pin(self, room: RoomId, event: EventId, *, instead_of: EventId | None) -> None:
        """https://spec.matrix.org/v1.17/client-server-api/#mroompinned_events"""
        path = path_of("/_matrix/client/v3/rooms/{}/state/m.room.pinned_events/", room)
        try:
            there = (await self.client.call("GET", path, refusals=_MAY_NOT_LOOK)).get("pinned")
        except MatrixRejected as rejected:
            if rejected.code != "M_NOT_FOUND":
                raise
            there = None
        there = there if isinstance(there, list) else []
        pinned = [*[each for each in there if each not in (event, instead_of)], event]
        if pinned != there:
            await self.client.call("PUT", path, {"pinned": pinned}, refusals=_MAY_NOT_PIN)

    async def redact(self, room: RoomId, event: EventId, tx: TxId, *, reason: str) -> None:
        path = path_of("/_matrix/client/v3/rooms/{}/redact/{}/{}", room, event, tx)
        answer = await self.client.call("PUT", path, {"reason": reason}, refusals=_MAY_NOT_REDACT)
        event_id_in(answer)

    async def _content(self, room: RoomId, message: Message) -> dict[str, Any]:
        """In English where the language is one that the program no longer knows."""
        code = await self.language_of(room)
        return self.renderers.get(code, self.renderers[ENGLISH]).content(message)

    async def _proved_again(self, room: ProvedRoom) -> ProvedRoom:
        """Raises NotPrivate. Minutes may have passed since the room was proved, e.g. with uploads."""
        facts = await room_facts(self.client, room.id)
        return prove(facts, bot=self.client.user_id, person=room.person, encrypted=room.encrypted)

    async def _say(
        self,
        room: RoomId,
        content: Mapping[str, Any],
        tx: TxId,
        *,
        to: ProvedRoom | None = None,
        goods: bool = False,
    ) -> EventId:
        send = partial(
            self.client.send_event,
            room,
            "m.room.message",
            tx=tx,
            refusals=_MAY_NOT_SPEAK,
            to=to,
            goods=goods,
        )
        try:
            return await send(content)
        except MatrixRejected as rejected:
            relation = section(content, "m.relates_to")
            if rejected.status != HTTPStatus.BAD_REQUEST or relation.get("rel_type") != "m.thread":
                raise
            # The homeserver takes no thread whose root is an event of another room, or is an edit or a reaction.
            # Another homeserver may have let somebody name such a root.
            reply = {"m.in_reply_to": relation["m.in_reply_to"]}
            return await send({**content, "m.relates_to": reply})


def _relation(room: RoomId, reply_to: EventId | None) -> dict[str, Any]:
    """What is said in answer to a thread stays in it: https://spec.matrix.org/v1.17/client-server-api/#threading"""
    thread = thread_in(room)
    if thread is not None:
        return {
            "m.relates_to": {
                "rel_type": "m.thread",
                "event_id": thread.root,
                "is_falling_back": True,
                "m.in_reply_to": {"event_id": reply_to or thread.last},
            }
        }
    if reply_to is not None:
        return {"m.relates_to": {"m.in_reply_to": {"event_id": reply_to}}}
    return {}
