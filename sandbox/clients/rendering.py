"""A room's timeline as a person reads it, in lines of text."""

from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Any

from sandbox.clients.client_event import RoomEvent
from sandbox.clients.client_room import Room

_KINDS = {"m.image": "picture", "m.video": "video", "m.audio": "sound", "m.file": "file"}


def readable_lines(room: Room, events: Iterable[RoomEvent]) -> list[str]:
    """One line an utterance, further lines of it indented, reactions below it.

    Redacted messages read "(deleted)"; an edit shows in the place of what it corrects.
    """
    heard = list(events)
    deleted = {event.redacts for event in heard if event.redacts}
    edits = _edits(heard, deleted)
    reactions = _reactions(heard, deleted)
    lines: list[str] = []
    for event in heard:
        if not _is_utterance(event):
            continue
        name = room.name_of(event.sender)
        said = "(deleted)" if event.event_id in deleted else _words(event, edits)
        first, *rest = said.splitlines() or [""]
        lines += [f"{name}: {first}", *(f"    {line}" for line in rest)]
        if counted := reactions.get(event.event_id):
            lines.append("    " + "  ".join(f"{key} {n}" for key, n in counted.items()))
    return lines


def _is_utterance(event: RoomEvent) -> bool:
    if event.type not in {"m.room.message", "m.room.encrypted"}:
        return False
    return event.relates_to.get("rel_type") != "m.replace"


def _words(event: RoomEvent, edits: Mapping[str, Mapping[str, Any]]) -> str:
    if event.undecryptable:
        return "(unable to decrypt)"
    if event.event_id in edits:
        return f"{_spoken(edits[event.event_id], reply=False)} (edited)"
    return _spoken(event.content, reply="m.in_reply_to" in event.relates_to)


def _spoken(content: Mapping[str, Any], *, reply: bool) -> str:
    if not content:
        return "(deleted)"
    body = str(content.get("body", ""))
    kind = _KINDS.get(str(content.get("msgtype")))
    if kind is None:
        return _without_quote(body) if reply else body
    name = str(content.get("filename", body))
    attachment = f"[{kind} {name}{_measures(content.get('info', {}))}]"
    return attachment if name == body else f"{attachment}\n{body}"


def _without_quote(body: str) -> str:
    lines = body.splitlines()
    while lines and lines[0].startswith("> "):
        del lines[0]
    return "\n".join(lines).lstrip("\n")


def _measures(info: Mapping[str, Any]) -> str:
    parts = []
    if "w" in info and "h" in info:
        parts.append(f"{info['w']} x {info['h']}")
    if "duration" in info:
        minutes, seconds = divmod(round(info["duration"] / 1000), 60)
        parts.append(f"{minutes}:{seconds:02d}")
    if "size" in info:
        parts.append(f"{info['size'] / 1000:.0f} kB")
    return "".join(f", {part}" for part in parts)


def _edits(heard: list[RoomEvent], deleted: set[str]) -> dict[str, Mapping[str, Any]]:
    """The last correction of each event by its own sender (spec: validity of replacements)."""
    senders = {event.event_id: event.sender for event in heard}
    edits: dict[str, Mapping[str, Any]] = {}
    for event in heard:
        relation = event.relates_to
        original = relation.get("event_id")
        if relation.get("rel_type") != "m.replace" or event.event_id in deleted:
            continue
        if isinstance(original, str) and senders.get(original) == event.sender:
            edits[original] = event.content["m.new_content"]
    return edits


def _reactions(heard: list[RoomEvent], deleted: set[str]) -> dict[str, Counter[str]]:
    reactions: dict[str, Counter[str]] = {}
    for event in heard:
        relation = event.relates_to
        if event.type == "m.reaction" and event.event_id not in deleted and relation:
            counted = reactions.setdefault(str(relation.get("event_id")), Counter())
            counted[str(relation.get("key"))] += 1
    return reactions
