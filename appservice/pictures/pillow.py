"""Looking at pictures: a thumbnail for buyers, and a teaser for everybody."""

import asyncio
import io
from collections.abc import Sequence
from typing import TYPE_CHECKING

from appservice.pictures.charts import draw_bars
from appservice.pictures.qr_code import draw_qr_code
from bot.ports import Bar, Picture

if TYPE_CHECKING:  # Pillow is loaded with the first picture, so that an idle bot stays small.
    from PIL.Image import Image

TEASER_SIDE = 16
"""Pixels. What is averaged away at this size cannot be had back."""
_ENLARGED_SIDE = 480
_THUMBNAIL = (800, 600)
_MOST_PIXELS = 60_000_000


class PillowPictures:
    """Decodes in a thread."""

    async def look(self, file: bytes) -> Picture | None:
        return await asyncio.to_thread(_look, file)

    async def bars(self, title: str, bars: Sequence[Bar]) -> tuple[bytes, int, int]:
        return await asyncio.to_thread(draw_bars, title, bars)

    async def qr_code(self, words: str) -> tuple[bytes, int, int]:
        return await asyncio.to_thread(draw_qr_code, words)

    async def enlarge(self, teaser: bytes) -> tuple[bytes, int, int]:
        return await asyncio.to_thread(_enlarge, teaser)


def _look(file: bytes) -> Picture | None:
    picture = _decoded(file)
    if picture is None:
        return None
    thumbnail = picture.copy()
    thumbnail.thumbnail(_THUMBNAIL)
    see_through = picture.mode == "RGBA"
    return Picture(
        width=picture.width,
        height=picture.height,
        thumbnail=_saved(thumbnail, "PNG" if see_through else "JPEG"),
        thumbnail_mimetype="image/png" if see_through else "image/jpeg",
        thumbnail_width=thumbnail.width,
        thumbnail_height=thumbnail.height,
        teaser=_saved(_teaser(picture), "PNG"),
    )


def _decoded(file: bytes) -> "Image | None":
    from PIL import Image, ImageOps

    try:
        with Image.open(io.BytesIO(file)) as image:
            if image.width * image.height > _MOST_PIXELS:
                return None
            upright = ImageOps.exif_transpose(image)
            see_through = "A" in upright.getbands() or "transparency" in upright.info
            return upright.convert("RGBA" if see_through else "RGB")
    except (OSError, SyntaxError, ValueError, Image.DecompressionBombError):
        return None  # Pillow's ways of saying that this is no picture, or a damaged one.


def _teaser(picture: "Image") -> "Image":
    """Each pixel is the mean of all that it stands for; nothing else of the picture goes in."""
    from PIL import Image

    if picture.mode == "RGBA":
        paper = Image.new("RGBA", picture.size, "white")
        picture = Image.alpha_composite(paper, picture).convert("RGB")
    scale = TEASER_SIDE / max(picture.size)
    width, height = (max(1, min(TEASER_SIDE, round(side * scale))) for side in picture.size)
    return picture.resize((width, height), Image.Resampling.BOX)


def _enlarge(teaser: bytes) -> tuple[bytes, int, int]:
    from PIL import Image

    with Image.open(io.BytesIO(teaser)) as tiny:
        factor = _ENLARGED_SIDE // max(tiny.size)
        large = tiny.resize((tiny.width * factor, tiny.height * factor), Image.Resampling.NEAREST)
        return _saved(large, "PNG"), large.width, large.height


def _saved(picture: "Image", kind: str) -> bytes:
    file = io.BytesIO()
    picture.save(file, kind, quality=82, optimize=True)
    return file.getvalue()
