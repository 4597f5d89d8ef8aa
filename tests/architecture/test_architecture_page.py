"""ARCHITECTURE.md and CONTRIBUTING.md name files that exist, and pre-commit runs what `make check` runs."""

import re
from pathlib import Path

import pytest
import yaml

ROOT = Path(__file__).parents[2]
PACKAGES = ("appservice", "bot", "config", "tests")


@pytest.mark.parametrize("page", ["ARCHITECTURE.md", "CONTRIBUTING.md"])
def test_every_path_on_the_page_exists(page: str) -> None:
    quoted = re.findall(r"`([^`\s]+/[^`\s]*)`", (ROOT / page).read_text("utf-8"))
    paths = [path for path in quoted if path.split("/")[0] in PACKAGES]
    assert paths
    assert [path for path in paths if not (ROOT / path).exists()] == []


def test_every_folder_of_the_map_exists() -> None:
    page = (ROOT / "ARCHITECTURE.md").read_text("utf-8")
    services = page.partition("use cases: ")[2].partition("ports/")[0]
    named = set(re.findall(r"[a-z_]+", services))
    folders = {path.parent.name for path in (ROOT / "bot" / "services").glob("*/__init__.py")}
    assert named == folders


def test_pre_commit_runs_what_make_check_runs() -> None:
    makefile = (ROOT / "Makefile").read_text("utf-8")
    recipe = re.search(r"^check:.*\n((?:\t.+\n)+)", makefile, re.MULTILINE)
    assert recipe
    checks = re.findall(r"\$\(BIN\)/(.+)", recipe[1])
    config = yaml.safe_load((ROOT / ".pre-commit-config.yaml").read_text("utf-8"))
    hooks = [hook["entry"] for repo in config["repos"] for hook in repo["hooks"]]
    assert hooks == [f".venv/bin/{check}" for check in checks]
    assert {repo["repo"] for repo in config["repos"]} == {"local"}


def test_every_decision_is_listed_under_its_title() -> None:
    folder = ROOT / "docs" / "adr"
    listed = re.findall(
        r"^\| \[(\d{4})\]\((.+?)\) \| (.+?) \|$", _text(folder / "README.md"), re.MULTILINE
    )
    titles = {path.name: _text(path).splitlines()[0] for path in folder.glob("0*.md")}
    assert {name: f"# {number} {title}" for number, name, title in listed} == titles


def _text(path: Path) -> str:
    return path.read_text("utf-8")
