"""Words for people that are shown in their own language."""

from collections.abc import Mapping
from typing import Self


class Words(str):
    """A sentence in English that remembers how it was put together, so that it can be said in any language.

    What is put in may be words as well, or anything else that each language writes in its own way.
    """

    __slots__ = ("pattern", "values")
    pattern: str
    values: Mapping[str, object]

    def __new__(cls, pattern: str, values: Mapping[str, object]) -> Self:
        words = super().__new__(cls, pattern.format(**values))
        words.pattern, words.values = pattern, values
        return words

    def __reduce__(self) -> tuple[type[Self], tuple[str, Mapping[str, object]]]:
        """What a copy is made from."""
        return type(self), (self.pattern, self.values)


def spoken(words: str, **values: object) -> str:
    """What to say, with `values` in the place of their names in braces.

    This marks the words for the catalogues of translations, which are asked where they are shown.
    """
    return Words(words, values) if values else words
