"""Whatever a setting holds, what is wrong with it is said in our words, without the value."""

import re
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from config.loading import load
from config.problems import ConfigError, key_paths
from config.settings import Settings
from tests.support.configurations import FINE, SECRETS, Problems

KEYS = sorted(
    {tuple("first" if step == "*" else step for step in path) for path in key_paths(Settings)}
)
RAW = re.compile(
    r"Input should|pydantic|valid (string|integer|dictionary|tuple|boolean|number|decimal|list|set|path)"
    r"|unable to parse|validation error|should have at|type=|\bdict\b|\btuple\b|(?-i:\bNone\b)|String should|Decimal"
    r"|greater than|less than|items? after validation|characters?, not",
    re.IGNORECASE,
)
WORD = "Zx9Qv"
VALUES = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-(10**30), 10**30),
    st.floats(),
    st.text(max_size=30),
    st.text(min_size=260, max_size=300),
    st.just(WORD),
    st.sampled_from(
        [[], {}, [[]], [None], {"a": 1}, [1, {}], {"a": {"b": []}}, "nan", "-1", "1e9"]
    ),
    st.sampled_from(
        ["http://[", "https://a:99999", "sqlite:///\0", "file:\0", "1.2.3.4:٣", b"\xff"]
    ),
)


@settings(
    max_examples=400, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(path=st.sampled_from(KEYS), value=VALUES, above=st.booleans())
@example(path=("keys", "active"), value="\n", above=False)
@example(path=("keys", "keks", "first\x1b[2J"), value="", above=False)
@example(path=("keys", "keks\n"), value="", above=False)
def test_a_mangled_setting_is_told_in_words(
    path: tuple[str, ...], value: Any, above: bool, tmp_path: Path
) -> None:
    tree = yaml.safe_load(FINE)
    *sections, key = path[: max(1, len(path) - above)]
    place = tree
    for step in sections:
        place = place.setdefault(step, {})
    place[key] = value
    file = tmp_path / "config.yaml"
    file.write_text(yaml.safe_dump(tree, allow_unicode=True))
    try:
        load(file, {})
    except ConfigError as error:
        for problem in error.problems:
            assert not RAW.search(problem), problem
            assert problem.isprintable()
            assert WORD not in problem or path == ("keys", "active")
            assert not any(secret in problem for secret in SECRETS)


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ("public: {listen: '127.0.0.1:29330'}", "appservice.listen and public.listen are the same"),
        ("ops: {listen: '0.0.0.0:29331'}", "public.listen and ops.listen are the same"),
        ("ops: {listen: '[::]:29330'}", "appservice.listen and ops.listen are the same"),
        ("public: {url: 'https://m.ppv.test/_matrix/ppv'}", "an address of the homeserver's"),
        ("public: {url: 'https://m.ppv.test/_matrix/'}", "an address of the homeserver's"),
        ("public: {connections: 3}", "public.connections: must be 16 or more"),
        ("stripe: {commission_percent: 99}", "stripe.commission_percent: must be 50 or less"),
        (
            "public: {contact: " + "a" * 201 + "}",
            "public.contact: must have 200 characters or fewer",
        ),
        ("stripe: {webhook_secrets: []}", "stripe.webhook_secrets: must have 1 entry or more"),
        ("logging: {level: loud}", "logging.level: must be 'debug', 'info', 'warning' or 'error'"),
    ],
)
def test_it_says_what_would_be_right(problems: Problems, changes: str, words: str) -> None:
    assert any(words in problem for problem in problems(changes)), problems(changes)


def test_ports_that_the_system_chooses_are_never_the_same(settings_of_port_0: Settings) -> None:
    assert settings_of_port_0.ops.listen.port == 0


@pytest.fixture
def settings_of_port_0(tmp_path: Path) -> Settings:
    tree = yaml.safe_load(FINE)
    for section in ("appservice", "public", "ops"):
        tree.setdefault(section, {})["listen"] = "127.0.0.1:0"
    file = tmp_path / "config.yaml"
    file.write_text(yaml.safe_dump(tree))
    return load(file, {})
