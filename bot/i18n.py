"""Words for people that are shown in their own language."""

from collections.abc import Iterable, Mapping
from typing import Any, Self


class Words(str):
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


def spoken(words: str, /, **values: object) -> Words:
    """What to say, with `values` in the place of their names in braces.

    This marks the words for the catalogues of translations, which are asked where they are shown.
    """
    return Words(words, values)


def together(parts: Iterable[object], by: str = " ") -> Words:
    """One after the other."""
    values = {f"_{number}": each for number, each in enumerate(parts)}
    return Words(by.join(f"{{{name}}}" for name in values), values)


def as_data(words: str) -> Any:
    """For JSON: what is not words any more, such as an amount, has become a string."""
    if not isinstance(words, Words):
        return words
    values = {
        name: as_data(value if isinstance(value, str) else str(value))
        for name, value in words.values.items()
    }
    return {"say": words.pattern, "with": values}


def from_data(data: Any) -> str:
    if isinstance(data, str):
        return data
    return Words(data["say"], {name: from_data(value) for name, value in data["with"].items()})
