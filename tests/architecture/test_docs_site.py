"""The site of the documentation: whole, from the code, and nothing in it comes from elsewhere."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from config.problems import key_paths
from config.settings import Settings
from docs.reference import all_metrics, commands_page, documented_settings, settings_page

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("site")
    done = subprocess.run(
        [sys.executable, "-m", "mkdocs", "build", "--quiet", "--strict", "-d", str(folder)],
        cwd=ROOT,
        env={**os.environ, "NO_MKDOCS_2_WARNING": "1"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return folder


def test_every_page_is_there_and_the_home_page_leads_to_it(site: Path) -> None:
    home = (site / "index.html").read_text()
    for page in (
        "operations",
        "security",
        "stripe",
        "events",
        "architecture",
        "reference/settings",
    ):
        assert (site / f"{page}.html").is_file()
        assert f'href="{page}.html' in home


def test_a_browser_loads_nothing_from_elsewhere(site: Path) -> None:
    for page in site.rglob("*.html"):
        text = page.read_text()
        loaded = re.findall(r"<(?:script|img|iframe)[^>]+src=\"?([^\"> ]+)", text)
        loaded += re.findall(r"<link[^>]+rel=\"?stylesheet\"?[^>]+href=\"?([^\"> ]+)", text)
        loaded += re.findall(r"<link[^>]+href=\"?([^\"> ]+)\"?[^>]+rel=\"?stylesheet", text)
        assert not [each for each in loaded if each.startswith(("http", "//"))], page


def test_every_setting_is_on_its_page_with_words() -> None:
    told = {setting.path: setting.words for setting in documented_settings()}
    assert set(told) == set(key_paths(Settings))
    assert all(told.values())
    assert "PPV__STRIPE__SECRET_KEY" in settings_page()


def test_every_metric_is_on_its_page(site: Path) -> None:
    page = (site / "reference" / "metrics.html").read_text()
    metrics = all_metrics()
    assert len(metrics) > 10
    assert all(metric.name in page and metric.documentation for metric in metrics)


def test_every_command_is_on_its_page_with_words() -> None:
    sections = commands_page().split("\n## ")[1:]
    assert len(sections) > 15
    assert all(len(section.splitlines()[2]) > 10 for section in sections)
