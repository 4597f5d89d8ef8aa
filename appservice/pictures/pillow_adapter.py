"""Looking at pictures: a thumbnail for buyers, and a teaser for everybody."""

import asyncio
import io
import json
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Any, Self

from appservice.pictures.charts import draw_bars
from appservice.pictures.decoder_process import DecoderFailed, DecoderProcess
from appservice.pictures.file_types import type_of
from appservice.pictures.metadata.cleaning import cleaned, looked_through
from appservice.pictures.qr_code import draw_qr_code
from bot.i18n import gettext_lazy
from bot.ports import Bar, Metadata, NoPicture, Picture

if TYPE_CHECKING:  # Pillow is loaded with the first picture, so that an idle bot stays small.
    from PIL.Image import Image

_ENLARGED_SIDE = 480
_UNKNOWN = gettext_lazy("it is a kind of picture that I cannot open.")
_DAMAGED = gettext_lazy("it seems to be damaged.")
_LARGE = gettext_lazy("it has more pixels than I can look at.")
_BROKE = gettext_lazy("opening it took too long, or failed.")
_WORDS = {"unknown": _UNKNOWN, "damaged": _DAMAGED, "large": _LARGE}
_LARGEST_THUMBNAIL = 800
TEASER_SIDE = 16
"""Pixels, of the long side at most."""


class PillowPictures:
    """Decodes in a process of its own, one picture at a time."""

    def __init__(self) -> None:
        self._decoder = DecoderProcess()

    @classmethod
    @asynccontextmanager
    async def open(cls) -> AsyncIterator[Self]:
        """At the end its process ends as well."""
        pictures = cls()
        try:
            yield pictures
        finally:
            await pictures.close()

    def type_of(self, head: bytes) -> str | None:
        return type_of(head)

    def without_metadata(self, file: AsyncIterator[bytes], found: Metadata) -> AsyncIterator[bytes]:
        return cleaned(file, found)

    def with_metadata(self, file: AsyncIterator[bytes], found: Metadata) -> AsyncIterator[bytes]:
        return looked_through(file, found)

    async def look(self, file: bytes) -> Picture:
        """Raises NoPicture."""
        try:
            facts, *parts = await self._decoder.decode(file)
            problem = _told(facts).get("problem")
            if problem is not None:
                raise NoPicture(_WORDS.get(str(problem), _BROKE))
            return _picture(_told(facts), *parts)
        except (DecoderFailed, ValueError, KeyError, TypeError) as error:
            raise NoPicture(_BROKE) from error

    async def bars(self, title: str, bars: Sequence[Bar]) -> tuple[bytes, int, int]:
        return await asyncio.to_thread(draw_bars, title, bars)

    async def qr_code(self, words: str) -> tuple[bytes, int, int]:
        return await asyncio.to_thread(draw_qr_code, words)

    async def enlarge(self, teaser: bytes) -> tuple[bytes, int, int]:
        return await asyncio.to_thread(_enlarge, teaser)

    async def close(self) -> None:
        await self._decoder.close()


def _told(facts: bytes) -> dict[str, Any]:
    told = json.loads(facts)
    if not isinstance(told, dict):
        raise TypeError("the decoder said nothing of the picture")
    return told


def _picture(facts: dict[str, Any], thumbnail: bytes, teaser: bytes) -> Picture:
    """The teaser's pixels alone are taken of what a decoder says, in a file that is written here."""
    width, height = (int(each) for each in facts["thumbnail"])
    if not 0 < max(width, height) <= _LARGEST_THUMBNAIL or min(width, height) < 1:
        raise ValueError("that is no thumbnail")
    return Picture(
        width=int(facts["width"]),
        height=int(facts["height"]),
        thumbnail=thumbnail,
        thumbnail_mimetype="image/png" if facts["mimetype"] == "image/png" else "image/jpeg",
        thumbnail_width=width,
        thumbnail_height=height,
        teaser=_teaser(teaser, *facts["teaser"]) if facts["teaser"] else None,
    )


def _teaser(pixels: bytes, width: int, height: int) -> bytes:
    from PIL import Image

    if not (1 <= width <= TEASER_SIDE and 1 <= height <= TEASER_SIDE):
        raise ValueError("that is no teaser")
    return _saved(Image.frombytes("RGB", (width, height), pixels))


def _enlarge(teaser: bytes) -> tuple[bytes, int, int]:
    from PIL import Image

    with Image.open(io.BytesIO(teaser), formats=("PNG",)) as tiny:
        factor = _ENLARGED_SIDE // max(tiny.size)
        pixels = Image.frombytes("RGB", tiny.size, tiny.convert("RGB").tobytes())
        size = (tiny.width * factor, tiny.height * factor)
        large = pixels.resize(size, Image.Resampling.NEAREST)
        return _saved(large), large.width, large.height


def _saved(picture: "Image") -> bytes:
    file = io.BytesIO()
    picture.save(file, "PNG", optimize=True)
    return file.getvalue()
