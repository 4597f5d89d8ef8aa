"""Charts, drawn as pictures for the chat."""

import io
from collections.abc import Sequence
from typing import TYPE_CHECKING

from bot.ports import Bar

if TYPE_CHECKING:
    from PIL.ImageDraw import ImageDraw
    from PIL.ImageFont import FreeTypeFont, ImageFont

_WIDTH, _HEIGHT = 960, 480
_LEFT, _RIGHT, _TOP, _BOTTOM = 40, 40, 110, 60
_PAPER, _INK, _FAINT, _GREEN, _RED = "#ffffff", "#1d2733", "#c8d1da", "#0b7a3b", "#b3261e"


def draw_bars(title: str, bars: Sequence[Bar]) -> tuple[bytes, int, int]:
    """A PNG, with its width and height. Negative heights hang below the line, in red."""
    from PIL import Image, ImageDraw, ImageFont  # noqa: PLC0415 - Pillow is loaded with the first picture

    picture = Image.new("RGB", (_WIDTH, _HEIGHT), _PAPER)
    draw = ImageDraw.Draw(picture)
    draw.text((_LEFT, 34), title, fill=_INK, font=ImageFont.load_default(30))
    _draw(draw, bars, ImageFont.load_default(17))
    file = io.BytesIO()
    picture.save(file, "PNG", optimize=True)
    return file.getvalue(), _WIDTH, _HEIGHT


def _draw(draw: "ImageDraw", bars: Sequence[Bar], font: "ImageFont | FreeTypeFont") -> None:
    heights = [bar.height for bar in bars]
    top, low = max([0.0, *heights]), min([0.0, *heights])
    scale = (_HEIGHT - _TOP - _BOTTOM) / ((top - low) or 1.0)
    zero = _TOP + top * scale
    step = (_WIDTH - _LEFT - _RIGHT) / max(len(bars), 1)
    for number, bar in enumerate(bars):
        middle = _LEFT + (number + 0.5) * step
        end = zero - bar.height * scale
        box = (middle - step * 0.32, min(zero, end), middle + step * 0.32, max(zero, end))
        if bar.height:
            draw.rounded_rectangle(box, radius=5, fill=_GREEN if bar.height > 0 else _RED)
        above = min(zero, end) - 8
        draw.text((middle, above), bar.words, fill=_INK, font=font, anchor="mb")
        draw.text((middle, _HEIGHT - 24), bar.label, fill=_INK, font=font, anchor="mm")
    draw.line((_LEFT, zero, _WIDTH - _RIGHT, zero), fill=_FAINT, width=2)
