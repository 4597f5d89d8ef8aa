"""Every method of every repository is held to the contract suite, which runs it in memory and on both databases."""

import inspect
import re
from pathlib import Path
from typing import get_type_hints

import pytest

from bot.ports.repositories.unit_of_work import UnitOfWork

SUITE = "\n".join(
    file.read_text() for file in (Path(__file__).parents[1] / "contract").glob("test_store_*.py")
)
REPOSITORIES = {
    name: get_type_hints(member.fget)["return"]
    for name, member in inspect.getmembers(UnitOfWork)
    if isinstance(member, property) and name != "checkout_marks"
}
"""`checkout_marks` stores nothing, so there is only one of it."""
METHODS = [
    f"{repository}.{method}"
    for repository, protocol in REPOSITORIES.items()
    for method, _ in inspect.getmembers(protocol, inspect.isfunction)
    if not method.startswith("_")
]


@pytest.mark.parametrize("method", METHODS)
def test_it_is_in_the_contract_suite(method: str) -> None:
    assert re.search(rf"\.{re.escape(method)}\(", SUITE), f"no test_store_*.py calls {method}"
