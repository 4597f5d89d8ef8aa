"""Addresses in somebody's words: shown whole, with the host that they lead to, and not as links.

The bot says these words, and people trust it more than a stranger. Chat apps make links of what looks like an
address, but not inside of `code`: https://spec.matrix.org/v1.17/client-server-api/#mroommessage-msgtypes
"""

import re

from markupsafe import Markup
from yarl import URL

_ADDRESS = re.compile(
    r"[a-z][a-z0-9+.-]*://|\bwww\.|(?:mailto|matrix|magnet):|\w[.\u3002][^\W\d_]{2,}(?![^\W_])",
    re.IGNORECASE,
)
"""What begins like a link, or holds a dot before a top-level domain."""
_WORDS = re.compile(r"(\s+)")
_BEFORE = "\"'([<\u201c\u2018\xab"
_AFTER = "\"')]>\u201d\u2019\xbb.,;:!?\u2026"
_LEFT_OUT = "…"


def without_links(line: str) -> Markup:
    """Return one line as HTML, in which no address is a link."""
    return Markup("").join(
        _shown(each) if _ADDRESS.search(each) else each for each in _WORDS.split(line)
    )


def without_addresses(words: str) -> str:
    """Return the words with a mark in the place of each address, for where there is no room for one."""
    return "".join(_LEFT_OUT if _ADDRESS.search(each) else each for each in _WORDS.split(words))


def _shown(word: str) -> Markup:
    rest = word.lstrip(_BEFORE)
    address = rest.rstrip(_AFTER)
    before, after = word[: len(word) - len(rest)], rest[len(address) :]
    return Markup("{}<code>{}</code>{}").format(before, _undisguised(address), after)


def _undisguised(address: str) -> str:
    """Return it without a user name before the host, and with the host as DNS knows it."""
    try:
        url = URL(address)
        if not url.raw_host or (url.raw_user is None and address.isascii()):
            return address
        return str(url.with_user(None))
    except (ValueError, UnicodeError):
        return address
