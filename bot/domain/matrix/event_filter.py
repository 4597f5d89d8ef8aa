"""Which events we keep at all. Everything else said in a room passes by unread and unstored."""

from collections.abc import Mapping
from typing import Any

from bot.ids import UserId

COMMAND_PREFIXES = ("!ppv", "/ppv")
PRICE_FLAG = "io.github.matrix_ppv.price"
GATE_KEY = "io.github.matrix_ppv.gate"
"""In the event that stands for an attachment that a gate has taken out before it came into the room."""
STRIPPED_ID = "$invitation-"
"""How the ids begin that we give to invitations taken from stripped state, which nobody vouches for."""
BUY_REACTION = "🔓"
DONE_REACTION = "✅"

GALLERIES = frozenset({"m.gallery", "dm.filament.gallery"})
"""Several attachments in one event, under the name of the proposal (MSC4274) and of its trials."""

UNSELLABLE = {
    "m.sticker": "sticker",
    "m.poll.start": "poll",
    "org.matrix.msc3381.poll.start": "poll",
}
"""Types of events that people send to the bot in vain; polls also go under the name of their proposal (MSC3381)."""

_ATTACHMENTS = frozenset({"m.image", "m.video", "m.audio", "m.file"}) | GALLERIES
_VARIATION_SELECTOR = "\N{VARIATION SELECTOR-16}"


def is_reaction(key: str, wanted: str) -> bool:
    """The same emoji, with or without the mark that some clients add, or words behind it."""
    return key.replace(_VARIATION_SELECTOR, "").strip().startswith(wanted)


def strip_command_prefix(text: str) -> str | None:
    """What follows `!ppv` or `/ppv` at the start of a message; None if it does not start so."""
    stripped = text.strip()
    for prefix in COMMAND_PREFIXES:
        if stripped.lower().startswith(prefix):
            rest = stripped[len(prefix) :]
            if not rest or rest[0].isspace():
                return rest.strip()
    return None


def is_attachment(content: Mapping[str, Any]) -> bool:
    """Whether the content of a message brings files of its own, and changes no earlier one."""
    relation = content.get("m.relates_to")
    edit = isinstance(relation, Mapping) and relation.get("rel_type") == "m.replace"
    return _has_files(content) and not edit


def _has_files(content: Mapping[str, Any]) -> bool:
    """`msgtype` may be any JSON value; objects and lists have no hash."""
    msgtype = content.get("msgtype")
    return isinstance(msgtype, str) and msgtype in _ATTACHMENTS


def is_relevant(event: Mapping[str, Any], *, bot: UserId, direct: bool) -> bool:
    """Whether a raw event is addressed to the bot, or may be part of an offer.

    `direct`: it comes from somebody's direct room with the bot, where every message is for us.
    Attachments are kept everywhere, for the flag that makes them goods may be on its way.
    """
    if not all(
        isinstance(event.get(key), str) for key in ("event_id", "room_id", "sender", "type")
    ):
        return False
    if event["sender"] == bot:
        return False
    content = event.get("content")
    if not isinstance(content, Mapping):
        content = {}
    match event["type"]:
        case "m.room.message":
            ours = direct or _is_addressed_to_bot(content, encrypted=event.get("encrypted") is True)
        case "m.reaction":
            ours = _is_relevant_reaction(content)
        case "m.room.member":
            ours = direct or event.get("state_key") == bot
        case "m.room.tombstone" | "m.room.power_levels":
            ours = event.get("state_key") == ""
        case "m.room.encrypted":
            ours = direct or GATE_KEY in content
        case kind if kind in UNSELLABLE:
            ours = direct
        case kind:
            ours = kind == "m.room.redaction"
    return ours


def _is_relevant_reaction(reaction: Mapping[str, Any]) -> bool:
    relation = reaction.get("m.relates_to")
    key = relation.get("key") if isinstance(relation, Mapping) else None
    return isinstance(key, str) and (
        is_reaction(key, BUY_REACTION) or is_reaction(key, DONE_REACTION)
    )


def _is_addressed_to_bot(content: Mapping[str, Any], *, encrypted: bool) -> bool:
    """In an encrypted room an attachment becomes goods by no later flag, so it passes by unstored."""
    if GATE_KEY in content or PRICE_FLAG in content or (_has_files(content) and not encrypted):
        return True
    edited = content.get("m.new_content")
    bodies = [content.get("body"), edited.get("body") if isinstance(edited, Mapping) else None]
    return any(
        line.lstrip(" *").lower().startswith(COMMAND_PREFIXES)
        for body in bodies
        if isinstance(body, str)
        for line in body.splitlines()
    )
