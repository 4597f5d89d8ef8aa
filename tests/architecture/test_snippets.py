"""What `matrix-ppv snippet` prints; the samples in `deploy/` are what it prints for the example."""

from dataclasses import replace
from pathlib import Path

import pytest
import yaml
from click.testing import CliRunner

from appservice.cli import main
from appservice.cli.snippet import FILES, SnippetContext, snippet_for
from tests.support.configurations import config_file

DEPLOY = Path(__file__).parents[2] / "deploy"
EXAMPLE = SnippetContext(
    host="ppv.example.org",
    prefix="",
    upstream="127.0.0.1:29331",
    program=Path("/opt/matrix-ppv/bin/matrix-ppv"),
    config=Path("/etc/matrix-ppv/config.yaml"),
)
BELOW = replace(EXAMPLE, host="example.org", prefix="/shop")


@pytest.mark.parametrize("kind", FILES)
def test_the_samples_are_what_is_printed_for_the_example(kind: str) -> None:
    assert (DEPLOY / FILES[kind]).read_text() == snippet_for(kind, EXAMPLE)


@pytest.mark.parametrize(
    ("kind", "line"),
    [
        ("nginx", "location /shop/ {"),
        ("caddy", "\thandle /shop/* {"),
        ("apache", 'ProxyPass        "/shop/" "http://127.0.0.1:29331/shop/" nocanon'),
        ("traefik", "      rule: Host(`example.org`) && PathPrefix(`/shop`)"),
    ],
)
def test_below_a_path_the_path_is_passed_on(kind: str, line: str) -> None:
    assert line in snippet_for(kind, BELOW).splitlines()


def test_traefiks_is_yaml_with_and_without_a_path() -> None:
    for places in (EXAMPLE, BELOW):
        http = yaml.safe_load(snippet_for("traefik", places))["http"]
        assert http["routers"]["matrix-ppv"]["entryPoints"] == ["websecure"]


def test_the_configuration_says_where(tmp_path: Path) -> None:
    changes = "public: {url: 'https://pay.ppv.test/shop', listen: '0.0.0.0:8080'}"
    path = config_file(tmp_path, changes)
    printed = CliRunner().invoke(main, ["snippet", "nginx", "--config", str(path)])
    assert printed.exit_code == 0
    assert "server { } of pay.ppv.test;" in printed.output
    assert "proxy_pass http://127.0.0.1:8080;" in printed.output
    unit = CliRunner().invoke(main, ["snippet", "systemd", "--config", str(path)]).output
    assert f"run --config {path}" in unit
