"""Words for people that are shown in their own language."""

from collections.abc import Iterable, Mapping
from typing import Any, Self


class Translatable(str):
    """A sentence in English that remembers how it was put together, so that it can be said in any language.

    What is put in may be words as well, or anything else that each language writes in its own way. Plain
    strings in it are names and what somebody typed: they stay as they are.
    """

    __slots__ = ("pattern", "values")
    pattern: str
    values: Mapping[str, object]

    def __new__(cls, pattern: str, values: Mapping[str, object]) -> Self:
        words = super().__new__(cls, pattern.format(**values) if values else pattern)
        words.pattern, words.values = pattern, values
        return words

    def __reduce__(self) -> tuple[type[Self], tuple[str, Mapping[str, object]]]:
        """What a copy is made from."""
        return type(self), (self.pattern, self.values)


def gettext_lazy(words: str, /, **values: object) -> Translatable:
    """What to say, with `values` in the place of their names in braces.

    This marks the words for the catalogues of translations, which are asked where they are shown.
    """
    return Translatable(words, values)


def concat(parts: Iterable[object], by: str = " ") -> Translatable:
    """One after the other."""
    values = {f"_{number}": each for number, each in enumerate(parts)}
    return Translatable(by.join(f"{{{name}}}" for name in values), values)


def dump_translatable(words: str) -> Any:
    """For JSON: what is not words any more, such as an amount, has become a string."""
    if not isinstance(words, Translatable):
        return words
    values = {
        name: dump_translatable(value if isinstance(value, str) else str(value))
        for name, value in words.values.items()
    }
    return {"say": words.pattern, "with": values}


def load_translatable(data: Any) -> str:
    if isinstance(data, str):
        return data
    return Translatable(
        data["say"], {name: load_translatable(value) for name, value in data["with"].items()}
    )
