"""The registration file."""

import re

import pytest
import yaml

from appservice.matrix.registration_file import registration, registration_yaml

CONTENT = registration(
    appservice_id="ppv",
    url="http://127.0.0.1:9000",
    as_token="as",
    hs_token="hs",
    bot_localpart="ppv.bot",
    domain="example.org",
)
REGEX = CONTENT["namespaces"]["users"][0]["regex"]


def test_the_bot_is_in_the_namespace() -> None:
    assert re.search(REGEX, "@ppv.bot:example.org")


@pytest.mark.parametrize(
    "other",
    [
        "@ppvxbot:example.org",
        "@ppv.bot:example.org.evil",
        "@@ppv.bot:example.org",
        "@ppv.bot:examplexorg",
    ],
)
def test_nobody_else_is_in_the_namespace_even_where_it_is_searched_for(other: str) -> None:
    assert not re.search(REGEX, other)


def test_the_bot_is_not_the_sender_that_cannot_sync() -> None:
    assert CONTENT["sender_localpart"] != "ppv.bot"


def test_the_file_says_the_same() -> None:
    assert yaml.safe_load(registration_yaml(CONTENT)) == CONTENT
