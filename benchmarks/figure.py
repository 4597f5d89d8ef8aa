"""One measured figure beside its goal."""

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Figure:
    what: str
    goal: str
    measured: str
    met: bool


def at_least(what: str, measured: float, goal: float, unit: str) -> Figure:
    """A figure that should be high."""
    return Figure(what, f"at least {goal:g}{unit}", f"{measured:.2f}{unit}", measured >= goal)


def at_most(what: str, measured: float, goal: float, unit: str) -> Figure:
    """A figure that should be low."""
    return Figure(what, f"at most {goal:g}{unit}", f"{measured:.2f}{unit}", measured <= goal)


def table(figures: Iterable[Figure]) -> str:
    """Markdown that also reads well in a terminal."""
    rows = [("figure", "goal", "measured", "")]
    rows += [(f.what, f.goal, f.measured, "ok" if f.met else "MISS") for f in figures]
    widths = [max(len(row[column]) for row in rows) for column in range(4)]
    rows.insert(1, tuple("-" * width for width in widths))  # type: ignore[arg-type]
    return "\n".join(
        "| " + " | ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)) + " |"
        for row in rows
    )
