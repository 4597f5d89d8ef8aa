"""Whatever a script of ours installs, it installs by a hash that stands in the repository."""

import itertools
import json
import re
import tomllib
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).parents[2]
LOCKS = ("requirements.lock", "deploy/requirements.lock", "deploy/build.lock")
SCRIPTS = ("sandbox/setup.sh", "deploy/Dockerfile", ".ci/run", ".ci/release", "Makefile")
INSTALLS = re.compile(
    r"\b(?:pip3? (?:install|sync|download|wheel)|uv tool|uvx|pipx|easy_install|npm (?:install|i\b|ci)|npx)"
)
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
EXTRAS = PROJECT["optional-dependencies"]


def locked(lock: str) -> list[tuple[Requirement, list[str]]]:
    """Each requirement with its hashes."""
    text = (ROOT / lock).read_text().replace("\\\n", " ")
    lines = [line for line in text.splitlines() if line.strip() and not line.startswith("#")]
    return [
        (Requirement(line.partition("--hash")[0]), re.findall(r"--hash=(\S+)", line))
        for line in lines
    ]


def commands(script: str) -> list[str]:
    text = (ROOT / script).read_text().replace("\\\n", " ")
    for array, words in re.findall(r"local (\w+)=\(([^)]*)\)", text):
        text = text.replace(f'"${{{array}[@]}}"', words)
    lines = [line for line in text.splitlines() if not line.lstrip().startswith(("#", "say "))]
    return [each for line in lines for each in line.split("&&") if INSTALLS.search(each)]


@pytest.mark.parametrize("lock", LOCKS)
def test_every_file_has_one_version_and_hashes(lock: str) -> None:
    found = locked(lock)
    assert found
    for requirement, hashes in found:
        assert re.fullmatch(r"==[^*,]+", str(requirement.specifier)), requirement
        assert requirement.url is None
        assert hashes, requirement
        assert all(re.fullmatch(r"sha256:[0-9a-f]{64}", each) for each in hashes)


def test_the_image_has_the_versions_that_are_tested() -> None:
    tested = {(each.name, str(each.specifier)) for each, _ in locked("requirements.lock")}
    image = {(each.name, str(each.specifier)) for each, _ in locked("deploy/requirements.lock")}
    assert image <= tested


@pytest.mark.parametrize(
    ("lock", "wanted"),
    [
        ("requirements.lock", [PROJECT["dependencies"], *EXTRAS.values()]),
        (
            "deploy/requirements.lock",
            [PROJECT["dependencies"], EXTRAS["postgres"], EXTRAS["pkcs11"]],
        ),
    ],
)
def test_whatever_the_project_asks_for_is_locked(lock: str, wanted: list[list[str]]) -> None:
    versions = {canonicalize_name(each.name): each.specifier for each, _ in locked(lock)}
    for each in map(Requirement, itertools.chain(*wanted)):
        if each.name == PROJECT["name"]:
            continue
        (exact,) = versions[canonicalize_name(each.name)]
        assert each.specifier.contains(exact.version), f"{each}: run make lock"


@pytest.mark.parametrize("script", SCRIPTS)
def test_scripts_install_by_hash_only(script: str) -> None:
    for command in commands(script):
        from_registry = "--require-hashes" in command or "npm ci" in command
        own_source = "--no-deps" in command and (
            "--no-index" in command or "--require-build-hashes" in command
        )
        assert from_registry or own_source, command


def test_scripts_that_install_are_seen() -> None:
    assert sum(len(commands(script)) for script in SCRIPTS) >= 8


def test_packages_for_node_have_hashes() -> None:
    lock = json.loads((ROOT / "tests/clients/node/package-lock.json").read_text())
    packages = {name: each for name, each in lock["packages"].items() if name}
    assert packages
    assert all(each["integrity"].startswith("sha512-") for each in packages.values())
