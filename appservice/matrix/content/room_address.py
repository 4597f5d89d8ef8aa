"""The ways in which people name a room: an id, an alias, or a link to one of them."""

import re
from urllib.parse import unquote

_LINK = re.compile(r"(?:https?://matrix\.to/#/|matrix:)([^?]+)(?:\?.*)?")
_SCHEMES = {"r/": "#", "roomid/": "!"}
"""https://spec.matrix.org/v1.17/appendices/#matrix-uri-scheme"""


def room_address(typed: str) -> str | None:
    """The id or alias in it, or None."""
    link = _LINK.fullmatch(typed.strip())
    named = unquote(link[1]) if link else typed.strip()
    for word, sigil in _SCHEMES.items():
        if link and named.startswith(word):
            named = sigil + named.removeprefix(word)
    named = named.split("/")[0]
    return named if re.fullmatch(r"![^\s:]+(:\S+)?|#[^\s:]+:\S+", named) else None
