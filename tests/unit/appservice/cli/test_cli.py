import stat
import subprocess
import sys
from pathlib import Path

import pytest
import yaml
from click.testing import CliRunner, Result

from appservice.cli import main
from appservice.matrix.crypto.store_dir import lock_folder
from tests.support.configurations import AS_TOKEN, HS_TOKEN, config_file


@pytest.fixture(autouse=True)
def bare_environment(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.delenv("PPV_CONFIG", raising=False)
    monkeypatch.chdir(tmp_path)


def call(*arguments: object) -> Result:
    return CliRunner().invoke(main, [str(argument) for argument in arguments])


def test_help_names_every_subcommand() -> None:
    result = call("--help")
    assert result.exit_code == 0
    for command in ("run", "check-config", "registration", "db"):
        assert command in result.output


def test_neither_help_nor_check_config_loads_matrix_or_stripe(tmp_path: Path) -> None:
    program = (
        "import sys; from appservice.cli import main;"
        f"main(['check-config', '-c', {str(config_file(tmp_path))!r}], standalone_mode=False);"
        "print([name for name in ('nio', 'stripe', 'aiohttp') if name in sys.modules])"
    )
    root = Path(__file__).parents[4]
    result = subprocess.run(
        [sys.executable, "-c", program], cwd=root, capture_output=True, text=True, check=True
    )
    assert result.stdout.splitlines()[-1] == "[]"


def test_doctor_ends_although_a_check_hangs_in_a_thread(tmp_path: Path) -> None:
    """A name that is looked up, a token, a file system on a network: none of them can be cancelled."""
    program = (
        "import asyncio, threading, appservice.doctor.all_checks as checks, appservice.doctor.check_result as finding;"
        "from appservice.cli import main;"
        "finding._PATIENCE = 0.1;"
        "checks.all_checks = lambda _: {'token': lambda: asyncio.to_thread(threading.Event().wait)};"
        f"main(['doctor', '-c', {str(config_file(tmp_path))!r}])"
    )
    root = Path(__file__).parents[2]
    result = subprocess.run(
        [sys.executable, "-c", program],
        cwd=root,
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    assert result.returncode == 1
    assert "NOT  token       no answer within 15 seconds" in result.stdout


def test_the_package_that_postgresql_needs_is_named_before_the_start(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = config_file(tmp_path, "database: {url: 'postgresql://ppv:0pen-Sesame@localhost/ppv'}")
    assert call("check-config", "-c", path).exit_code == 0
    monkeypatch.setitem(sys.modules, "appservice.db.postgres.pg_engine", None)
    result = call("check-config", "-c", path)
    assert result.exit_code == 78
    assert "pip install '.[postgres]'" in result.output
    assert "Sesame" not in result.output


def test_a_fine_configuration_is_called_fine(tmp_path: Path) -> None:
    result = call("check-config", "-c", config_file(tmp_path))
    assert result.exit_code == 0
    assert "is fine" in result.output
    assert "@ppvbot:ppv.test" in result.output
    assert "no real money" in result.output


def test_config_yaml_in_the_working_folder_is_the_default(tmp_path: Path) -> None:
    config_file(tmp_path)
    assert call("check-config").exit_code == 0


def test_the_environment_may_name_the_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "etc").mkdir()
    monkeypatch.setenv("PPV_CONFIG", str(config_file(tmp_path / "etc")))
    assert call("check-config").exit_code == 0


def test_the_environment_goes_before_the_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PPV__APPSERVICE__BOT_LOCALPART", "shop")
    assert "@shop:ppv.test" in call("check-config", "-c", config_file(tmp_path)).output


@pytest.mark.parametrize(
    "command", [["run"], ["check-config"], ["registration"], ["db", "upgrade"]]
)
def test_a_missing_file_ends_with_78_and_says_what_to_do(command: list[str]) -> None:
    result = call(*command)
    assert result.exit_code == 78
    assert result.stderr.startswith("There is no file config.yaml.")
    assert "PPV_CONFIG" in result.stderr


def test_every_problem_is_one_line_on_standard_error(tmp_path: Path) -> None:
    path = config_file(tmp_path, "stripe: {secret_key: pk_test_1}\nlogging: {level: loud}")
    result = call("check-config", "-c", path)
    assert result.exit_code == 78
    assert result.stdout == ""
    assert [line.partition(":")[0] for line in result.stderr.splitlines()] == [
        "stripe.secret_key",
        "logging.level",
    ]


def test_a_currency_that_stripe_does_not_know_is_refused(tmp_path: Path) -> None:
    result = call("check-config", "-c", config_file(tmp_path, "prices: {default_currency: XYZ}"))
    assert result.exit_code == 78
    assert result.stderr == "prices.default_currency: Stripe has no currency XYZ\n"


def test_the_registration_is_printed(tmp_path: Path) -> None:
    result = call("registration", "-c", config_file(tmp_path))
    content = yaml.safe_load(result.stdout)
    assert (content["as_token"], content["hs_token"]) == (AS_TOKEN, HS_TOKEN)
    assert content["namespaces"]["users"][0]["regex"] == r"^@ppvbot:ppv\.test$"


def test_the_registration_is_written_for_its_owner_only(tmp_path: Path) -> None:
    output = tmp_path / "registration.yaml"
    result = call("registration", "-c", config_file(tmp_path), "-o", output)
    assert result.exit_code == 0
    assert stat.S_IMODE(output.stat().st_mode) == 0o600
    assert yaml.safe_load(output.read_text())["as_token"] == AS_TOKEN
    assert "app_service_config_files" in result.output
    assert AS_TOKEN not in result.output


def test_a_registration_that_cannot_be_written_is_said_so(tmp_path: Path) -> None:
    result = call("registration", "-c", config_file(tmp_path), "-o", tmp_path / "no" / "r.yaml")
    assert result.exit_code == 1
    assert "cannot be written: No such file or directory" in result.stderr


def test_the_database_is_brought_to_the_newest_version(tmp_path: Path) -> None:
    database = tmp_path / "shop.db"
    path = config_file(tmp_path, f"database: {{url: 'sqlite:///{database}'}}")
    first, second = call("db", "upgrade", "-c", path), call("db", "upgrade", "-c", path)
    assert (first.exit_code, second.exit_code) == (0, 0)
    assert "the newest" in first.output
    assert first.output == second.output
    assert database.exists()


def test_a_database_of_somebody_else_is_left_alone(tmp_path: Path) -> None:
    database = tmp_path / "shop.db"
    database.write_text("not a database, but something that one would miss, and long enough")
    path = config_file(tmp_path, f"database: {{url: 'sqlite:///{database}'}}")
    result = call("db", "upgrade", "-c", path)
    assert result.exit_code == 1
    assert result.stderr.startswith("Error: ")
    assert database.read_text().startswith("not a database")


def test_an_upgrade_waits_until_matrix_ppv_is_stopped(tmp_path: Path) -> None:
    config = config_file(tmp_path)
    with lock_folder(tmp_path / "ppv.crypto"):
        refused = call("db", "upgrade", "-c", config)
    assert refused.exit_code == 1
    assert "Another matrix-ppv is running" in refused.output
    assert not (tmp_path / "ppv.db").exists()
    assert call("db", "upgrade", "-c", config).exit_code == 0
