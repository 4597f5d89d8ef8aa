"""A room as one person's client knows it."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True)
class Member:
    membership: str
    display_name: str


@dataclass(frozen=True, slots=True)
class Invitation:
    room_id: str
    sender: str
    is_direct: bool


@dataclass(slots=True)
class Room:
    """The state that matters to a person; follows the room as events arrive."""

    room_id: str
    name: str = ""
    encrypted: bool = False
    members: dict[str, Member] = field(default_factory=dict)

    def follow(self, state: Iterable[Mapping[str, Any]]) -> None:
        for event in state:
            match event:
                case {"type": "m.room.name", "state_key": "", "content": {"name": str(name)}}:
                    self.name = name
                case {"type": "m.room.encryption", "state_key": ""}:
                    self.encrypted = True
                case {
                    "type": "m.room.member",
                    "state_key": str(user_id),
                    "content": {"membership": str(membership), **profile},
                }:
                    name = str(profile.get("displayname") or user_id)
                    self.members[user_id] = Member(membership, name)

    def name_of(self, user_id: str) -> str:
        member = self.members.get(user_id)
        return member.display_name if member else user_id

    def membership_of(self, user_id: str) -> str:
        member = self.members.get(user_id)
        return member.membership if member else "leave"


def invitation(room_id: str, invited: Mapping[str, Any], own_user_id: str) -> Invitation:
    """From the stripped state of `rooms.invite` (spec: `/sync`)."""
    for event in invited["invite_state"]["events"]:
        if event["type"] == "m.room.member" and event["state_key"] == own_user_id:
            return Invitation(room_id, event["sender"], bool(event["content"].get("is_direct")))
    raise ValueError(f"the invitation to {room_id} does not name the invited")
