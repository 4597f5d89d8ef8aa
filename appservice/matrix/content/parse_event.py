"""From a homeserver's raw JSON to the events that we understand. Whatever comes, nothing here raises.

https://spec.matrix.org/v1.17/client-server-api/#room-event-format
"""

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from appservice.matrix.content.parse_media import media_message
from appservice.matrix.json_fields import Json, count, id_of, section, text
from bot.domain.matrix.event_filter import (
    GALLERIES,
    PRICE_FLAG,
    STRIPPED_ID,
    UNSELLABLE,
    is_attachment,
    strip_command_prefix,
)
from bot.domain.matrix.matrix_event import (
    Event,
    EventMeta,
    Gallery,
    Invite,
    MemberJoined,
    MemberLeft,
    PowerLevels,
    Reaction,
    Redaction,
    TextMessage,
    Tombstone,
    Undecryptable,
    Unsellable,
)
from bot.domain.people.cross_signing import Author, SeenIdentity
from bot.ids import EventId, RoomId, UserId

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_YEAR_9999 = 253_370_764_800_000
_HINTS: dict[str, type[Tombstone | PowerLevels]] = {
    "m.room.tombstone": Tombstone,
    "m.room.power_levels": PowerLevels,
}
_QUOTES_SOMEBODY = ("> <@", "> * <@")


def parse_event(raw: Mapping[str, Any], bot_user_id: UserId) -> Event | None:
    """None for what we do not understand, and for what is malformed. The bot's own are parsed too."""
    origin = _origin(raw)
    if origin is None:
        return None
    content = section(raw, "content")
    if "state_key" in raw:
        hint = _HINTS.get(text(raw, "type") or "") if raw["state_key"] == "" else None
        if hint is not None:
            return hint(origin=origin)
        return _membership(raw, content, origin, bot_user_id)
    parsed: Event | None = None
    match raw.get("type"):
        case "m.room.message":
            parsed = _message(content, origin, gated=raw.get("gated") is True)
        case "m.reaction":
            parsed = _reaction(content, origin)
        case "m.room.redaction":
            parsed = _redaction(raw, content, origin)
        case str(kind) if kind in UNSELLABLE:
            parsed = Unsellable(origin=origin, kind=UNSELLABLE[kind])
        case "m.room.encrypted" if text(content, "algorithm"):
            parsed = Undecryptable(origin=origin)
    return parsed


def _origin(raw: Json) -> EventMeta | None:
    event, room = id_of(raw, "event_id", "$"), id_of(raw, "room_id", "!")
    sender = id_of(raw, "sender", "@")
    if event is None or room is None or sender is None:
        return None
    return EventMeta(
        event=EventId(event),
        room=RoomId(room),
        sender=UserId(sender),
        sent_at=_sent_at(raw),
        encrypted=raw.get("encrypted") is True,
        author=_author(section(raw, "author")),
        thread=_thread(section(section(raw, "content"), "m.relates_to")),
    )


def _thread(relation: Json) -> EventId | None:
    """https://spec.matrix.org/v1.17/client-server-api/#threading"""
    root = id_of(relation, "event_id", "$") if relation.get("rel_type") == "m.thread" else None
    return None if root is None else EventId(root)


def _author(raw: Json) -> Author | None:
    device, master_key = text(raw, "device"), text(raw, "master_key")
    devices = raw.get("devices")
    if device is None or master_key is None or not isinstance(devices, list):
        return None
    known = frozenset(each for each in devices if isinstance(each, str))
    return Author(device=device, seen=SeenIdentity(master_key=master_key, devices=known))


def _sent_at(raw: Json) -> datetime:
    milliseconds = count(raw, "origin_server_ts")
    if milliseconds is None or milliseconds > _YEAR_9999:
        return _EPOCH
    return _EPOCH + timedelta(milliseconds=milliseconds)


def _message(content: Json, origin: EventMeta, *, gated: bool) -> Event | None:
    relation = section(content, "m.relates_to")
    if relation.get("rel_type") == "m.replace" or "m.new_content" in content:
        return _edit(section(content, "m.new_content"), relation, origin)
    msgtype = content.get("msgtype")
    if isinstance(msgtype, str) and msgtype in GALLERIES:
        meant = (
            PRICE_FLAG in content or strip_command_prefix(text(content, "body") or "") is not None
        )
        return Gallery(origin=origin, priced=meant, intercepted=gated)
    if msgtype == "m.location":
        return Unsellable(origin=origin, kind="location")
    if msgtype != "m.text":
        message = media_message(content, origin)
        return replace(message, intercepted=True) if message and gated else message
    words = text(content, "body")
    if words is None:
        return None
    if "m.in_reply_to" in relation:
        words = _without_fallback(words)
    return TextMessage(origin=origin, text=words, reply_to=_reply_to(relation))


def _edit(new: Json, relation: Json, origin: EventMeta) -> TextMessage | None:
    """Parse an edit; of a file only a caption that is meant for us, which gets an answer.

    The relation stands outside of ciphertexts. A homeserver that takes it away makes no new command of an edit.
    """
    words, replaced = text(new, "body"), id_of(relation, "event_id", "$")
    if words is None or replaced is None or relation.get("rel_type") != "m.replace":
        return None
    caption = is_attachment(new)
    if new.get("msgtype") != "m.text" and not (caption and strip_command_prefix(words) is not None):
        return None
    return TextMessage(origin=origin, text=words, replaces=EventId(replaced), caption=caption)


def _reply_to(relation: Json) -> EventId | None:
    """What a person replied to; not what a thread names for clients that know no threads."""
    target = id_of(section(relation, "m.in_reply_to"), "event_id", "$")
    if target is None or relation.get("is_falling_back") is True:
        return None
    return EventId(target)


def _without_fallback(words: str) -> str:
    """A reply without the quotation that older clients put in front of it.

    https://spec.matrix.org/v1.12/client-server-api/#fallbacks-for-rich-replies
    """
    if not words.startswith(_QUOTES_SOMEBODY):
        return words
    lines = words.split("\n")
    quoted = next((n for n, line in enumerate(lines) if not line.startswith(">")), len(lines))
    said = lines[quoted:]
    return "\n".join(said[1:] if said and not said[0] else said)


def _reaction(content: Json, origin: EventMeta) -> Reaction | None:
    relation = section(content, "m.relates_to")
    target, key = id_of(relation, "event_id", "$"), text(relation, "key")
    if relation.get("rel_type") != "m.annotation" or target is None or not key:
        return None
    return Reaction(origin=origin, target=EventId(target), key=key)


def _redaction(raw: Json, content: Json, origin: EventMeta) -> Redaction | None:
    """The target stands in the content since room version 11, and beside it before."""
    target = id_of(content, "redacts", "$") or id_of(raw, "redacts", "$")
    return Redaction(origin=origin, target=EventId(target)) if target else None


def _membership(
    raw: Json, content: Json, origin: EventMeta, bot_user_id: UserId
) -> Invite | MemberJoined | MemberLeft | None:
    member = id_of(raw, "state_key", "@")
    if raw.get("type") != "m.room.member" or member is None:
        return None
    match content.get("membership"):
        case "invite" if member == bot_user_id:
            return Invite(
                origin=origin,
                direct=content.get("is_direct") is True,
                stripped=origin.event.startswith(STRIPPED_ID),
            )
        case "join" if member != bot_user_id:
            return MemberJoined(origin=origin, user=UserId(member))
        case "leave" | "ban":
            return MemberLeft(origin=origin, user=UserId(member))
    return None
