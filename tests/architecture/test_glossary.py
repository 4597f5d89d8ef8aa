"""Names and documentation use the terms of docs/glossary.md and none of their forbidden synonyms.

Names that are not renamed yet are listed in `glossary_exceptions.txt`. The list only shrinks; write it again with
`python -m tests.architecture.test_glossary`.
"""

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
EXCEPTIONS = Path(__file__).with_name("glossary_exceptions.txt")
PAGES = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").glob("*.md")])
NOT_CHECKED = {"CHANGELOG.md", "glossary.md"}
"""The changelog quotes old names, and the glossary lists the forbidden synonyms."""
CHAT_COMMANDS = {"ClaimCommand", "claim_command"}
"""Named after what people type in chat, which is a stable interface."""


@dataclass(frozen=True, slots=True)
class Glossary:
    terms: list[str]
    in_names: frozenset[tuple[str, ...]]
    """Each synonym as its parts: `send_back` is ("send", "back")."""
    in_docs: frozenset[str]


def read_glossary(text: str) -> Glossary:
    terms: list[str] = []
    names: set[tuple[str, ...]] = set()
    phrases: set[str] = set()
    for line in text.splitlines():
        cells = [cell.strip() for cell in re.split(r"(?<!\\)\|", line)[1:-1]]
        if len(cells) != 3 or cells[2] == "not" or set(cells[0]) <= {"-"}:
            continue
        terms.append(cells[0])
        names |= {parts_of(each) for each in re.findall(r"`([^`]+)`", cells[2])}
        phrases |= {each.lower() for each in re.findall(r"\*([^*]+)\*", cells[2])}
    return Glossary(terms, frozenset(names), frozenset(phrases))


def parts_of(name: str) -> tuple[str, ...]:
    """`_sendBack2` is ("send", "back2")."""
    snake = re.sub(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])", "_", name)
    return tuple(part for part in snake.lower().split("_") if part)


def synonyms_in(name: str, forbidden: frozenset[tuple[str, ...]]) -> list[str]:
    parts = parts_of(name)
    runs = {parts[i:j] for i in range(len(parts)) for j in range(i + 1, len(parts) + 1)}
    return sorted("_".join(each) for each in forbidden & runs)


def names_in(path: Path) -> Iterator[str]:
    """Every name that the module defines, and its own."""
    yield path.stem
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        match node:
            case ast.ClassDef(name) | ast.FunctionDef(name) | ast.AsyncFunctionDef(name):
                yield name
            case ast.arg(arg):
                yield arg
            case ast.Name(name, ast.Store()) | ast.Attribute(attr=name, ctx=ast.Store()):
                yield name


def offending_names() -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for package in ("appservice", "bot", "config"):
        for path in sorted((ROOT / package).rglob("*.py")):
            for name in set(names_in(path)) - CHAT_COMMANDS:
                if synonyms_in(name, GLOSSARY.in_names):
                    found.setdefault(name, []).append(str(path.relative_to(ROOT)))
    return found


def prose_of(markdown: str) -> str:
    """Without code, quoted texts of the program, and addresses of links."""
    text = re.sub(r"^ *```.*?^ *```", "", markdown, flags=re.DOTALL | re.MULTILINE)
    text = re.sub(r"`[^`]*`|“[^”]*”|\]\([^)]*\)|<[^>]*>", " ", text)
    return re.sub(r"\s+", " ", text).lower()


GLOSSARY = read_glossary((ROOT / "docs" / "glossary.md").read_text("utf-8"))


def test_each_term_has_one_row() -> None:
    assert len(GLOSSARY.terms) > 60
    assert len(GLOSSARY.terms) == len(set(GLOSSARY.terms))


def test_no_name_is_a_forbidden_synonym() -> None:
    allowed = set(EXCEPTIONS.read_text("utf-8").split())
    new = {name: where for name, where in offending_names().items() if name not in allowed}
    assert new == {}, "use the term of docs/glossary.md"


@pytest.mark.parametrize(
    "page",
    [page for page in PAGES if page.name not in NOT_CHECKED],
    ids=lambda page: page.name,
)
def test_no_page_uses_a_forbidden_synonym(page: Path) -> None:
    prose = prose_of(page.read_text("utf-8"))
    assert [each for each in sorted(GLOSSARY.in_docs) if re.search(rf"\b{each}\b", prose)] == []


def test_synonyms_are_found_in_any_spelling() -> None:
    forbidden = frozenset({("send", "back"), ("seal",)})
    for name in ("send_back", "_SEND_BACK_ALL", "SendBackLater", "SealFile", "unseal_seal"):
        assert synonyms_in(name, forbidden), name
    for name in ("send", "back", "sealant", "send_it_back"):
        assert not synonyms_in(name, forbidden), name


if __name__ == "__main__":
    EXCEPTIONS.write_text("".join(f"{name}\n" for name in sorted(offending_names())), "utf-8")
