"""A module is found by its name alone, and no folder is a heap."""

from collections import Counter
from pathlib import Path

ROOT = Path(__file__).parents[2]
PACKAGES = ("appservice", "bot", "config")
MAY_RECUR = {"__init__.py", "errors.py", "schema.py"}
MOST_MODULES_OF_A_FOLDER = 16
CROWDED = {"appservice", "appservice/cli", "appservice/db/repositories"}
"""The program itself, one file a command, and one a repository."""


def _modules() -> list[Path]:
    return [path for package in PACKAGES for path in (ROOT / package).rglob("*.py")]


def test_each_module_has_a_name_of_its_own() -> None:
    names = Counter(path.name for path in _modules())
    assert not [name for name, times in names.items() if times > 1 and name not in MAY_RECUR]


def test_no_folder_holds_more_modules_than_one_reads_at_a_glance() -> None:
    folders = Counter(
        str(path.parent.relative_to(ROOT)) for path in _modules() if path.name != "__init__.py"
    )
    crowded = {folder for folder, modules in folders.items() if modules > MOST_MODULES_OF_A_FOLDER}
    assert crowded <= CROWDED
