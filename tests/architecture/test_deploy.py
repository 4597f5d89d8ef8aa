"""What `deploy/` says of the program is true of it."""

import json
import re
import shutil
import subprocess
import tomllib
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
import yaml

from appservice.db.repositories.sql_stats import DatabaseStats
from appservice.metrics import Metrics
from appservice.web.api.state_metrics import state_metrics
from bot.domain.money.checkout_attempt import CheckoutStatus
from bot.domain.purchases.ledger import EntryType
from bot.jobs import JOBS
from bot.services.delivery.undelivered import Undelivered

ROOT = Path(__file__).parents[2]
SYSTEMD_ANALYZE = shutil.which("systemd-analyze")
DEPLOY = ROOT / "deploy"
DASHBOARD = json.loads((DEPLOY / "grafana" / "dashboard.json").read_text())
ALERTS = [
    rule
    for group in yaml.safe_load((DEPLOY / "prometheus" / "alerts.yaml").read_text())["groups"]
    for rule in group["rules"]
]
QUERIES = [rule["expr"] for rule in ALERTS] + [
    target["expr"] for panel in DASHBOARD["panels"] for target in panel["targets"]
]
OF_PROMETHEUS = {"up"}


def sample_names() -> set[str]:
    now = datetime.now(UTC)
    families = [
        *Metrics().families(),
        *state_metrics(DatabaseStats(), Undelivered((), now), now=now, free_bytes=0),
    ]
    suffixes = {
        "counter": ("_total",),
        "gauge": ("",),
        "histogram": ("_bucket", "_sum", "_count"),
        "info": ("_info",),
    }
    return {f"{each.name}{suffix}" for each in families for suffix in suffixes[each.type]}


@pytest.mark.parametrize("query", QUERIES)
def test_every_metric_that_is_asked_for_exists(query: str) -> None:
    bare = re.sub(r"\{[^}]*\}|\[[^]]*\]|by \([a-z, ]+\)|\$\w+", "", query)
    asked = {word for word in re.findall(r"[a-z_]{2,}", bare) if "_" in word or word == "up"}
    functions = {"histogram_quantile"}
    assert asked - functions
    assert asked - functions - OF_PROMETHEUS <= sample_names()


def test_every_value_of_a_label_that_is_asked_for_exists() -> None:
    known: dict[str, set[str]] = {
        "type": set(EntryType) | {"fee.*"},
        "state": set(CheckoutStatus),
        "status": {"todo", "doing", "failed"},
        "outcome": {"accepted", "ignored", "unauthenticated"},
        "job": {"matrix-ppv"},
        "kind": set(JOBS),
        "waits_for": {"us", "buyer"},
    }
    asked = {pair for query in QUERIES for pair in re.findall(r'(\w+)[=!~]+"([^"]+)"', query)}
    assert asked
    assert {(label, value) for label, value in asked if value not in known[label]} == set()


def test_every_alert_says_what_to_do_and_every_panel_what_it_shows() -> None:
    assert all(len(rule["annotations"]["summary"]) > 40 for rule in ALERTS)
    panels: list[dict[str, Any]] = DASHBOARD["panels"]
    assert all(panel["title"] and panel["description"] for panel in panels)
    assert len({panel["id"] for panel in panels}) == len(panels)


def test_every_file_is_named_with_how_it_was_tried() -> None:
    told = (DEPLOY / "README.md").read_text()
    files = {str(file.relative_to(DEPLOY)) for file in DEPLOY.rglob("*") if file.is_file()}
    linked = set(re.findall(r"\]\(([^)]+)\)", told))
    assert files - {"README.md", "Dockerfile.dockerignore"} == linked


@pytest.mark.parametrize("name", ["nginx.conf", "Caddyfile", "apache.conf", "traefik.yaml"])
def test_a_web_server_passes_on_to_the_public_listener_alone(name: str) -> None:
    assert set(re.findall(r"2933\d", (DEPLOY / name).read_text())) == {"29331"}


def test_only_the_public_listener_leaves_the_container() -> None:
    compose = yaml.safe_load((DEPLOY / "compose.yaml").read_text())
    (service,) = compose["services"].values()
    assert service["ports"] == ["127.0.0.1:29331:29331"]
    assert service["read_only"]
    assert service["cap_drop"] == ["ALL"]


def test_all_that_is_packed_gets_into_the_image() -> None:
    let_in = set(
        re.findall(r"^!(.+)$", (DEPLOY / "Dockerfile.dockerignore").read_text(), re.MULTILINE)
    )
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())
    packed = set(project["tool"]["hatch"]["build"]["targets"]["wheel"]["packages"])
    beside = {project["project"]["readme"], *project["project"]["license-files"]}
    assert packed | beside | {"pyproject.toml"} <= let_in


@pytest.mark.skipif(SYSTEMD_ANALYZE is None, reason="needs systemd")
def test_systemd_finds_no_fault_in_the_unit_and_little_exposure(tmp_path: Path) -> None:
    unit = (DEPLOY / "matrix-ppv.service").read_text()
    file = tmp_path / "matrix-ppv.service"
    file.write_text(re.sub(r"(?m)^(ExecStart\w*=)\S+", r"\1/bin/true", unit))
    verified = subprocess.run(
        [str(SYSTEMD_ANALYZE), "verify", str(file)], capture_output=True, text=True, check=False
    )  # fmt: skip
    assert (verified.returncode, verified.stderr) == (0, "")
    rated = subprocess.run(
        [str(SYSTEMD_ANALYZE), "security", "--offline=true", "--threshold=20", str(file)],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert rated.returncode == 0, rated.stdout[-400:]
