"""No message is larger than an event may be, whatever people have written, and however it is sent."""

import re
from collections.abc import Callable
from dataclasses import fields, is_dataclass, replace
from html.parser import HTMLParser
from typing import Any, TypeVar

import nio
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from appservice.languages import ENGLISH
from appservice.matrix.content.event_size import (
    MOST_EVENT_BYTES,
    as_edit,
    cut,
    file_name,
    json_of,
    most_bytes_sent,
)
from appservice.matrix.content.render_message import renderers
from appservice.matrix.crypto.megolm.outbound_session import OutboundSessions
from bot.domain.offers.attachment import MediaInfo, MediaKind
from bot.i18n import gettext_lazy
from bot.ids import MxcUri
from bot.messages import (
    Ended,
    FreePreview,
    Library,
    LibraryEntry,
    Line,
    Message,
    Shop,
    ShopEntry,
)
from tests.support.message_queries import (
    BOUGHT,
    CODE,
    DRAFT,
    LINK,
    LOUD,
    PAID_AT,
    PERSONAL,
    PLACEHOLDER,
    QUIET,
)

RENDERERS = renderers(external_payment_span=True)
Whole = TypeVar("Whole")
HOSTILE = [
    "😀",
    "水",
    '"',
    "\\",
    "&",
    "'",
    "\n",
    "\x01",
    "👩‍👩‍👧‍👦",
    "🇩🇪",
    "e\u0301",
    "<b>",
    "\u2028",
    "\ud800",
    "`a` ",
]
ROOM = "!room:example.org"
ANY_EVENT = "$" + "e" * 43


def flooded(value: Whole, text: str, entries: int) -> Whole:
    """The same with all that people may have written made long, and the last entry of lists repeated."""

    def change(each: Any, name: str) -> Any:
        if is_dataclass(each) and not isinstance(each, type):
            return flooded(each, text, entries)
        if isinstance(each, tuple):
            changed = tuple(change(one, name) for one in each)
            return changed + changed[-1:] * entries
        people_write = {"text", "words", "name", "rooms", "seller_name", "contents", "next_step"}
        return text if isinstance(each, str) and name in people_write else each

    changes = {each.name: change(getattr(value, each.name), each.name) for each in fields(value)}  # type: ignore[arg-type]
    return replace(value, **changes)  # type: ignore[type-var]


class Balanced(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        del attrs
        if tag != "br":
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag


def require_fitting(content: dict[str, Any]) -> None:
    assert most_bytes_sent(content) <= MOST_EVENT_BYTES
    parser = Balanced()
    parser.feed(content["formatted_body"])
    parser.close()
    assert parser.open == []


@pytest.mark.parametrize(
    ("code", "letter"),
    [*((ENGLISH, letter) for letter in HOSTILE), *((code, "&") for code in RENDERERS)],
)
def test_every_message_fits_in_the_worst_room(code: str, letter: str) -> None:
    of_each_kind = {type(message): message for message in QUIET + LOUD}
    for message in of_each_kind.values():
        require_fitting(RENDERERS[code].content(flooded(message, letter * 4000, 8)))


@given(
    parts=st.lists(st.tuples(st.text(max_size=20), st.integers(1, 3000)), max_size=4),
    message=st.sampled_from(QUIET + LOUD),
    entries=st.integers(0, 30),
)
@settings(max_examples=30, deadline=None)
def test_every_message_fits_with_any_words(
    parts: list[tuple[str, int]], message: Message, entries: int
) -> None:
    text = "".join(part * times for part, times in parts)[:8_000]
    require_fitting(RENDERERS[ENGLISH].content(flooded(message, text, entries)))


@given(st.text(max_size=3000), st.sampled_from(HOSTILE))
@settings(max_examples=20, deadline=None)
def test_the_measure_is_an_upper_bound_of_what_is_encrypted(text: str, letter: str) -> None:
    olm = nio.crypto.Olm("@bot:example.org", "DEVICE", nio.store.SqliteMemoryStore("@b:e", "D"))
    olm.create_outbound_group_session(ROOM)
    olm.outbound_group_sessions[ROOM].mark_as_shared()
    content = RENDERERS[ENGLISH].content(replace(PLACEHOLDER, text=text + letter * 1000))
    sent = OutboundSessions(olm).encrypt(ROOM, "m.room.message", as_edit(ANY_EVENT, content))
    size = len(json_of(sent).encode())
    assert size <= most_bytes_sent(content) <= size + 2_500


@pytest.mark.parametrize("message", [PLACEHOLDER, PERSONAL, BOUGHT, Ended("", CODE)])
@pytest.mark.parametrize("letter", ["😀", '"', "水 "])
def test_what_is_cut_leads_to_the_page_that_has_it_all(message: Any, letter: str) -> None:
    whole = replace(message, text=letter * 6000, link=LINK)
    content = RENDERERS[ENGLISH].content(whole)
    assert f"…\n\nRead the rest of it on its page: {LINK}" in content["body"]
    assert content["body"].count(letter.strip()) > 1500
    short = RENDERERS[ENGLISH].content(replace(message, text="short", link=LINK))
    assert "Read the rest" not in short["body"]


def test_a_draft_tells_its_seller_that_nothing_is_lost() -> None:
    content = RENDERERS[ENGLISH].content(replace(DRAFT, text="😀" * 6000))
    assert "The offer's page shows all of it." in content["body"]


def test_what_fits_stays_as_it_is() -> None:
    text = "word " * 800
    assert text.strip() in RENDERERS[ENGLISH].content(replace(PLACEHOLDER, text=text))["body"]


@pytest.mark.parametrize(
    "make",
    [
        lambda n: Library(n * (LibraryEntry(CODE, "水" * 50, "5.00 USD", PAID_AT),), LINK),
        lambda n: Shop(n * (ShopEntry(CODE, "水" * 50, "水" * 20, "5.00 USD"),), 5, searched=False),
    ],
)
def test_a_long_list_says_how_many_more_there_are(make: Callable[[int], Message]) -> None:
    body = RENDERERS[ENGLISH].content(make(1000))["body"]
    more = re.search(r"And (\d+) more\.", body)
    assert more is not None
    assert int(more[1]) + body.count("• ") == 1000 + (5 if "On sale" in body else 0)
    assert body.count("• ") > 50


def test_a_refusal_with_somebodys_words_is_cut_in_their_language() -> None:
    said = RENDERERS["de"].content(
        Line(gettext_lazy("There is no room {room}.", room="水" * 30_000))
    )
    assert said["body"].endswith("…")
    require_fitting(said)


@pytest.mark.parametrize(
    ("text", "longest", "short"),
    [
        ("one two three", 13, "one two three"),
        ("one two three", 9, "one two…"),
        ("e\u0301" * 10, 6, "e\u0301e\u0301…"),
        ("👍🏽👍🏽👍🏽", 4, "👍🏽…"),
        ("👩‍👩‍👧‍👦" * 3, 12, "👩‍👩‍👧‍👦…"),
        ("🇩🇪🇫🇷🇩🇪", 4, "🇩🇪…"),
        ("🇩🇪🇫🇷🇩🇪", 5, "🇩🇪🇫🇷…"),
        ("❤️❤️❤️", 4, "❤️…"),
        ("한", 1, "한"),
    ],
)
def test_a_text_is_cut_between_words_or_whole_characters(
    text: str, longest: int, short: str
) -> None:
    assert cut(text, longest) == short


@given(st.text(max_size=200), st.integers(1, 100))
def test_a_cut_text_is_a_beginning_and_no_longer_than_allowed(text: str, longest: int) -> None:
    short = cut(text, longest)
    assert len(short) <= longest
    assert short == text or text.startswith(short.removesuffix("…"))


@given(name=st.text(min_size=1, max_size=600), ending=st.sampled_from(["", ".jpg", ".tar.gz"]))
def test_a_file_name_fits_a_disk_and_keeps_its_ending(name: str, ending: str) -> None:
    short = file_name(name + ending)
    assert 0 < len(short.encode(errors="replace")) <= 255
    assert short.endswith(ending.rpartition(".")[2])


def test_a_long_name_of_a_preview_fits_as_well() -> None:
    info = MediaInfo(mimetype="image/png", size=5)
    preview = FreePreview(
        name="水" * 5000 + ".png", kind=MediaKind.IMAGE, info=info, where=MxcUri("mxc://a/b")
    )
    content = RENDERERS[ENGLISH].content(preview)
    assert content["body"] == content["filename"]
    assert content["body"].endswith("….png")
    assert most_bytes_sent(content) < 5_000
