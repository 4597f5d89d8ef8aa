"""The ways in which people name rooms."""

import pytest

from appservice.matrix.content.room_address import room_address


@pytest.mark.parametrize(
    ("typed", "address"),
    [
        ("#photos:example.org", "#photos:example.org"),
        (" #photos:example.org:8448 ", "#photos:example.org:8448"),
        ("!abc:example.org", "!abc:example.org"),
        (
            "!31hneApxJ_1o-63DmFrpeqnkFfWppnzWso1JvH3ogLM",
            "!31hneApxJ_1o-63DmFrpeqnkFfWppnzWso1JvH3ogLM",
        ),
        ("https://matrix.to/#/#photos:example.org", "#photos:example.org"),
        ("https://matrix.to/#/%23photos%3Aexample.org", "#photos:example.org"),
        ("https://matrix.to/#/!abc:example.org?via=example.org", "!abc:example.org"),
        ("https://matrix.to/#/#photos:example.org/$event?via=a", "#photos:example.org"),
        ("matrix:r/photos:example.org", "#photos:example.org"),
        ("matrix:roomid/abc:example.org?via=example.org", "!abc:example.org"),
    ],
)
def test_ids_aliases_and_links_name_a_room(typed: str, address: str) -> None:
    assert room_address(typed) == address


@pytest.mark.parametrize(
    "typed",
    ["", "photos", "#photos", "#a b:example.org", "@sally:example.org", "https://example.org/#a:b",
     "https://matrix.to/#/@sally:example.org", "matrix:u/sally:example.org", "!", "#:"],
)  # fmt: skip
def test_anything_else_names_none(typed: str) -> None:
    assert room_address(typed) is None
