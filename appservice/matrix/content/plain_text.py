"""From our own HTML to the plain text that says the same, for clients that show no HTML."""

import re
from html.parser import HTMLParser
from urllib.parse import unquote

_SPACES = re.compile(r"[ \t\n\r\f]+")
_MATRIX_TO = "https://matrix.to/#/"
_PARAGRAPH = "p"
_LISTS = frozenset({"ol", "ul"})


def plain_text(html: str) -> str:
    """Paragraphs, breaks and list items as lines; links as `words: address`."""
    walk = _Walk()
    walk.feed(html)
    walk.close()
    lines = [line.strip(" ") for line in "".join(walk.pieces).split("\n")]
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip("\n")


class _Walk(HTMLParser):
    """Collects pieces of text. Knows the elements that our templates use, and passes by the rest."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.pieces: list[str] = []
        self._numbers: list[int | None] = []
        self._link: tuple[str, int] | None = None

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        match tag:
            case "br":
                self.pieces.append("\n")
            case "p":
                self._blank_line()
            case "ol" | "ul":
                self._new_line()
                self._numbers.append(0 if tag == "ol" else None)
            case "li":
                self._new_line()
                self.pieces.append(self._bullet())
            case "a":
                self._link = (dict(attrs).get("href") or "", len(self.pieces))

    def handle_endtag(self, tag: str) -> None:
        if tag == _PARAGRAPH:
            self._blank_line()
        elif tag in _LISTS:
            self._numbers.pop()
            self._new_line()
        elif tag == "a" and self._link:
            href, start = self._link
            words = "".join(self.pieces[start:]).strip()
            self.pieces[start:] = [_link(words, href)]
            self._link = None

    def handle_data(self, data: str) -> None:
        words = _SPACES.sub(" ", data)
        if words == " " and (not self.pieces or self.pieces[-1].endswith(("\n", " "))):
            return
        self.pieces.append(words)

    def _bullet(self) -> str:
        number = self._numbers[-1] if self._numbers else None
        if number is None:
            return "• "
        self._numbers[-1] = number + 1
        return f"{number + 1}. "

    def _new_line(self) -> None:
        if self.pieces and not self.pieces[-1].endswith("\n"):
            self.pieces.append("\n")

    def _blank_line(self) -> None:
        if self.pieces:
            self._new_line()
            self.pieces.append("\n")


def _link(words: str, href: str) -> str:
    """People are named with their id, which nobody can forge as they can a display name."""
    if href.startswith(_MATRIX_TO):
        person = unquote(href.removeprefix(_MATRIX_TO))
        return person if words == person else f"{words} ({person})"
    return href if words in {"", href} else f"{words}: {href}"
