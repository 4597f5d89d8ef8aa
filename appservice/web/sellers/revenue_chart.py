"""Bars for a page, drawn as SVG in its template. The colours are the stylesheet's."""

from collections.abc import Sequence
from dataclasses import dataclass

from bot.ports import Bar
from bot.services.reporting.funnel import Funnel

WIDTH, HEIGHT = 720, 200
_TOP, _BOTTOM = 24, 24


@dataclass(frozen=True, slots=True)
class DrawnBar:
    """Lengths in the units of the picture."""

    label: str
    words: str
    x: float
    y: float
    width: float
    height: float
    middle: float
    below: bool
    """It hangs below the line: more went than came."""


def drawn(bars: Sequence[Bar]) -> tuple[list[DrawnBar], float]:
    """The bars, and where the line stands that they stand on."""
    top, low = (edge([0.0, *(bar.height for bar in bars)]) for edge in (max, min))
    scale = (HEIGHT - _TOP - _BOTTOM) / ((top - low) or 1.0)
    zero, step = _TOP + top * scale, WIDTH / max(len(bars), 1)
    return [
        DrawnBar(
            label=bar.label,
            words=bar.words,
            x=round((number + 0.2) * step, 1),
            y=round(min(zero, zero - bar.height * scale), 1),
            width=round(step * 0.6, 1),
            height=round(abs(bar.height * scale), 1),
            middle=round((number + 0.5) * step, 1),
            below=bar.height < 0,
        )
        for number, bar in enumerate(bars)
    ], round(zero, 1)


@dataclass(frozen=True, slots=True)
class DrawnSteps:
    """The steps of one week, side by side."""

    label: str
    words: str
    middle: float
    top: float
    bars: tuple[DrawnBar, ...]


def drawn_steps(funnel: Funnel) -> tuple[DrawnSteps, ...]:
    most = max(max(week.steps) for week in funnel.weeks) or 1
    across, floor = WIDTH / len(funnel.weeks), HEIGHT - _BOTTOM
    scale = (floor - _TOP) / most
    drawn = []
    for number, week in enumerate(funnel.weeks):
        left, wide = (number + 0.1) * across, across * 0.8 / len(week.steps)
        bars = tuple(
            DrawnBar(
                label=week.label,
                words=str(taken),
                x=round(left + step * wide, 1),
                y=round(floor - taken * scale, 1),
                width=round(wide * 0.85, 1),
                height=round(taken * scale, 1),
                middle=round(left + (step + 0.5) * wide, 1),
                below=False,
            )
            for step, taken in enumerate(week.steps)
        )
        middle = round((number + 0.5) * across, 1)
        drawn.append(DrawnSteps(week.label, week.share, middle, bars[0].y, bars))
    return tuple(drawn)
