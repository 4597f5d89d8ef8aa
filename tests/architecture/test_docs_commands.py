"""Every command for a shell that the docs name is run on a configured folder; what needs the world is parsed."""

import asyncio
import re
import shlex
import shutil
import subprocess
from pathlib import Path

import click
import pytest
from click.testing import CliRunner

from appservice.cli import main
from tests.integration.test_cli_money import SALE, a_sale
from tests.support.configurations import config_file
from tests.support.documented_commands import ROOT, in_blocks, typed_in_shell

RUN = {
    "audit",
    "backup",
    "check-config",
    "crypto status",
    "db upgrade",
    "evidence",
    "export",
    "jobs list",
    "jobs show",
    "jobs retry",
    "jobs drop",
    "keys status",
    "refund",
    "registration",
    "snippet",
}
ONLY_PARSED = {
    "crypto reset": "signs a new device in at the homeserver",
    "db copy": "wants a database of PostgreSQL's; tests of its own watch over it",
    "doctor": "looks at the homeserver, at Stripe and at the public address",
    "init": "asks the homeserver and Stripe whether the answers are right",
    "keys make": "wants a token, which a test of its own has",
    "keys rotate": "writes into the configuration, which tests of its own watch over",
    "restore": "wants a folder in which nothing is yet",
    "run": "serves until it is stopped",
}
"""Each with the reason why it is not run here."""
MADE = {
    "bench": "measures for minutes",
    "check": "is what runs this test, among others",
    "demo": "needs a homeserver, and stays until it is left",
    "docs": "is run by a test of its own",
    "format": "changes files",
    "lock": "asks the package index",
    "pictures": "needs a browser, and changes files",
    "release": "is run by the release",
    "test": "runs this test",
    "translations": "changes files",
}
"""Targets of make are only planned (`make -n`), each for this reason."""
MAKE = shutil.which("make") or "make"
OTHERS = {
    "!ppv",
    "$EDITOR",
    ".venv/bin/pytest",
    "/opt/matrix-ppv/bin/pip",
    "adduser",
    "apt",
    "cd",
    "chmod",
    "git",
    "install",
    "ln",
    "make",
    "matrix-ppv",
    "pip",
    "python3",
    "sudo",
    "systemctl",
}
"""Programs that blocks may name besides ours; a new one is looked at by a person first."""
ANSWERS = {"jobs drop": "y\n", "refund": "y\n"}
"""To what they ask."""


def commands() -> list[str]:
    """Without those that are only named, such as a file `matrix-ppv.service`."""
    return [each for each in typed_in_shell("matrix-ppv") if " " in each]


def path_of(words: list[str]) -> str:
    """`jobs list` of `jobs list --json`."""
    first = main.commands[words[0]]
    return " ".join(words[: 2 if isinstance(first, click.Group) and len(words) > 1 else 1])


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """With a sale, a job that was laid aside, and all that a running program has left there."""
    monkeypatch.chdir(tmp_path)
    for made in ("blobs", "ppv.crypto"):
        (tmp_path / made).mkdir()
    url = f"sqlite:///{tmp_path}/ppv.db"
    path = config_file(tmp_path, f"database: {{url: '{url}'}}")
    monkeypatch.setenv("PPV_CONFIG", str(path))
    asyncio.run(a_sale(path))
    return tmp_path


def filled_in(typed: str, folder: Path) -> list[str]:
    words = re.sub(r"\bS-(CODE|K7QM2-XPA4E)", SALE, typed).replace("/var/backups", str(folder))
    words = words.replace("12", "1") if words.startswith("matrix-ppv jobs") else words
    return shlex.split(words)[1:]


def test_there_is_a_rule_for_each_command() -> None:
    named = {path_of(shlex.split(each)[1:]) for each in commands()}
    assert len(named) > 10
    assert named - RUN - set(ONLY_PARSED) == set(), "run it here, or say why it is only parsed"


def test_what_is_only_parsed_is_a_command() -> None:
    for path in (*RUN, *ONLY_PARSED):
        _command(path.split())


@pytest.mark.parametrize("typed", commands())
def test_a_command_works_as_it_is_written(typed: str, folder: Path) -> None:
    words = filled_in(typed, folder)
    path = path_of(words)
    if path in ONLY_PARSED or _only_named(words):
        words.append("--help")  # What stands before it is parsed all the same.
    result = CliRunner().invoke(main, words, input=ANSWERS.get(path))
    assert result.exit_code == 0, result.output + result.stderr


@pytest.mark.parametrize("typed", typed_in_shell("make"))
def test_a_target_can_be_made(typed: str) -> None:
    targets = typed.split()[1:]
    assert set(targets) <= set(MADE), "say why it is not made here"
    planned = subprocess.run(
        [MAKE, "--dry-run", *targets], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert planned.returncode == 0, planned.stderr


def test_blocks_name_no_program_that_nobody_looked_at() -> None:
    programs = {shlex.split(each.replace("…", "x"))[0] for each in in_blocks()}
    assert "matrix-ppv" in programs
    assert programs <= OTHERS


def _command(words: list[str]) -> tuple[click.Command, list[str]]:
    command: click.Command = main
    rest = list(words)
    while isinstance(command, click.Group) and rest:
        command = command.commands[rest.pop(0)]
    return command, rest


def _only_named(words: list[str]) -> bool:
    """In a sentence about it, without what it wants behind it."""
    command, rest = _command(words)
    needed = [each for each in command.params if isinstance(each, click.Argument) and each.required]
    return not rest and bool(needed)
