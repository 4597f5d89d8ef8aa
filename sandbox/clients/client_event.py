"""An event as it reached a person."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True, kw_only=True)
class RoomEvent:
    """`encrypted`: it travelled encrypted; `undecryptable`: and this person has no key for it."""

    room_id: str
    event_id: str
    sender: str
    type: str
    content: Mapping[str, Any]
    state_key: str | None
    origin_server_ts: int
    encrypted: bool = False
    undecryptable: bool = False

    @property
    def body(self) -> str:
        return str(self.content.get("body", ""))

    @property
    def relates_to(self) -> Mapping[str, Any]:
        relation = self.content.get("m.relates_to")
        return relation if isinstance(relation, Mapping) else {}

    @property
    def redacts(self) -> str | None:
        """The event that this one redacts; in the content since room version 11."""
        target = self.content.get("redacts")
        return target if self.type == "m.room.redaction" and isinstance(target, str) else None


def clear_event(room_id: str, raw: Mapping[str, Any]) -> RoomEvent:
    return RoomEvent(
        room_id=room_id,
        event_id=raw["event_id"],
        sender=raw["sender"],
        type=raw["type"],
        content=raw["content"],
        state_key=raw.get("state_key"),
        origin_server_ts=raw["origin_server_ts"],
    )
