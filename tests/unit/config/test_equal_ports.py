"""Two listeners on one port are found, however their hosts are written."""

# ruff: noqa: S104 - what admins write
import pytest

from tests.support.configurations import Load, Problems

_SAME = [
    ("127.0.0.1", "127.0.0.1"),
    ("localhost", "127.0.0.1"),
    ("LocalHost", "[::1]"),
    ("0.0.0.0", "127.0.0.1"),
    ("[::]", "127.0.0.1"),
    ("localhost", "0.0.0.0"),
    ("[0:0:0:0:0:0:0:1]", "[::1]"),
    ("[::ffff:127.0.0.1]", "127.0.0.1"),
    ("ppv.internal", "PPV.internal"),
    ("ppv.internal", "0.0.0.0"),
]


def listens(one: str, other: str) -> str:
    return f"public: {{listen: '{one}:29333'}}\nops: {{listen: '{other}:29333'}}\n"


@pytest.mark.parametrize(("one", "other"), [*_SAME, *[(b, a) for a, b in _SAME]])
def test_they_meet(problems: Problems, one: str, other: str) -> None:
    (problem,) = problems(listens(one, other))
    assert "give each a port of its own" in problem
    assert "public.listen" in problem
    assert "ops.listen" in problem


@pytest.mark.parametrize(
    ("one", "other"),
    [("127.0.0.1", "127.0.0.2"), ("127.0.0.1", "[::1]"), ("192.0.2.1", "localhost"), ("a.internal", "localhost")],
)  # fmt: skip
def test_they_do_not(settings: Load, one: str, other: str) -> None:
    assert settings(listens(one, other))
