from pathlib import Path

import pytest
import yaml

from appservice.matrix.registration_file import registration, registration_yaml
from config.loading import load
from config.problems import ConfigError, key_paths
from config.settings import Settings

ROOT = Path(__file__).parents[3]
EXAMPLE = ROOT / "config" / "example.yaml"
OWN_VALUES = {
    "change-me-to-a-long-random-token": "as0123456789abcdef",
    "change-me-to-another-long-random-token": "hs0123456789abcdef",
    "sk_test_change-me": "sk_test_1",
    "whsec_change-me": "whsec_1",
    "key: change-me": f"key: {'ab' * 32}",
    "@change-me": "@carol",
    "example.org": "ppv.test",
}


def filled_in() -> str:
    text = EXAMPLE.read_text()
    for example, own in OWN_VALUES.items():
        text = text.replace(example, own)
    return text


def test_the_example_works_once_its_values_are_replaced(tmp_path: Path) -> None:
    path = tmp_path / "config.yaml"
    path.write_text(filled_in())
    settings = load(path, {})
    assert settings.homeserver.domain == "ppv.test"
    assert settings.permissions == {"ppv.test": "buyer", "@carol:ppv.test": "admin"}


def test_the_example_shows_the_defaults(tmp_path: Path) -> None:
    path = tmp_path / "config.yaml"
    path.write_text(filled_in())
    shown = load(path, {})
    tree = yaml.safe_load(filled_in())
    required = {
        section: {
            key: value
            for key, value in tree[section].items()
            if field.annotation.model_fields[key].is_required()
        }
        for section, field in Settings.model_fields.items()
        if section != "permissions" and field.annotation is not None
    }
    path.write_text(yaml.safe_dump({**required, "permissions": tree["permissions"]}))
    assert load(path, {}) == shown


def test_the_example_shows_every_key_and_nothing_else() -> None:
    tree = yaml.safe_load(EXAMPLE.read_text())
    tree["permissions"] = tree["stripe"]["fees"] = None
    tree["keys"]["keks"] = {"*": tree["keys"]["keks"]["first"]}
    assert set(_leaves(tree)) == set(key_paths(Settings))


def test_every_key_of_the_example_is_explained() -> None:
    lines = EXAMPLE.read_text().splitlines()
    above = dict(zip(lines[1:], lines, strict=False))
    keys = [line for line in lines if line.startswith("  ") and line.rstrip().count(":")]
    bare = [
        line
        for line in keys
        if not line.lstrip().startswith(("#", "-", '"', "first:"))
        and not above[line].lstrip().startswith("#")
    ]
    assert bare == []


def test_every_value_that_must_be_replaced_is_refused() -> None:
    with pytest.raises(ConfigError) as caught:
        load(EXAMPLE, {})
    assert {line.partition(": still the value of the example")[0] for line in caught.value.problems} == {
        "homeserver.url",
        "homeserver.domain",
        "appservice.as_token",
        "appservice.hs_token",
        "public.url",
        "stripe.secret_key",
        "stripe.webhook_secrets",
        "keys.keks.first.key",
        "permissions.example.org",
        "permissions.@change-me:example.org",
    }  # fmt: skip


def test_the_sample_registration_is_what_the_example_generates() -> None:
    example = yaml.safe_load(EXAMPLE.read_text())
    appservice = example["appservice"]
    generated = registration(
        appservice_id=appservice["id"],
        url=appservice["url"],
        as_token=appservice["as_token"],
        hs_token=appservice["hs_token"],
        bot_localpart=appservice["bot_localpart"],
        domain=example["homeserver"]["domain"],
    )
    assert (ROOT / "registration.yaml").read_text() == registration_yaml(generated)


def _leaves(tree: object, above: tuple[str, ...] = ()) -> list[tuple[str, ...]]:
    if not isinstance(tree, dict):
        return [above]
    return [leaf for key, value in tree.items() for leaf in _leaves(value, (*above, key))]
