"""Commands that read make nothing: all of them are run in an empty folder, with a configuration that is fine."""

import asyncio
import sys
from collections.abc import Iterator
from pathlib import Path

import click
import pytest
from click.testing import CliRunner, Result

from appservice.cli import main
from appservice.db.store import open_store
from tests.support.configurations import config_file
from tests.support.frozen_clock import FrozenClock
from tests.support.memory.memory_vault import VAULT

CREATE = {"run", "db upgrade", "init"}
"""What these make is their purpose; `run` and `init` are tried on a real homeserver."""
NEED_NO_RECORDS = {
    "check-config",
    "registration",
    "snippet",
    "db copy",
    "restore",
    "keys make",
    "keys rotate",
}
"""They read the configuration, or what their arguments name. `keys rotate` has a single key to change here."""
NOWHERE = """
homeserver: {url: "http://127.0.0.1:9", domain: ppv.test}
public: {url: "http://127.0.0.1:9"}
stripe: {api_base: "http://127.0.0.1:9"}
"""
ARGUMENTS = {
    "code": "S-K7QM2-XPA4E",
    "number": "1",
    "amount": "",
    "archive": "ppv.tar",
    "label": "ppv",
    "kind": "nginx",
    "source": "sqlite:///source.db",
    "target": "sqlite:///target.db",
}


def commands(group: click.Group, *above: str) -> Iterator[tuple[str, ...]]:
    for name, command in group.commands.items():
        if isinstance(command, click.Group):
            yield from commands(command, *above, name)
        else:
            yield (*above, name)


ALL = [name for name in commands(main) if " ".join(name) not in CREATE]


def line(name: tuple[str, ...], config: Path) -> list[str]:
    command: click.Command = main
    for step in name:
        assert isinstance(command, click.Group)
        command = command.commands[step]
    arguments = [
        ARGUMENTS[parameter.name or ""]
        for parameter in command.params
        if isinstance(parameter, click.Argument)
    ]
    sure = ["--yes"] * any(parameter.name == "yes" for parameter in command.params)
    return [*name, "--config", str(config), *sure, *filter(None, arguments)]


@pytest.fixture(autouse=True)
def doctor_ends_like_others(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("os._exit", sys.exit)


def call(*arguments: str) -> Result:
    return CliRunner().invoke(main, arguments)


def files(folder: Path) -> set[str]:
    return {str(path.relative_to(folder)) for path in folder.rglob("*")}


@pytest.fixture
def config(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """In a folder of its own; the working folder is another one."""
    monkeypatch.delenv("PPV_CONFIG", raising=False)
    for name in ("etc", "work"):
        (tmp_path / name).mkdir()
    monkeypatch.chdir(tmp_path / "work")
    return config_file(tmp_path / "etc", NOWHERE)


def test_the_exceptions_are_commands() -> None:
    assert {" ".join(name) for name in commands(main)} >= CREATE | NEED_NO_RECORDS


@pytest.mark.parametrize("name", ALL, ids=" ".join)
def test_no_file_appears(name: tuple[str, ...], config: Path, tmp_path: Path) -> None:
    before = files(tmp_path)
    result = call(*line(name, config))
    assert files(tmp_path) == before, result.output
    if " ".join(name) not in NEED_NO_RECORDS:
        assert result.exit_code == 1, result.output
        assert "is --config the right one?" in result.output
        assert str(tmp_path / "etc") in result.output


@pytest.mark.parametrize("name", ALL, ids=" ".join)
def test_nothing_is_made_beside_a_database_either(
    name: tuple[str, ...], config: Path, tmp_path: Path
) -> None:
    async def fill() -> None:
        async with open_store(f"sqlite:///{tmp_path}/etc/ppv.db", FrozenClock(), VAULT):
            pass

    asyncio.run(fill())
    before = files(tmp_path)
    call(*line(name, config))
    assert files(tmp_path) - {"etc/ppv.db-wal", "etc/ppv.db-shm"} == before


def test_an_empty_file_is_no_database(config: Path) -> None:
    database = config.with_name("ppv.db")
    database.touch()
    result = call("jobs", "list", "--config", str(config))
    assert result.exit_code == 1
    assert "is --config the right one?" in result.output
    assert database.read_bytes() == b""


@pytest.mark.parametrize("missing", ["blobs", "ppv.crypto"])
def test_a_backup_of_half_is_none(config: Path, tmp_path: Path, missing: str) -> None:
    assert call("db", "upgrade", "--config", str(config)).exit_code == 0
    for folder in {"blobs", "ppv.crypto"} - {missing}:
        config.with_name(folder).mkdir()
    result = call("backup", "--config", str(config), str(tmp_path / "ppv.tar"))
    assert result.exit_code == 1
    assert f"{config.with_name(missing)}: is --config the right one?" in result.output
    assert not (tmp_path / "ppv.tar").exists()


def test_what_lies_where_relative_paths_started_before_is_named(
    config: Path, tmp_path: Path
) -> None:
    old = tmp_path / "work" / "ppv.db"
    old.write_text("all that was sold")
    for command in ("jobs list", "doctor", "check-config"):
        result = call(*command.split(), "--config", str(config))
        assert f"something at {old}" in result.stderr
        assert f"write sqlite:///{old}," in result.stderr


@pytest.mark.parametrize("name", ["ppv.db", "blobs", "ppv.crypto"])
@pytest.mark.parametrize("command", ["run", "db upgrade"])
def test_nothing_is_begun_anew_beside_it(
    config: Path, tmp_path: Path, command: str, name: str
) -> None:
    old = tmp_path / "work" / name
    if name == "ppv.db":
        old.touch()
    else:
        old.mkdir()
        (old / "file").touch()
    before = files(tmp_path)
    result = call(*command.split(), "--config", str(config))
    assert result.exit_code == 78
    assert f"something at {old}" in result.stderr
    assert files(tmp_path) == before


def test_what_is_in_both_places_is_no_matter(config: Path, tmp_path: Path) -> None:
    for folder in ("work", "etc"):
        (tmp_path / folder / "ppv.crypto").mkdir()
        (tmp_path / folder / "ppv.crypto" / "lock").touch()
    result = call("check-config", "--config", str(config))
    assert (result.exit_code, result.stderr) == (0, "")


def test_a_copy_takes_its_addresses_from_the_same_folder(config: Path, tmp_path: Path) -> None:
    assert call("db", "upgrade", "--config", str(config)).exit_code == 0
    addresses = ("sqlite:///ppv.db", "sqlite:///copy.db")
    assert call("db", "copy", "--config", str(config), *addresses).exit_code == 0
    assert config.with_name("copy.db").exists()
    assert files(tmp_path / "work") == set()


def test_a_file_that_is_no_database_is_named(config: Path) -> None:
    database = config.with_name("ppv.db")
    database.write_text("not a database, but something that one would miss, and long enough")
    result = call("jobs", "list", "--config", str(config))
    assert result.exit_code == 1
    assert f"The database {database} cannot be opened" in result.stderr
