"""Laying environment variables and files over what the configuration file says.

Two rules. `PPV__SECTION__KEY` takes the place of `section.key`. Every key may be written as
`<key>_file`: then its value is what that file holds, without white space around it. The file may begin
with `$CREDENTIALS_DIRECTORY`, where systemd puts what a unit's `LoadCredential=` names.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from config.problems import KeyPath, named

PREFIX = "PPV__"
_FILE = "_file"
_CREDENTIALS = "CREDENTIALS_DIRECTORY"

Tree = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Layers:
    """Keys and values while they are put together, where they came from, and what went wrong."""

    tree: Tree
    folder: Path
    """Where relative paths of files start."""
    credentials: str | None = None
    """Where systemd has put credentials."""
    origins: dict[KeyPath, str] = field(default_factory=dict)
    """The variable or `<key>_file` behind a key; nothing for what the file itself says."""
    problems: dict[KeyPath, str] = field(default_factory=dict)


def apply_overlays(tree: Tree, environment: Mapping[str, str], folder: Path) -> Layers:
    """The tree with the environment laid over it, and with the named files read.

    Relative paths of files start in `folder`. A variable for `key` also takes the place of `key_file`, and the
    other way round.
    """
    layers = Layers(_copied(tree), folder, environment.get(_CREDENTIALS))
    for variable in sorted(name for name in environment if name.startswith(PREFIX)):
        path = tuple(variable.removeprefix(PREFIX).lower().split("__"))
        _put(layers, path, variable, environment[variable])
    return replace(layers, tree=_with_files(layers, layers.tree, ()))


def _put(layers: Layers, path: KeyPath, variable: str, value: str) -> None:
    *above, key = path
    section = layers.tree
    for step in above:
        if section.get(step) is None:
            section[step] = {}
        section = section[step]
        if not isinstance(section, dict):
            layers.problems[path] = f"{variable}: {'.'.join(above)} holds no keys of its own"
            return
    if (*above, _file_variant(key)) not in layers.origins:
        section.pop(_file_variant(key), None)
    section[key] = value
    layers.origins[path] = variable


def _with_files(layers: Layers, section: Tree, above: KeyPath) -> Tree:
    result: Tree = {}
    for key, value in section.items():
        path = (*above, key)
        if isinstance(value, dict):
            result[key] = _with_files(layers, value, path)
        elif not (isinstance(key, str) and key.endswith(_FILE) and isinstance(value, str)):
            result[key] = value
        elif _file_variant(key) in section:
            where = named(path, layers.origins)
            layers.problems[path] = f"{where}: write either this or {_file_variant(key)}, not both"
        else:
            target = (*above, _file_variant(key))
            layers.origins[target] = layers.origins.get(path, key)
            try:
                result[_file_variant(key)] = _content(
                    layers.folder / _file(value, layers.credentials)
                )
            except ValueError as error:
                layers.problems[target] = f"{named(target, layers.origins)}: {error}"
    return result


def _file(written: str, credentials: str | None) -> Path:
    """Raises ValueError for a credential where there are none."""
    if f"${_CREDENTIALS}" not in written:
        return Path(written)
    if credentials is None:
        raise ValueError(
            "there are no systemd credentials here: start it as the unit, with LoadCredential="
        )
    return Path(written.replace(f"${_CREDENTIALS}", credentials))


def _content(file: Path) -> str:
    """Raises ValueError, in words, when there is nothing to be had."""
    try:
        text = file.read_text(encoding="utf-8").strip()
    except UnicodeDecodeError:
        raise ValueError(f"{file} is not text") from None
    except (OSError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) else "that is no path"
        raise ValueError(f"cannot read {file}: {reason}") from None
    if not text:
        raise ValueError(f"{file} is empty")
    return text


def _file_variant(key: str) -> str:
    return key.removesuffix(_FILE) if key.endswith(_FILE) else key + _FILE


def _copied(tree: Tree) -> Tree:
    return {
        key: _copied(value) if isinstance(value, dict) else value for key, value in tree.items()
    }
