"""JSON that nobody chokes on: the same as `json.loads` wherever that can read it."""

import json
import time
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from appservice.lenient_json import DEPTH, loads

VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=20,
)


@given(VALUES)
def test_what_json_can_read_is_read_alike(value: Any) -> None:
    text = json.dumps(value)
    assert loads(text) == loads(text.encode()) == value


@given(VALUES)
def test_what_stands_beside_something_too_deep_is_kept(value: Any) -> None:
    for opening, closing in (("[", "]"), ('{"a]}":', "}")):
        deep = opening * 5000 + '"x]}"' + closing * 5000
        read = loads(f"[{json.dumps(value)}, {deep}, {json.dumps(value)}]")
        assert (read[0], read[2]) == (value, value)


def test_what_is_too_deep_becomes_null_below_the_last_level() -> None:
    read, levels = loads("[" * 3000 + "1" + "]" * 3000), 0
    while read is not None:
        (read,), levels = read, levels + 1
    assert levels == DEPTH


def test_a_number_of_too_many_digits_is_infinite() -> None:
    assert loads(f"[{'9' * 5000}, -{'9' * 5000}, 7]") == [float("inf"), float("inf"), 7]


@pytest.mark.parametrize(
    "text", ["", "{", "[" * 5000, "[" * 5000 + "]" * 4999, "]" * 5000, "nul", b"\xff\xfe\xfd"]
)
def test_what_is_no_json_is_a_value_error(text: str | bytes) -> None:
    with pytest.raises(ValueError):  # noqa: PT011 - its words are json's
        loads(text)


@pytest.mark.parametrize("text", ['"' * 200_001, '"' + '\\"' * 200_000, "[" * 400_000])
def test_junk_takes_no_time(text: str) -> None:
    began = time.process_time()
    with pytest.raises(ValueError):  # noqa: PT011 - its words are json's
        loads(text)
    assert time.process_time() - began < 5
