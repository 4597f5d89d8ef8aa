"""Which type a file has, by what it declares and what its first bytes show.

The content decides where it is certain. Else the declared type counts, parameters included, if it has the form of
one: https://www.rfc-editor.org/rfc/rfc9110#name-media-type, https://www.rfc-editor.org/rfc/rfc6838#section-4.2
"""

import re

ANYTHING = "application/octet-stream"
HEAD_BYTES = 8192
"""As much of a file as is looked at."""
_LONGEST = 255

_NAME = r"[A-Za-z0-9][A-Za-z0-9!#$&^_.+-]{0,126}"
_TOKEN = r"[A-Za-z0-9!#$%&'*+.^_`|~-]+"  # noqa: S105 - a part of the grammar
_QUOTED = r'"(?:[ !#-\[\]-~]|\\[ -~])*"'
_FORM = re.compile(rf"({_NAME}/{_NAME})((?:[ \t]*;[ \t]*{_TOKEN}=(?:{_TOKEN}|{_QUOTED}))*)[ \t]*")

_USUAL = {
    "audio/x-flac": "audio/flac",
    "audio/x-wav": "audio/wav",
    "image/apng": "image/png",
    "application/x-rar-compressed": "application/vnd.rar",
}
"""The registered names of what the library calls otherwise."""

_TELLS_LITTLE = frozenset(
    {"audio/aac", "audio/amr", "audio/mpeg", "image/bmp", "image/jpx", "image/x-icon"}
)
"""Found by two or three bytes, with which other files may begin as well."""

_FAMILIES = (
    frozenset({"image/png", "image/apng"}),
    frozenset({"image/heic", "image/heif", "image/heic-sequence", "image/heif-sequence"}),
    frozenset({"audio/wav", "audio/x-wav", "audio/wave", "audio/vnd.wave"}),
    frozenset({"audio/flac", "audio/x-flac"}),
    frozenset({"audio/ogg", "audio/opus", "audio/vorbis", "audio/x-opus+ogg", "video/ogg"}),
    frozenset({"audio/mp4", "audio/m4a", "audio/x-m4a", "audio/x-m4b"}),
    frozenset(
        {
            *("video/mp4", "video/x-m4v", "video/quicktime", "video/3gpp", "video/3gpp2"),
            *("audio/mp4", "audio/x-m4a", "audio/m4a", "audio/3gpp", "audio/3gpp2"),
        }
    ),
    frozenset({"video/webm", "audio/webm", "video/x-matroska", "audio/x-matroska"}),
)
"""Types of one container: its first bytes do not tell them apart, so the declared one counts."""


def normalized(declared: object) -> str | None:
    """Return a type that has the form of one, with its parameters; else None."""
    if not isinstance(declared, str) or len(declared) > _LONGEST:
        return None
    match = _FORM.fullmatch(declared.strip(" \t"))
    if match is None:
        return None
    return f"{match[1].lower()}{match[2]}"


def essence(media_type: str) -> str:
    """Return the type without its parameters. https://mimesniff.spec.whatwg.org/#mime-type-essence"""
    return media_type.partition(";")[0].strip(" \t")


def decide_media_type(declared: str, seen: str | None) -> str:
    """Return the type of a file that says `declared`, and whose first bytes look like `seen`."""
    if seen is None or seen in _TELLS_LITTLE:
        return declared
    found, said = _USUAL.get(seen, seen), essence(declared)
    if said == ANYTHING:
        return found
    alike = any({found, said} <= family for family in _FAMILIES)
    raw = found == "image/tiff" and said.startswith(
        "image/"
    )  # Most cameras' raw pictures are TIFF.
    plays = said.startswith(("image/", "video/", "audio/"))
    packed = found.startswith(("application/", "text/")) or found == "image/svg+xml"
    if said == found or alike or raw or (packed and not plays):
        return declared
    return found
