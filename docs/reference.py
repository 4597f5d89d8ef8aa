"""The pages of the reference, made from the code that they tell of."""

import inspect
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib.resources import files
from itertools import takewhile

import click
from prometheus_client import Metric

from appservice.cli import main
from appservice.db.repositories.sql_stats import DatabaseStats
from appservice.metrics import Metrics
from appservice.web.api.state_metrics import state_metrics
from bot.services.delivery.undelivered import Undelivered
from config.problems import key_paths
from config.settings import Settings

_KEY = re.compile(r"(?P<indent> *)(?P<key>[a-z0-9_]+):(?: (?P<value>.+))?$")
_INDENT = 2
_ABOUT_SETTINGS = """\
From [the documented example](../../config/example.yaml). Each may be set in the environment as well, under the
name in the second line, or kept in a file of its own: behind the name of the key comes `_file` then, and the value
is the file's path.\
"""


@dataclass(frozen=True, slots=True)
class Setting:
    """A key of the example, and the words above it."""

    path: tuple[str, ...]
    value: str
    words: str


def settings_page() -> str:
    lines = ["# Settings", "", _ABOUT_SETTINGS]
    section = ""
    for setting in documented_settings():
        if setting.path[0] != section:
            section = setting.path[0]
            lines += ["", f"## {section}"]
        name = ".".join(setting.path)
        lines += ["", f"### `{name}`", "", f"`PPV__{'__'.join(setting.path).upper()}`", ""]
        lines += [setting.words or "See above."]
        if setting.value:
            lines += ["", "```yaml", f"{setting.path[-1]}: {setting.value}", "```"]
    return "\n".join(lines) + "\n"


def documented_settings() -> Iterator[Setting]:
    """In the order of the example. What stands in a key of the admin's own name has `*` for it."""
    known = set(key_paths(Settings))
    above: list[str] = []
    comments: list[str] = []
    lines = (files("config") / "example.yaml").read_text("utf-8").splitlines()
    for number, line in enumerate(lines, 1):
        if _is_comment(line):
            comments.append(_words(line))
            continue
        if found := _KEY.match(line):
            above = [*above[: len(found["indent"]) // _INDENT], found["key"]]
            path = next((each for each in known if _fits(each, above)), None)
            if path is not None:
                below = map(_words, takewhile(_is_comment, lines[number:]))
                words = comments or ([] if found["value"] else below)
                yield Setting(path, found["value"] or "", " ".join(words))
        comments = []


def _is_comment(line: str) -> bool:
    return line.lstrip().startswith("#")


def _words(comment: str) -> str:
    return comment.strip().removeprefix("#").strip()


def _fits(path: tuple[str, ...], keys: list[str]) -> bool:
    return len(path) == len(keys) and all(
        step in {"*", key} for step, key in zip(path, keys, strict=True)
    )


def metrics_page() -> str:
    lines = [
        "# Metrics",
        "",
        "What `/metrics` on the ops listener shows; `process_…` beside them tells of the process itself.",
        "",
        "| name | kind | labels | meaning |",
        "|---|---|---|---|",
    ]
    for metric in all_metrics():
        suffix = {"counter": "_total", "info": "_info"}.get(metric.type, "")
        labels = ", ".join(f"`{label}`" for label in _labels(metric))
        lines.append(
            f"| `{metric.name}{suffix}` | {metric.type} | {labels} | {metric.documentation} |"
        )
    return "\n".join(lines) + "\n"


def all_metrics() -> list[Metric]:
    """All of ours, with their labels and no values."""
    now = datetime.now(UTC)
    metrics = Metrics()
    metrics.http_duration.labels("public", "GET", "/", "200")
    metrics.job_attempted("deliver", "succeeded", 0.0)
    for timer in (metrics.homeserver_calls, metrics.stripe_calls):
        with timer.timed("GET", "/"):
            pass
    known = [
        *metrics.families(),
        *state_metrics(DatabaseStats(), Undelivered((), now), now=now, free_bytes=0),
    ]
    return sorted(
        (each for each in known if each.name.startswith("ppv_")), key=lambda each: each.name
    )


def _labels(metric: Metric) -> list[str]:
    return sorted({label for sample in metric.samples for label in sample.labels} - {"le"})


def commands_page() -> str:
    lines = ["# Commands", "", "`matrix-ppv COMMAND --help` tells the same."]
    for name, command in sorted(_commands(main)):
        lines += ["", f"## `matrix-ppv {name}`", "", inspect.cleandoc(command.help or "")]
        shown = [_parameter(each) for each in command.params if _worth_showing(each)]
        if shown:
            lines += ["", *shown]
    return "\n".join(lines) + "\n"


def _commands(group: click.Group, above: str = "") -> Iterator[tuple[str, click.Command]]:
    for name, command in group.commands.items():
        if isinstance(command, click.Group):
            yield from _commands(command, f"{above}{name} ")
        else:
            yield f"{above}{name}", command


def _worth_showing(parameter: click.Parameter) -> bool:
    return parameter.name not in {"path", "help"}


def _parameter(parameter: click.Parameter) -> str:
    if isinstance(parameter, click.Option):
        return f"- `{', '.join(parameter.opts)}`: {parameter.help or ''}"
    return f"- `{parameter.human_readable_name}`"
