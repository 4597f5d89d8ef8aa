"""Recognize attachments with a price, in their content or in their caption."""

from collections.abc import Mapping
from typing import Any

PRICE_FLAG = "io.github.matrix_ppv.price"
COMMAND_PREFIXES = ("!ppv", "/ppv")
GALLERIES = frozenset({"m.gallery", "dm.filament.gallery"})
ATTACHMENTS = frozenset({"m.image", "m.video", "m.audio", "m.file"}) | GALLERIES


def is_attachment(content: Mapping[str, Any]) -> bool:
    """Return whether a message is an attachment and not an edit."""
    relation = content.get("m.relates_to")
    edit = isinstance(relation, Mapping) and relation.get("rel_type") == "m.replace"
    msgtype = content.get("msgtype")
    return isinstance(msgtype, str) and msgtype in ATTACHMENTS and not edit


def addresses_bot(content: Mapping[str, Any]) -> bool:
    """Return whether a message, or an edit of one, is addressed to the bot."""
    edited = content.get("m.new_content")
    bodies = [content.get("body"), edited.get("body") if isinstance(edited, Mapping) else None]
    return PRICE_FLAG in content or any(
        line.lstrip(" *").lower().startswith(COMMAND_PREFIXES)
        for body in bodies
        if isinstance(body, str)
        for line in body.splitlines()
    )


def is_priced(content: Mapping[str, Any]) -> bool:
    """Return whether an attachment is marked as for sale, even if the price is invalid."""
    if PRICE_FLAG in content:
        return True
    body, name = content.get("body"), content.get("filename")
    captioned = content.get("msgtype") in GALLERIES or (isinstance(name, str) and body != name)
    if not isinstance(body, str) or not captioned:
        return False
    caption = body.strip()
    for prefix in COMMAND_PREFIXES:
        rest = caption[len(prefix) :]
        if caption.lower().startswith(prefix) and (not rest or rest[0].isspace()):
            return True
    return False
