"""No statement of ours walks through a table that grows, unless it is listed with a reason."""

import ast
import re
from importlib import import_module
from pathlib import Path

from tests.support.query_plans import scans, unlisted_scans

ROOT = Path(__file__).parents[2]
DB = ROOT / "appservice" / "db"
SOURCES = [DB / "job_queue.py", *sorted((DB / "repositories").glob("*.py"))]
STATEMENT = re.compile(r"\s*(SELECT|INSERT|UPDATE|DELETE)\b")


def statements() -> set[str]:
    """Those that stand in one piece, or that a module has put together when it was imported.

    The contract suite reads the plans of those that are put together when they are sent.
    """
    nodes = [node for source in SOURCES for node in ast.walk(ast.parse(source.read_text()))]
    f_strings = [part for node in nodes if isinstance(node, ast.JoinedStr) for part in node.values]
    names = {node.id for part in f_strings for node in ast.walk(part) if isinstance(node, ast.Name)}
    constants = [
        pair
        for source in SOURCES
        for pair in vars(import_module(_module_name(source))).items()
        if isinstance(pair[1], str)
    ]
    pieces = {value for name, value in constants if name in names}
    texts = {value for _, value in constants} | {
        node.value
        for node in nodes
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and node not in f_strings
    }
    return {text for text in texts - pieces if STATEMENT.match(text)}


def _module_name(source: Path) -> str:
    return ".".join(source.relative_to(ROOT).with_suffix("").parts)


def test_no_statement_walks_through_a_table_unless_it_is_listed() -> None:
    found = statements()
    assert len(found) > 100
    assert not unlisted_scans(found)


def test_a_partial_index_that_a_parameter_does_not_prove_is_seen() -> None:
    assert scans("DELETE FROM access_log WHERE purchase = ?") == ("SCAN access_log",)
    assert not scans("DELETE FROM access_log WHERE purchase = ? AND purchase <> ''")
