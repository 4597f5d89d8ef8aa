"""A browser without a screen: opens pages, reads their words, fills in their forms."""

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from html.parser import HTMLParser
from urllib.parse import urljoin

import aiohttp

_SILENT = frozenset({"head", "script", "style"})


@dataclass(slots=True)
class Form:
    """A form of a page, with what it holds already."""

    action: str
    method: str
    fields: dict[str, str] = field(default_factory=dict)
    buttons: list[tuple[str, str]] = field(default_factory=list)
    """Name and value of each button that carries one."""


@dataclass(frozen=True, slots=True)
class Page:
    """What came back, after all redirects."""

    url: str
    status: int
    words: str
    forms: tuple[Form, ...]


class Browser:
    """Made by `open`. Keeps cookies, follows redirects."""

    def __init__(self, session: aiohttp.ClientSession) -> None:
        self._session = session

    @classmethod
    @asynccontextmanager
    async def open(cls) -> AsyncIterator["Browser"]:
        async with aiohttp.ClientSession() as session:
            yield cls(session)

    async def visit(self, url: str) -> Page:
        async with self._session.get(url) as response:
            return await _page(response)

    async def submit(
        self, page: Page, entered: Mapping[str, str] | None = None, *, form: int = 0
    ) -> Page:
        """Press the button of a form, with some of its fields filled in."""
        wanted = page.forms[form]
        request = self._session.request(
            wanted.method,
            urljoin(page.url, wanted.action),
            data={**wanted.fields, **(entered or {})},
            headers={"Sec-Fetch-Site": "same-origin"},
        )
        async with request as response:
            return await _page(response)


async def _page(response: aiohttp.ClientResponse) -> Page:
    reader = _Reader()
    reader.feed(await response.text())
    return Page(str(response.url), response.status, reader.words(), tuple(reader.forms))


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.forms: list[Form] = []
        self._text: list[str] = []
        self._silent = 0

    def words(self) -> str:
        return " ".join(" ".join(self._text).split())

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag in _SILENT:
            self._silent += 1
        elif tag == "form":
            self.forms.append(Form(given.get("action", ""), given.get("method", "get").upper()))
        elif tag in {"input", "textarea"} and self.forms and "name" in given:
            self.forms[-1].fields[given["name"]] = given.get("value", "")
        elif tag == "button" and self.forms and "name" in given:
            self.forms[-1].buttons.append((given["name"], given.get("value", "")))

    def handle_endtag(self, tag: str) -> None:
        if tag in _SILENT:
            self._silent -= 1

    def handle_data(self, data: str) -> None:
        if not self._silent:
            self._text.append(data)
