"""Which attachments carry a price: in their content, or in their caption."""

from collections.abc import Mapping
from typing import Any

PRICE_FLAG = "io.github.matrix_ppv.price"
PREFIXES = ("!ppv", "/ppv")
GALLERIES = frozenset({"m.gallery", "dm.filament.gallery"})
ATTACHMENTS = frozenset({"m.image", "m.video", "m.audio", "m.file"}) | GALLERIES


def is_attachment(content: Mapping[str, Any]) -> bool:
    """A file of its own, no change of an earlier message."""
    relation = content.get("m.relates_to")
    edit = isinstance(relation, Mapping) and relation.get("rel_type") == "m.replace"
    msgtype = content.get("msgtype")
    return isinstance(msgtype, str) and msgtype in ATTACHMENTS and not edit


def is_for_the_bot(content: Mapping[str, Any]) -> bool:
    """Whether a message, or what it changes an earlier one to, speaks to the bot."""
    edited = content.get("m.new_content")
    bodies = [content.get("body"), edited.get("body") if isinstance(edited, Mapping) else None]
    return PRICE_FLAG in content or any(
        line.lstrip(" *").lower().startswith(PREFIXES)
        for body in bodies
        if isinstance(body, str)
        for line in body.splitlines()
    )


def is_priced(content: Mapping[str, Any]) -> bool:
    """Whether an attachment says that it is for sale, even if nobody could read the price."""
    if PRICE_FLAG in content:
        return True
    body, name = content.get("body"), content.get("filename")
    captioned = content.get("msgtype") in GALLERIES or (isinstance(name, str) and body != name)
    if not isinstance(body, str) or not captioned:
        return False
    caption = body.strip()
    for prefix in PREFIXES:
        rest = caption[len(prefix) :]
        if caption.lower().startswith(prefix) and (not rest or rest[0].isspace()):
            return True
    return False
