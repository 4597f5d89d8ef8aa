"""Whatever the bot says to people is marked, so that it can be said in their language."""

import ast
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parents[2]
SAID = {"Line", "Decision"}
NOT_FOR_PEOPLE = (
    *("bot/commands/admin/", "bot/operators/"),  # admins are told in English, as in the log
    *("appservice/backup.py", "appservice/cli/", "appservice/checkup/", "appservice/mail.py"),
    *("appservice/web/gate.py", "appservice/web/transactions.py", "appservice/web/webhooks.py"),
)


def test_what_people_are_told_is_marked_for_the_catalogues() -> None:
    refusals = {"Refusal", *_kinds_of_refusal()}
    assert len(refusals) > 15
    found = [
        f"{path.relative_to(ROOT)}:{call.lineno}"
        for path in _sources()
        for call in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(call, ast.Call) and _name(call.func) in refusals | SAID and call.args
        if any(isinstance(each, ast.JoinedStr) or _is_text(each) for each in call.args)
    ]
    assert found == []


def _sources() -> Iterator[Path]:
    for folder in ("bot", "appservice"):
        for path in sorted((ROOT / folder).rglob("*.py")):
            if not str(path.relative_to(ROOT)).startswith(NOT_FOR_PEOPLE):
                yield path


def _kinds_of_refusal() -> Iterator[str]:
    for path in _sources():
        for kind in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(kind, ast.ClassDef) and "Refusal" in map(_name, kind.bases):
                yield kind.name


def _name(called: ast.expr) -> str:
    return called.attr if isinstance(called, ast.Attribute) else getattr(called, "id", "")


def _is_text(argument: ast.expr) -> bool:
    return isinstance(argument, ast.Constant) and isinstance(argument.value, str)
