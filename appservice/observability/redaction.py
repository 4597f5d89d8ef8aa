"""Taking out of log lines what nobody who reads logs should have."""

import re
from collections.abc import Iterable, Mapping
from typing import Any

GONE = "[redacted]"

_SECRET_FIELDS = frozenset(
    """access_token as_token authorization body email file_name filename hs_token k key link
    secret_key session_url signature stripe-signature token""".split()
)

_QUOTED = r"""(?:"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*')"""

_PATTERNS = [
    # A JSON or Python mapping: AES keys ("k"), file names, captions, tokens.
    rf"""(?P<field>["'](?:{"|".join(_SECRET_FIELDS)})["']\s*:\s*){_QUOTED}""",
    # Headers.
    r"(?P<header>\b(?:authorization|stripe-signature)\b[\"']?\s*[:=]\s*)[^\r\n]+",
    r"(?P<bearer>\bbearer\s+)[\w.~+/=-]+",
    r"\bt=\d+,\s*v\d=[0-9a-f]+(?:,\s*v\d=[0-9a-f]+)*",
    # Addresses that let one pay as somebody else, or see what somebody pays.
    r"https?://checkout\.stripe\.com/[^\s\"'<>]*",
    r"https?://[^\s\"'<>]*\bcs_(?:test|live)_[^\s\"'<>]*",
    r"(?P<parameter>\b(?:access_token|session_id|for|as_token|hs_token|password|token)=)[^&\s\"'<>;,]+",
    # The password of a database, in its address.
    r"(?P<login>\bpostgres(?:ql)?://[^\s/:@]*:)[^\s/@]+(?=@)",
    # Stripe's keys and signing secrets.
    r"\b(?:[rs]k_(?:test|live)|whsec)_\w+",
    # E-mail addresses. In Matrix ids nothing stands before the @.
    r"[\w.+-]+(?:@|%40)[\w-]+(?:\.[\w-]+)+",
]


class Redaction:
    """Rules for all log lines of one process, and the secrets that it knows of itself."""

    __slots__ = ("_found",)

    def __init__(self, secrets: Iterable[str]) -> None:
        known = [re.escape(secret) for secret in secrets if secret]
        self._found = re.compile("|".join([*known, *_PATTERNS]), re.IGNORECASE | re.DOTALL)

    def text(self, text: str) -> str:
        """The text with every secret replaced; what names a secret stays."""
        return self._found.sub(_without_value, text)

    def value(self, name: str, value: Any) -> Any:
        """A field of a log line, fit for JSON."""
        if name.lower() in _SECRET_FIELDS:
            return GONE
        match value:
            case bool() | int() | float() | None:
                return value
            case Mapping():
                return {
                    self.text(str(key)): self.value(str(key), item) for key, item in value.items()
                }
            case list() | tuple() | set() | frozenset():
                return [self.value("", item) for item in value]
            case _:
                return self.text(str(value))


def _without_value(found: re.Match[str]) -> str:
    return next(filter(None, found.groupdict().values()), "") + GONE
