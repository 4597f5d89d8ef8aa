"""Three generic names in one wheel: nobody else may own them, and nothing else may slip in."""

import os
import shutil
import subprocess
import sys
import zipfile
from importlib.metadata import packages_distributions
from pathlib import Path

import pytest

import appservice
import bot
import config

ROOT = Path(__file__).parents[2]
OURS = {"appservice", "bot", "config"}


@pytest.mark.parametrize("name", sorted(OURS))
def test_no_other_distribution_owns_our_names(name: str) -> None:
    assert set(packages_distributions().get(name, [])) <= {"matrix-ppv"}


def test_what_is_imported_is_what_one_sees() -> None:
    folders = {Path(str(package.__file__)).parent for package in (appservice, bot, config)}
    assert folders == {ROOT / name for name in OURS}


def test_whoever_builds_the_same_source_gets_the_same_bytes(tmp_path: Path) -> None:
    """Another folder, other permissions, other times."""
    built = []
    for number, mode in enumerate((0o644, 0o600)):
        source = tmp_path / f"source{number}"
        for name in ("bot", "config", "appservice"):
            shutil.copytree(
                ROOT / name, source / name, ignore=shutil.ignore_patterns("__pycache__")
            )
        for name in ("pyproject.toml", "README.md", "LICENSE"):
            shutil.copy(ROOT / name, source / name)
        for file in source.rglob("*"):
            if file.is_file():
                file.chmod(mode)
                os.utime(file, (number * 86_400 + 1e9,) * 2)
        subprocess.run(
            [
                sys.executable,
                "-m",
                "hatchling",
                "build",
                "-t",
                "wheel",
                "-d",
                str(tmp_path / str(number)),
            ],
            cwd=source,
            env={**os.environ, "SOURCE_DATE_EPOCH": "1700000000"},
            check=True,
            capture_output=True,
        )
        (wheel,) = (tmp_path / str(number)).glob("*.whl")
        built.append(wheel.read_bytes())
    assert built[0] == built[1]


def test_the_wheel_holds_the_three_rooms_and_their_data(tmp_path: Path) -> None:
    subprocess.run(
        [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(tmp_path)],
        cwd=ROOT,
        check=True,
        capture_output=True,
    )
    (wheel,) = tmp_path.glob("*.whl")
    names = zipfile.ZipFile(wheel).namelist()
    top = {name.partition("/")[0] for name in names}
    assert {each for each in top if not each.endswith(".dist-info")} == OURS
    for data in (
        "appservice/db/migrations/0001_first_sale.sql",
        "appservice/matrix/avatar.png",
        "appservice/matrix/content/templates/placeholder.html",
        "appservice/locale/de/LC_MESSAGES/words.po",
        "appservice/locale/fr/LC_MESSAGES/words.po",
        "appservice/web/static/style.css",
        "config/example.yaml",
    ):
        assert data in names
