"""How a person asks for a new room (spec: `POST /createRoom`)."""

from collections.abc import Mapping, Sequence
from typing import Any

from sandbox.clients.client_room import Room


def new_room(
    name: str,
    *,
    public: bool,
    alias: str | None,
    invite: Sequence[str],
    encrypted: bool,
    direct: bool,
    powers: Mapping[str, int],
) -> dict[str, Any]:
    """`powers` are power levels of others; the creator stands above all levels anyway."""
    body: dict[str, Any] = {
        "preset": "public_chat" if public else "private_chat",
        "visibility": "public" if public else "private",
        "invite": list(invite),
        "is_direct": direct,
    }
    if name:
        body["name"] = name
    if alias is not None:
        body["room_alias_name"] = alias
    if powers:
        body["power_level_content_override"] = {"users": dict(powers)}
    if encrypted:
        body["initial_state"] = [
            {
                "type": "m.room.encryption",
                "state_key": "",
                "content": {"algorithm": "m.megolm.v1.aes-sha2"},
            }
        ]
    return body


def is_complete(room: Room, asked_for: Mapping[str, Any]) -> bool:
    """Whether all of `asked_for`, made by `new_room`, has been heard of."""
    invited = all(room.membership_of(user) != "leave" for user in asked_for["invite"])
    return invited and room.encrypted == ("initial_state" in asked_for)
