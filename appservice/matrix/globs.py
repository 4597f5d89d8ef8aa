"""Match a Matrix ID against many globs at once, in time that no glob can stretch.

https://spec.matrix.org/v1.17/appendices/#glob-style-matching
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

LONGEST_ENTITY = 255
"""Characters. A Matrix ID is no longer, so a longer glob without a `*` fits none."""
MOST_CHARACTERS = 2**18
"""Of all globs of one list together: some ten thousand rules."""
_BITS_PER_BLOCK = 1024
"""Integers of this size are fast to shift, and few of a block's masks are ever large."""


@dataclass(slots=True)
class _Block:
    """Some globs as one automaton: each bit is a place in a glob up to which a text may have matched.

    This is the bit-parallel simulation of Baeza-Yates and Gonnet ("Shift-And"): one shift for each
    character of the text, whatever the globs are, and no backtracking.
    """

    start: int = 0
    end: int = 0
    loops: int = 0
    """Places where a `*` stands: any character stays there."""
    anything: int = 0
    """Places that a `?` leads to."""
    masks: dict[str, int] = field(default_factory=lambda: defaultdict(int))
    """By character, the places that it leads to."""
    size: int = 0

    def add(self, glob: str) -> None:
        place = 1 << self.size
        self.start |= place
        for character in glob:
            if character == "*":
                self.loops |= place
                continue
            place <<= 1
            if character == "?":
                self.anything |= place
            else:
                self.masks[character] |= place
        self.end |= place
        self.size = place.bit_length()

    def matches(self, text: str) -> bool:
        places = self.start
        for character in text:
            forward = (places << 1) & (self.masks.get(character, 0) | self.anything)
            places = forward | (places & self.loops)
            if not places:
                return False
        return bool(places & self.end)


@dataclass(frozen=True, slots=True)
class Globs:
    """Patterns with `*` and `?`. Most of a list's rules have neither and are found by a look-up."""

    plain: frozenset[str] = frozenset()
    blocks: tuple[_Block, ...] = ()
    left_out: int = 0
    """Rules that are too long, or beyond what one list may hold."""

    @classmethod
    def of(cls, globs: Iterable[str]) -> "Globs":
        plain, patterns, left_out, room = set[str](), list[str](), 0, MOST_CHARACTERS
        for glob in dict.fromkeys(globs):
            room -= len(glob) + 1
            if len(glob) > LONGEST_ENTITY or room < 0:
                left_out += 1
            elif "*" in glob or "?" in glob:
                patterns.append(glob)
            else:
                plain.add(glob)
        return cls(frozenset(plain), tuple(_blocks(patterns)), left_out)

    def match(self, text: str) -> bool:
        """One step for each character of `text` and each block."""
        if len(text) > LONGEST_ENTITY:
            return False
        return text in self.plain or any(block.matches(text) for block in self.blocks)


def _blocks(globs: Iterable[str]) -> Iterator[_Block]:
    block = _Block()
    for glob in globs:
        if block.size and block.size + len(glob) + 1 > _BITS_PER_BLOCK:
            yield block
            block = _Block()
        block.add(glob)
    if block.size:
        yield block
