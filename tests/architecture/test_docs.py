"""What the docs tell people to type is there."""

import re
from pathlib import Path

import click

from appservice.cli import main
from appservice.payments.stripe_events import EVENT_TYPES
from bot.bootstrap.command_registry import commands
from bot.bootstrap.services import build_services
from bot.domain.money.price_parser import parse_price_and_text
from bot.services.inbound.failed_items import FailedItems
from config.problems import key_paths
from config.settings import Settings
from tests.support.bot_harness import RULES, BotHarness

ROOT = Path(__file__).parents[2]
DOCS = [
    *(ROOT / name for name in ("README.md", "CONTRIBUTING.md", "SECURITY.md")),
    *(ROOT / "docs").glob("*.md"),
]
TEXT = {path.name: path.read_text() for path in DOCS}
ALL = "\n".join(TEXT.values())


def test_every_chat_command_in_the_docs_is_understood() -> None:
    ports = BotHarness().ports
    known = commands(
        ports, RULES, build_services(ports, RULES, FailedItems(ports.store, ports.clock))
    )
    typed = set(re.findall(r"`?!ppv ([^`\n]+?)`", ALL))
    assert len(typed) > 15
    unknown = {
        words
        for words in typed
        if words.split()[0].lower() not in known
        and parse_price_and_text(words, "usd") is None
        and not words.startswith("…")
    }
    assert unknown == set()


def test_every_command_line_in_the_docs_exists() -> None:
    typed = set(re.findall(r"matrix-ppv ([a-z][a-z-]+)(?: ([a-z][a-z-]+))?", ALL))
    there = [words for words in typed if words[0] in main.commands]
    assert len(there) > 8
    for first, second in there:
        command = main.commands[first]
        if isinstance(command, click.Group) and second:
            assert second in command.commands, f"{first} {second}"
    named = set(re.findall(r"`matrix-ppv ([a-z][a-z-]+)", ALL))
    assert named <= set(main.commands)


def test_every_option_in_the_docs_exists() -> None:
    typed = re.findall(r"matrix-ppv ([a-z][a-z-]+)((?: [^`\n|;#]+)?)", ALL)
    seen = 0
    for first, rest in typed:
        command: click.Command | None = main.commands.get(first)
        words = rest.split()
        if isinstance(command, click.Group) and words:
            command = command.commands.get(words[0])
        for option in (word for word in words if word.startswith("--")):
            assert command is not None, f"{first} {rest}"
            known = {name for each in command.params for name in each.opts} | {"--help"}
            assert option in known, f"matrix-ppv {first}{rest}"
            seen += 1
    assert seen > 1


def test_every_make_target_in_the_docs_exists() -> None:
    targets = set(re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text(), re.MULTILINE))
    typed = re.findall(r"(?:^|`)make ((?:[a-z]+ ?)+)", ALL, re.MULTILINE)
    named = {target for words in typed for target in words.split()}
    assert len(named) > 4
    assert named <= targets


def test_the_events_to_subscribe_to_are_the_ones_that_are_handled() -> None:
    listed = set(re.findall(r"`((?:checkout|charge|refund|radar)\.[a-z_.]+)`", TEXT["stripe.md"]))
    assert listed == set(EVENT_TYPES)


def test_every_setting_that_the_docs_name_is_one() -> None:
    sections = set(Settings.model_fields)
    named = set(re.findall(r"`([a-z]+)\.([a-z_]+)`", ALL))
    known = {path[:2] for path in key_paths(Settings)}
    assert {pair for pair in named if pair[0] in sections and pair[1] != "yaml"} <= known


def test_every_page_is_linked_and_every_link_leads_somewhere() -> None:
    for path in DOCS:
        for target in re.findall(r"\]\((?!https?:)([^)#]+)", path.read_text()):
            assert (path.parent / target).exists(), f"{path.name}: {target}"
    linked = set(re.findall(r"docs/([a-z]+\.md)", TEXT["README.md"]))
    assert {path.name for path in (ROOT / "docs").glob("*.md")} <= linked
