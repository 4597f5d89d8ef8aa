"""Relative paths start in the folder of the configuration file, wherever the program is started."""

from pathlib import Path
from urllib.parse import quote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from appservice.db.sqlite.location import sqlite_path
from config.loading import load
from config.locations import anchored_url, locations
from config.settings import Settings
from tests.support.configurations import KEK, Load, config_file


def paths(settings: Settings) -> dict[str, Path]:
    return {each.key: each.path for each in locations(settings)}


def test_the_defaults_lie_beside_the_configuration(settings: Load, tmp_path: Path) -> None:
    assert paths(settings()) == {
        "database.url": tmp_path / "ppv.db",
        "blobs.url": tmp_path / "blobs",
        "encryption.folder": tmp_path / "ppv.crypto",
    }


def test_relative_paths_start_there_and_absolute_ones_stay(
    settings: Load, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "elsewhere").mkdir()
    monkeypatch.chdir(tmp_path / "elsewhere")
    read = settings(
        "database: {url: 'sqlite:///data/a%20b.db'}\nblobs: {url: 'file:///srv/my%20blobs'}\n"
        "encryption: {folder: ../crypto}\nkeys: {pkcs11: {module: lib/token.so}}"
    )
    assert paths(read) == {
        "database.url": tmp_path / "data" / "a b.db",
        "blobs.url": Path("/srv/my blobs"),
        "encryption.folder": tmp_path / ".." / "crypto",
    }
    assert read.keys.pkcs11.module == str(tmp_path / "lib" / "token.so")


def test_what_the_system_finds_by_itself_is_left_to_it(settings: Load) -> None:
    read = settings("keys: {pkcs11: {module: libsofthsm2.so}}")
    assert read.keys.pkcs11.module == "libsofthsm2.so"


def test_another_database_keeps_its_address(settings: Load) -> None:
    address = "postgresql://ppv:s%2Fecret@localhost/ppv?sslmode=verify-full"
    read = settings(f"database: {{url: '{address}'}}")
    assert read.database.address == address
    assert "database.url" not in paths(read)


def test_so_do_paths_from_the_environment_and_of_secret_files(
    settings: Load, tmp_path: Path
) -> None:
    (tmp_path / "kek").write_text(KEK)
    read = settings(
        "keys: {keks: {first: {key_file: kek}}}", {"PPV__DATABASE__URL": "sqlite:///shop.db"}
    )
    assert read.keys.raw() == {"first": bytes.fromhex(KEK)}
    assert paths(read)["database.url"] == tmp_path / "shop.db"


def test_a_link_to_the_configuration_is_not_followed(tmp_path: Path) -> None:
    (tmp_path / "real").mkdir()
    link = tmp_path / "config.yaml"
    link.symlink_to(config_file(tmp_path / "real"))
    assert paths(load(link, {}))["database.url"] == tmp_path / "ppv.db"


@given(
    name=st.text(st.characters(exclude_categories=("Cs", "Cc")), min_size=1, max_size=20),
    folder=st.sampled_from(["/srv/ppv", "/srv/50% off", "/srv/a?b#c", "/srv/ü"]),
)
def test_any_name_arrives(name: str, folder: str) -> None:
    address = anchored_url(f"sqlite:///{quote(name)}", Path(folder))
    assert anchored_url(address, Path("/another")) == address
    assert sqlite_path(address) == Path(folder) / name
