"""Bars for a page, drawn as SVG in its template. The colours are the stylesheet's."""

from collections.abc import Sequence
from dataclasses import dataclass

from bot.ports import Bar

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
