"""Display names can be taken for no link, no other person and no amount, whatever they are."""

import dataclasses
import re
import unicodedata
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from appservice.matrix.content.render_message import renderers
from bot.domain.people.display_names import (
    MAX_USER_NAME_LENGTH,
    display_name,
    name_with_id,
    one_line,
    visible_lines,
)
from bot.ids import UserId
from tests.support.hostile_names import BENT_NAMES, HOSTILE_NAMES
from tests.support.message_queries import LOUD, QUIET

MALLORY = UserId("@mallory:evil.test")
RENDERERS = renderers(external_payment_span=False)
ALL = [*LOUD, *QUIET]
NAME_FIELDS = ("seller_name",)
UNSEEN = {"Cc", "Cn", "Co", "Cs", "Zl", "Zp"}


@pytest.mark.parametrize(
    "name", ["Alice", "Dr. Smith", "J. R. R. Tolkien", "Zoë O'Hara", "李小龍", "Rob 2", "A-Team!"]
)
def test_ordinary_names_are_shown_with_the_id(name: str) -> None:
    assert name_with_id(name, MALLORY) == f"{name} (@mallory:evil.test)"


@pytest.mark.parametrize("name", HOSTILE_NAMES)
def test_what_could_be_taken_for_something_else_is_not_shown(name: str) -> None:
    shown = display_name(name)
    assert shown in {"", "<b>Alice<", "Alice"} or not re.search(r"[@:/\\.`€$]|\d", shown), shown
    if not shown:
        assert name_with_id(name, MALLORY) == MALLORY


@pytest.mark.parametrize("name", BENT_NAMES)
def test_what_bends_the_line_is_straightened(name: str) -> None:
    shown = display_name(name)
    assert shown
    assert_plain(shown)


@given(st.text(max_size=300))
def test_no_name_hides_or_bends_anything(name: str) -> None:
    shown = display_name(name)
    assert_plain(shown)
    assert display_name(shown) == shown, "what is shown may be checked again"
    assert not re.search(r"[@:/\\`]", shown)


@given(st.text(max_size=300))
def test_one_line_is_one_and_visible(said: str) -> None:
    assert len(one_line(said).splitlines()) <= 1
    assert not any(unicodedata.category(each) in UNSEEN for each in one_line(said))
    assert not set("\u202a\u202b\u202d\u202e\u2066\u2067\u2068\u200e\u200f") & set(
        visible_lines(said)
    )


def assert_plain(shown: str) -> None:
    bare = shown.removeprefix("\u2068").removesuffix("\u2069")
    assert len(bare) <= MAX_USER_NAME_LENGTH
    marks = 0
    for letter in bare:
        category = unicodedata.category(letter)
        marks = marks + 1 if category.startswith("M") else 0
        assert category not in UNSEEN | {"Cf"}
        assert marks <= 3
    turned = any(unicodedata.bidirectional(each) in {"R", "AL", "AN"} for each in bare)
    assert (shown != bare) == turned, "another direction stays with the name"


NAMING = [each for each in ALL if any(hasattr(each, field) for field in NAME_FIELDS)]


@pytest.mark.parametrize("message", NAMING, ids=lambda each: type(each).__name__)
@pytest.mark.parametrize("name", [*HOSTILE_NAMES, *BENT_NAMES])
def test_every_message_shows_the_id_and_no_hostile_name(message: Any, name: str) -> None:
    hostile = dataclasses.replace(message, seller=MALLORY, seller_name=name)
    honest = dataclasses.replace(message, seller=MALLORY, seller_name="")
    for renderer in RENDERERS.values():
        content, without = renderer.content(hostile), renderer.content(honest)
        assert content["m.mentions"] == {}
        assert MALLORY in content["body"]
        assert MALLORY in content["formatted_body"]
        expected = name_with_id(name, MALLORY)
        assert content["body"] == without["body"].replace(MALLORY, expected)
        assert "matrix.to" not in content["formatted_body"]


@pytest.mark.parametrize("message", ALL, ids=lambda each: type(each).__name__)
def test_no_message_mentions_anybody(message: Any) -> None:
    content = RENDERERS["en"].content(message)
    assert content["m.mentions"] == {}
