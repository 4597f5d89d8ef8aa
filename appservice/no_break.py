"""Keep each number on one line with the noun, unit or currency behind it."""

import re

_APART = re.compile(
    r"(<(script|style|textarea|option|code|pre|title)\b.*?</\2\s*>|<!--.*?-->|<[^>]*>)", re.DOTALL
)
"""What is no text to read, or is to be copied and typed, with its content."""
_NUMBER_AND_NOUN = re.compile(r"(?<=\d) (?=[^\W\d_])")


def with_no_breaks(html: str) -> str:
    """Return our own HTML with no-break spaces in its text, such as in `5.00 USD`, `48 MB` and `3 photos`."""
    pieces, at = [], 0
    for apart in _APART.finditer(html):
        pieces += [_bound(html[at : apart.start()]), apart[0]]
        at = apart.end()
    return "".join([*pieces, _bound(html[at:])])


def _bound(text: str) -> str:
    return _NUMBER_AND_NOUN.sub("\N{NO-BREAK SPACE}", text)
