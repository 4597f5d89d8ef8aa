"""Events as a homeserver pushes them."""

from datetime import datetime
from itertools import count
from typing import Any


class Timeline:
    """Makes raw events with fresh ids, sent at the time that the clock shows."""

    def __init__(self, now: Any) -> None:
        self._now = now
        self._numbers = count(1)

    def event(
        self, room: str, sender: str, type_: str, content: dict[str, Any], **more: Any
    ) -> dict[str, Any]:
        at: datetime = self._now()
        return {
            "event_id": f"$event{next(self._numbers)}",
            "room_id": room,
            "sender": sender,
            "type": type_,
            "content": content,
            "origin_server_ts": round(at.timestamp() * 1000),
            **more,
        }

    def encrypted(
        self, inside: dict[str, Any], session: str, author: dict[str, Any] | None = None
    ) -> dict[str, Any]:
        """The same event in an encrypted room, to be opened with the key of that session.

        `author` is what opening it tells of its device.
        """
        cipher = {key: inside[key] for key in ("type", "content")}
        content = {
            "algorithm": "m.megolm.v1.aes-sha2",
            "session_id": session,
            "ciphertext": cipher | ({"author": author} if author else {}),
        }
        return {**inside, "type": "m.room.encrypted", "content": content}

    def text(
        self, room: str, sender: str, body: str, *, reply_to: str | None = None
    ) -> dict[str, Any]:
        content: dict[str, Any] = {"msgtype": "m.text", "body": body, "m.mentions": {}}
        if reply_to:
            content["body"] = f"> <{sender}> sent an image.\n\n{body}"
            content["m.relates_to"] = {"m.in_reply_to": {"event_id": reply_to}}
        return self.event(room, sender, "m.room.message", content)

    def edit(self, room: str, sender: str, target: str, body: str) -> dict[str, Any]:
        new = {"msgtype": "m.text", "body": body}
        content = {
            "msgtype": "m.text",
            "body": f" * {body}",
            "m.new_content": new,
            "m.relates_to": {"rel_type": "m.replace", "event_id": target},
        }
        return self.event(room, sender, "m.room.message", content)

    def file(
        self,
        room: str,
        sender: str,
        url: str,
        name: str,
        *,
        msgtype: str = "m.image",
        size: int | None = None,
        caption: str | None = None,
        **more: Any,
    ) -> dict[str, Any]:
        info = {"mimetype": "image/png"} | ({} if size is None else {"size": size})
        content = {"msgtype": msgtype, "body": caption or name, "url": url, "info": info, **more}
        if caption is not None:
            content["filename"] = name
        return self.event(room, sender, "m.room.message", content)

    def reaction(self, room: str, sender: str, target: str, key: str) -> dict[str, Any]:
        relation = {"rel_type": "m.annotation", "event_id": target, "key": key}
        return self.event(room, sender, "m.reaction", {"m.relates_to": relation})

    def redaction(self, room: str, sender: str, target: str) -> dict[str, Any]:
        return self.event(room, sender, "m.room.redaction", {"redacts": target}, redacts=target)

    def arrival(self, room: str, who: str) -> dict[str, Any]:
        return self.event(room, who, "m.room.member", {"membership": "join"}, state_key=who)

    def invitation(self, room: str, sender: str, bot: str, *, direct: bool) -> dict[str, Any]:
        content = {"membership": "invite", "is_direct": direct}
        return self.event(room, sender, "m.room.member", content, state_key=bot)
