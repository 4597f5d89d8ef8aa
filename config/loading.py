"""From a file and an environment to Settings, or to all that is wrong with them at once."""

import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from config.locations import anchored
from config.overlay import Tree, apply_overlays
from config.problems import ConfigError, KeyPath, in_words, named
from config.sections.section import Section
from config.settings import Settings
from config.yaml_file import read

_EXAMPLE = re.compile(r"change-?me|\bexample\.(org|com)\b", re.IGNORECASE)


def load(path: Path, environment: Mapping[str, str]) -> Settings:
    """Return what `load_as_written` does, with relative paths put below the folder of the configuration file.

    Symbolic links in `path` are not followed: Kubernetes mounts a configuration as a link.
    """
    return anchored(load_as_written(path, environment), path.absolute().parent)


def load_as_written(path: Path, environment: Mapping[str, str]) -> Settings:
    """Return the settings: the file, over it the environment, then the files that they name.

    Relative paths of those files start in the folder of `path`. Raises ConfigError with one line a problem:
    unknown keys, missing ones, values that cannot be, and those still as in the example.
    """
    layers = apply_overlays(read(path), environment, path.absolute().parent)
    problems = dict(layers.problems)
    for key in _still_as_in_the_example(layers.tree):
        where = named(key, layers.origins)
        problems.setdefault(key, f"{where}: still the value of the example; put your own")
    try:
        settings = Settings.model_validate(_with_all_sections(layers.tree))
    except ValidationError as error:
        further = {}
        for detail in error.errors(include_url=False, include_input=False):
            key = tuple(str(step) for step in detail["loc"])
            if not _is_reported(key, problems) and detail["type"] != "default_factory_not_called":
                further[key] = in_words(detail, Settings, layers.origins)
        problems |= further
        raise ConfigError(problems.values()) from None
    if problems:
        raise ConfigError(problems.values())
    return settings


def _with_all_sections(tree: Tree) -> Tree:
    """Sections left out or empty are there without keys, so that each missing key is named."""
    absent: Tree = {
        name: {}
        for name, field in Settings.model_fields.items()
        if tree.get(name) is None
        and isinstance(field.annotation, type)
        and issubclass(field.annotation, Section)
    }
    return {**tree, **absent}


def _still_as_in_the_example(value: Any, above: KeyPath = ()) -> Iterator[KeyPath]:
    match value:
        case dict():
            for key, inner in value.items():
                if _EXAMPLE.search(str(key)):
                    yield (*above, str(key))
                else:
                    yield from _still_as_in_the_example(inner, (*above, str(key)))
        case list():
            if any(isinstance(item, str) and _EXAMPLE.search(item) for item in value):
                yield above
        case str() if _EXAMPLE.search(value):
            yield above


def _is_reported(key: KeyPath, problems: Mapping[KeyPath, str]) -> bool:
    """Whether a problem is named already in that key, in what it holds, or in what holds it."""
    return any(key[: len(said)] == said[: len(key)] for said in problems)
