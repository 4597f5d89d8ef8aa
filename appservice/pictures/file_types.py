"""What the first bytes of a file show of its type."""

import re

import filetype

_MARKUP = re.compile(
    rb"\s*(?:<\?xml[^>]*>|<!--.*?-->|\s)*(?:<!doctype\s+(html|svg)|<(html|svg)[\s>])",
    re.IGNORECASE | re.DOTALL,
)
_BYTE_ORDER_MARK = b"\xef\xbb\xbf"
_KNOWN_APPLICATIONS = re.compile(
    r"application/(pdf|zip|gzip|x-7z-compressed|x-rar-compressed|epub\+zip|vnd\..+)"
)
"""Others are known by so few bytes that a text may begin with them."""


def type_of(head: bytes) -> str | None:
    """Return what a file that begins so is known as; None for what is not certain."""
    markup = _MARKUP.match(head.removeprefix(_BYTE_ORDER_MARK))
    if markup is not None:
        name = (markup[1] or markup[2]).lower()
        return "text/html" if name == b"html" else "image/svg+xml"
    found = filetype.guess(head)
    if found is None:
        return None
    name = str(found.mime)
    if name.startswith(("image/", "video/", "audio/")) or _KNOWN_APPLICATIONS.fullmatch(name):
        return name
    return None
