"""Globs of policy lists: they match as the specification says, in steps that only the text's length counts."""

import re

from hypothesis import given
from hypothesis import strategies as st

from appservice.matrix.globs import LONGEST_ENTITY, MOST_CHARACTERS, Globs

LETTERS = "ab*?"


def matches(glob: str, text: str) -> bool:
    pattern = re.escape(glob).replace(r"\*", ".*").replace(r"\?", ".")
    return re.fullmatch(pattern, text, re.DOTALL) is not None


@given(st.lists(st.text(LETTERS, max_size=8), max_size=12), st.text("ab", max_size=10))
def test_a_list_of_globs_matches_what_one_of_them_matches(globs: list[str], text: str) -> None:
    assert Globs.of(globs).match(text) is any(matches(glob, text) for glob in globs)


@given(st.text(max_size=20))
def test_a_text_is_matched_by_itself_and_by_a_star(text: str) -> None:
    assert Globs.of([text]).match(text) or "*" in text or "?" in text
    assert Globs.of(["x", "*"]).match(text)


def test_globs_of_a_list_that_spans_many_blocks_are_all_held_against_a_text() -> None:
    globs = Globs.of(f"@spam{number}-*:home.test" for number in range(5000))
    assert globs.left_out == 0
    for number in (0, 40, 41, 2500, 4999):
        assert globs.match(f"@spam{number}-x:home.test")
    assert not globs.match("@spam5000-x:home.test")


def test_a_text_longer_than_any_matrix_id_matches_nothing() -> None:
    assert not Globs.of(["*"]).match("a" * (LONGEST_ENTITY + 1))


def test_too_long_and_too_many_rules_are_left_out_and_counted() -> None:
    assert Globs.of(["*" * (LONGEST_ENTITY + 1), "*a"]).left_out == 1
    many = Globs.of(f"*{number}" for number in range(MOST_CHARACTERS))
    assert 0 < many.left_out < MOST_CHARACTERS
    assert many.match("0")
