"""Reading the configuration file."""

from collections.abc import Hashable
from pathlib import Path
from typing import Any

import yaml

from config.problems import ConfigError


class _StrictLoader(yaml.SafeLoader):
    """YAML in which a key that stands twice is an error, not the loss of the first one."""

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Hashable, Any]:  # noqa: FBT001, FBT002 - PyYAML's signature
        seen: set[Hashable] = set()
        for key_node, _ in node.value:
            key = self.construct_object(key_node, deep=True)
            if not isinstance(key, Hashable) or key in seen:
                raise yaml.constructor.ConstructorError(
                    problem=f"the key {key} stands there twice", problem_mark=key_node.start_mark
                )
            seen.add(key)
        return super().construct_mapping(node, deep=deep)


def read(path: Path) -> dict[str, Any]:
    """The keys and values in the file. Raises ConfigError, which never quotes the file."""
    try:
        text = path.read_text(encoding="utf-8")
    except FileNotFoundError:
        missing = (
            f"There is no file {path}. Name yours with --config or PPV_CONFIG,"
            " or start from the example that comes with matrix-ppv (config/example.yaml)."
        )
        raise ConfigError([missing]) from None
    except (OSError, UnicodeDecodeError) as error:
        reason = error.strerror if isinstance(error, OSError) else "it is not UTF-8 text"
        raise ConfigError([f"{path}: cannot be read: {reason}"]) from None
    try:
        content = yaml.load(text, Loader=_StrictLoader)  # noqa: S506 - derived from the safe one
    except yaml.MarkedYAMLError as error:
        raise ConfigError([f"{path}{_place(error)}: {_complaint(error)}"]) from None
    except yaml.YAMLError:
        raise ConfigError([f"{path}: is not YAML"]) from None
    if content is None:
        return {}
    if not isinstance(content, dict) or not all(isinstance(key, str) for key in content):
        raise ConfigError([f"{path}: must hold sections such as homeserver: and appservice:"])
    return content


def _place(error: yaml.MarkedYAMLError) -> str:
    mark = error.problem_mark or error.context_mark
    return f", line {mark.line + 1}" if mark else ""


def _complaint(error: yaml.MarkedYAMLError) -> str:
    problem = error.problem or "not valid YAML"
    if "'@'" in problem or "tag '!" in problem or "alias" in f"{error.context} {problem}":
        return 'Matrix ids and patterns need quotes, as in "@alice:server" and "*:server"'
    return problem
