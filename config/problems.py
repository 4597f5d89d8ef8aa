"""What is wrong with a configuration, in words that say where and what to do."""

from collections.abc import Iterable, Mapping
from difflib import get_close_matches
from typing import Any, get_args

from pydantic import BaseModel
from pydantic_core import ErrorDetails

KeyPath = tuple[str, ...]

_WORDS = {
    "string_type": "must be text; put it in quotes",
    "string_unicode": "must be text; put it in quotes",
    "bytes_type": "must be text; put it in quotes",
    "path_type": "must be the path of a file or folder, as text",
    "bool_type": "must be true or false",
    "bool_parsing": "must be true or false",
    "byte_size": "must be a size such as 200 MB",
    "byte_size_unit": "must be a size such as 200 MB",
    "model_type": "must hold keys of its own, indented below it",
    "dict_type": "must hold keys of its own, indented below it",
    "mapping_type": "must hold keys of its own, indented below it",
    "tuple_type": "must be a list",
    "literal_error": "must be {expected}",
    "greater_than_equal": "must be {ge} or more",
    "less_than_equal": "must be {le} or less",
    "string_too_short": "must have {min_length} characters or more",
    "string_too_long": "must have {max_length} characters or fewer",
    "too_short": "must have {min_length} entry or more",
    "decimal_max_places": "must have {decimal_places} digits or fewer behind the point",
}
"""By pydantic's kind of error, with what it tells of it. https://docs.pydantic.dev/latest/errors/validation_errors/"""
_BY_BEGINNING = {
    "int_": "must be a whole number",
    "decimal_": "must be a number",
    "finite_": "must be a number",
}
_ANYTHING_ELSE = "cannot be used as it is; config/example.yaml shows what may stand there"


class ConfigError(Exception):
    """The configuration cannot be used. `problems` are lines for people, free of secrets.

    Characters that are not printable are shown as escapes, because names of keys, files and key ids are the
    admin's own text: a problem is always one line, and cannot steer a terminal.
    """

    def __init__(self, problems: Iterable[str]) -> None:
        self.problems = tuple(map(_printable, problems))
        super().__init__("\n".join(self.problems))


def _printable(text: str) -> str:
    if text.isprintable():
        return text
    return "".join(each if each.isprintable() else ascii(each)[1:-1] for each in text)


def in_words(error: ErrorDetails, tree: type[BaseModel], origins: Mapping[KeyPath, str]) -> str:
    """One line for one of pydantic's errors. Never quotes what was given."""
    path = tuple(str(step) for step in error["loc"])
    where = named(path, origins)
    match error["type"]:
        case "missing":
            return f"{where}: missing"
        case "extra_forbidden":
            return f"{where}: there is no such key{_suggestion(path, tree)}"
        case "value_error":
            return f"{where}: {error['ctx']['error']}"
        case kind:
            return f"{where}: {_words(kind, error.get('ctx', {}))}"


def _words(kind: str, limits: Mapping[str, Any]) -> str:
    if kind in _WORDS:
        return _WORDS[kind].format_map(limits)
    begun = (words for beginning, words in _BY_BEGINNING.items() if kind.startswith(beginning))
    return next(begun, _ANYTHING_ELSE)


def named(path: KeyPath, origins: Mapping[KeyPath, str]) -> str:
    """The key with its sections, and where it came from if that is not the file."""
    key = ".".join(path) or "the settings"
    origin = origins.get(path)
    return f"{key} (from {origin})" if origin else key


def _suggestion(path: KeyPath, tree: type[BaseModel]) -> str:
    """The nearest key that exists: beside the unknown one, or else anywhere."""
    beside = {key: (*path[:-1], key) for key in _section_at(path[:-1], tree).model_fields}
    anywhere = {key[-1]: key for key in key_paths(tree) if "*" not in key}
    for known in (beside, anywhere):
        nearest = get_close_matches(path[-1], known, n=1)
        if nearest:
            return f"; did you mean {'.'.join(known[nearest[0]])}?"
    return f"; known here are {', '.join(beside)}"


def key_paths(section: type[BaseModel], above: KeyPath = ()) -> Iterable[KeyPath]:
    """Every key that holds a value; `*` stands for a name of the admin's own."""
    for name, field in section.model_fields.items():
        inner, free_name = _inner_section(field.annotation)
        if inner is None:
            yield (*above, name)
        else:
            yield from key_paths(inner, (*above, name, *(["*"] if free_name else [])))


def _section_at(path: KeyPath, tree: type[BaseModel]) -> type[BaseModel]:
    section, steps = tree, iter(path)
    for step in steps:
        inner, free_name = _inner_section(section.model_fields[step].annotation)
        if inner is None:
            break
        section = inner
        if free_name:
            next(steps, None)
    return section


def _inner_section(annotation: Any) -> tuple[type[BaseModel] | None, bool]:
    """The section that a key holds, and whether it holds several under free names."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation, False
    inner = get_args(annotation)[-1:]
    if inner and isinstance(inner[0], type) and issubclass(inner[0], BaseModel):
        return inner[0], True
    return None, False
