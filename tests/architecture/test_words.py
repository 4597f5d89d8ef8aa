"""Whatever the bot says to people is marked, so that it can be said in their language."""

import ast
import re
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
SAID = {"Line", "Decision"}
NOT_FOR_PEOPLE = (
    *(
        "bot/chat/commands/admin/",
        "bot/services/operations/",
    ),  # admins are told in English, as in the log
    *(
        "appservice/database_backup.py",
        "appservice/cli/",
        "appservice/doctor/",
        "appservice/smtp_mailer.py",
    ),
    *(
        "appservice/web/api/gate_api.py",
        "appservice/web/api/transactions.py",
        "appservice/web/api/webhooks.py",
    ),
)

TEMPLATES = sorted((ROOT / "appservice").glob("**/templates/**/*.html"))
READ_ALOUD = {"alt", "aria-label", "title"}
NAMES = {"nbsp"}


def test_what_people_are_told_is_marked_for_the_catalogues() -> None:
    refusals = {"UserError", *_kinds_of_refusal()}
    assert len(refusals) > 15
    found = [
        f"{path.relative_to(ROOT)}:{call.lineno}"
        for path in _sources()
        for call in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(call, ast.Call) and _name(call.func) in refusals | SAID and call.args
        if any(isinstance(each, ast.JoinedStr) or _is_text(each) for each in call.args)
    ]
    assert found == [], (
        "mark it: spoken('{price} is too little.', price=price); see CONTRIBUTING.md"
    )


def _sources() -> Iterator[Path]:
    for folder in ("bot", "appservice"):
        for path in sorted((ROOT / folder).rglob("*.py")):
            if not str(path.relative_to(ROOT)).startswith(NOT_FOR_PEOPLE):
                yield path


def _kinds_of_refusal() -> Iterator[str]:
    for path in _sources():
        for kind in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(kind, ast.ClassDef) and "UserError" in map(_name, kind.bases):
                yield kind.name


def _name(called: ast.expr) -> str:
    return called.attr if isinstance(called, ast.Attribute) else getattr(called, "id", "")


def _is_text(argument: ast.expr) -> bool:
    return isinstance(argument, ast.Constant) and isinstance(argument.value, str)


@pytest.mark.parametrize("template", TEMPLATES, ids=lambda each: each.name)
def test_what_templates_say_is_marked_for_the_catalogues(template: Path) -> None:
    assert unmarked(template.read_text("utf-8")) == []


def test_what_is_not_marked_would_be_found() -> None:
    assert unmarked("{% trans %}One{% endtrans %}<p title='Two'>{{ _('Three') }} four</p>") == [
        "Two",
        "four",
    ]


class Reading(HTMLParser):
    """What is read, or read aloud."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.said: list[str] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.said += [value or "" for name, value in attrs if name in READ_ALOUD]

    def handle_data(self, data: str) -> None:
        self.said.append(re.sub(r'[\w-]+="[^"]*"', "", data))  # an attribute in a part of its own


def unmarked(template: str) -> list[str]:
    left = re.sub(r"\{% trans.*?\{% endtrans %\}|<code>.*?</code>", "", template, flags=re.DOTALL)
    left = re.sub(r"\{\{.*?\}\}|\{%.*?%\}|\{#.*?#\}", "", left, flags=re.DOTALL)
    words = [each for said in Reading(left).said for each in re.findall(r"[^\W\d_]{2,}", said)]
    return [each for each in words if each not in NAMES]
