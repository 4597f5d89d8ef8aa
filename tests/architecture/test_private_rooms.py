"""Secrets go to proved rooms only: `prove` alone makes a proof, and only harmless messages need none."""

import ast
from collections.abc import Iterator
from pathlib import Path
from typing import get_args

import pytest

from bot.messages import OpenMessage, SecretMessage

ROOT = Path(__file__).parents[2]
SOURCES = sorted(path for each in ("bot", "appservice") for path in (ROOT / each).rglob("*.py"))

OPEN = {
    "Welcome": "says what the bot does",
    "RoomWelcome": "the same, in a room",
    "Stranger": "tells somebody without rights whom to ask",
    "Help": "lists commands",
    "CommandHelp": "explains one command",
    "Line": "one sentence; whoever sends it chooses between `send` and `confide`",
    "CannotRead": "tells that the bot cannot read a message",
    "KeyMissing": "tells that a message's key has not come",
    "PaymentHelp": "tells whom to ask about money, and nothing about anybody's",
    "Listening": "tells in the room that the seller's next files are for sale",
    "Placeholder": "stands for an offer in its rooms",
    "Ended": "the same, of an offer off sale",
    "Removed": "the same, of an offer that was taken down",
    "Shop": "lists what is on sale in the room",
    "TeaserPicture": "is made so coarse that everybody may see it",
    "FreePreview": "is given away by the seller",
    "Alert": "goes to the rooms that the configuration names",
}
"""A message that is added here must hold nothing that is for one person alone: no link, key, file or payment."""


def makers_of_proofs(tree: ast.AST) -> Iterator[str]:
    """Names of the functions that make a ProvedRoom, or another one of it; the class by another name counts."""
    for function in ast.walk(tree):
        if not isinstance(function, ast.FunctionDef | ast.AsyncFunctionDef):
            continue
        for node in ast.walk(function):
            if isinstance(node, ast.Call) and "ProvedRoom" in _names(node.func):
                yield function.name


def _names(node: ast.AST) -> set[str]:
    inside = list(ast.walk(node))
    return {each.id for each in inside if isinstance(each, ast.Name)} | {
        each.attr for each in inside if isinstance(each, ast.Attribute)
    }


def aliases(tree: ast.AST) -> Iterator[str]:
    """Uses of the class as a value: assigned, handed over, or imported by another name."""
    called = {id(node.func) for node in ast.walk(tree) if isinstance(node, ast.Call)}
    for node in ast.walk(tree):
        values = [
            *([node.value] if isinstance(node, ast.Assign) else []),
            *(
                [*node.args, *(each.value for each in node.keywords)]
                if isinstance(node, ast.Call)
                else []
            ),
        ]
        for value in values:
            if isinstance(value, ast.Name) and value.id == "ProvedRoom" and id(value) not in called:
                yield f"line {value.lineno}"
        if isinstance(node, ast.alias) and node.name == "ProvedRoom" and node.asname:
            yield node.asname


def test_prove_alone_makes_a_proof() -> None:
    found = {
        (path.relative_to(ROOT).as_posix(), name)
        for path in SOURCES
        for name in makers_of_proofs(ast.parse(path.read_text("utf-8")))
    }
    assert found == {("bot/domain/matrix/private_room.py", "prove")}


def test_no_module_makes_proofs_by_another_name() -> None:
    assert not [
        (path.name, name)
        for path in SOURCES
        for name in aliases(ast.parse(path.read_text("utf-8")))
    ]


@pytest.mark.parametrize(
    "source",
    ["def f():\n    ProvedRoom(1)", "async def f():\n    return x(private_room.ProvedRoom(1))"],
)
def test_a_proof_that_is_made_elsewhere_is_seen(source: str) -> None:
    assert list(makers_of_proofs(ast.parse(source))) == ["f"]


@pytest.mark.parametrize(
    "source", ["from x import ProvedRoom as P", "P = ProvedRoom", "replace(ProvedRoom, a=1)"]
)
def test_another_name_is_seen(source: str) -> None:
    assert list(aliases(ast.parse(source)))


def test_messages_that_need_no_proof_are_listed_with_a_reason() -> None:
    assert {each.__name__ for each in get_args(OpenMessage)} == set(OPEN)


def test_no_message_is_both_open_and_secret() -> None:
    assert not set(get_args(OpenMessage)) & set(get_args(SecretMessage))
