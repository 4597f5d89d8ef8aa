"""Decode pictures that strangers made, in a process of its own that a few limits hold.

Run as a script, with nothing of ours imported. It reads pictures from its standard input and answers on
its standard output; each message is a length of four bytes and so many bytes. What goes wrong, up to a
crash of the decoder's C code, ends this process and nothing else.
"""

import io
import json
import os
import resource
import sys
import warnings
from collections.abc import Iterable, Iterator
from typing import Any

from PIL import (
    AvifImagePlugin,
    Image,
    ImageChops,
    ImageStat,
    UnidentifiedImageError,
    features,
)

FORMATS = ("JPEG", "PNG", "GIF", "WEBP", "AVIF", "BMP")
"""What browsers show. No EPS, which starts Ghostscript, and no format that few use and few look after."""
MEMORY_BYTES = 320 * 1024 * 1024
CPU_SECONDS = 20
_MOST_PIXELS = 60_000_000
"""Four bytes each are 240 MB."""
_MOST_JPEG_PIXELS = 400_000_000
"""A JPEG is decoded at a half, a quarter or an eighth of its size."""
THUMBNAIL = (800, 600)
TEASER_SIDE = 16
"""Pixels. What is averaged away at this size cannot be had back."""
PIXELS_EACH = 64
"""Each pixel of a teaser is the mean of so many at least."""
LEAST_LOSS = 3.0
"""How far, of 255, a teaser must be from its picture on average: pixel art is not to be read off it."""


_METHODS = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}
"""By the orientation that EXIF tells."""


def decode(file: bytes) -> tuple[dict[str, Any], bytes, bytes]:
    """Return facts, a thumbnail as PNG or JPEG, and the teaser's pixels in RGB; none where it has no teaser."""
    with Image.open(io.BytesIO(file), formats=FORMATS) as image:
        most = _MOST_JPEG_PIXELS if image.format in {"JPEG", "MPO"} else _MOST_PIXELS
        if image.width * image.height > most:
            raise MemoryError
        size = image.size
        image.draft("RGB", (THUMBNAIL[0] * 2, THUMBNAIL[1] * 2))
        if image.width * image.height > _MOST_PIXELS:
            raise MemoryError
        turned = image.getexif().get(0x0112) in {5, 6, 7, 8}
        see_through = "A" in image.getbands() or "transparency" in image.info
        mode = "RGBA" if see_through else "RGB"
        small = image if image.mode == mode else image.convert(mode)
        squares = [_turned(each, image) for each in _squares(small, size[0] * size[1])]
        small.thumbnail(THUMBNAIL[::-1] if turned else THUMBNAIL)
        thumbnail = _pixels(_turned(small, image))
    teaser = teaser_of(_on_paper(thumbnail), squares)
    width, height = reversed(size) if turned else size
    facts = {
        "width": width,
        "height": height,
        "thumbnail": thumbnail.size,
        "mimetype": "image/png" if see_through else "image/jpeg",
        "teaser": teaser.size if teaser else None,
    }
    kept = io.BytesIO()
    thumbnail.save(kept, "PNG" if see_through else "JPEG", quality=82, optimize=True)
    return facts, kept.getvalue(), teaser.tobytes() if teaser else b""


def teaser_of(picture: Image.Image, squares: Iterable[Image.Image]) -> Image.Image | None:
    """Return the finest that is far enough from the picture; None if even the coarsest would give it away."""
    for each in squares:
        back = each.resize(picture.size, Image.Resampling.NEAREST)
        loss = ImageStat.Stat(ImageChops.difference(picture, back)).mean
        if sum(loss) / len(loss) >= LEAST_LOSS:
            return _pixels(each)
    return None


def _squares(picture: Image.Image, pixels: int) -> Iterator[Image.Image]:
    """Yield the picture in means, the finest first. `pixels`: how many the goods have."""
    side = TEASER_SIDE
    while side:
        scale = side / max(picture.size)
        width, height = (max(1, min(side, round(each * scale))) for each in picture.size)
        if width * height * PIXELS_EACH <= pixels:
            yield _on_paper(picture.resize((width, height), Image.Resampling.BOX))
        side //= 2


def _turned(picture: Image.Image, image: Image.Image) -> Image.Image:
    """Return `picture` upright, as `image` says that it lies."""
    method = _METHODS.get(image.getexif().get(0x0112, 1))
    return picture if method is None else picture.transpose(method)


def _on_paper(picture: Image.Image) -> Image.Image:
    if picture.mode != "RGBA":
        return picture
    paper = Image.new("RGBA", picture.size, "white")
    return Image.alpha_composite(paper, picture).convert("RGB")


def _pixels(picture: Image.Image) -> Image.Image:
    """Return the same without anything else: no colour profile, place, camera, comment or text."""
    return Image.frombytes(picture.mode, picture.size, picture.tobytes())


def _limit() -> None:
    """From here on: no file, no core, and so much memory more than what is loaded by now."""
    Image.preinit()
    features.check("avif")
    AvifImagePlugin.DEFAULT_MAX_THREADS = 1
    with open("/proc/self/statm", encoding="ascii") as statm:  # noqa: PTH123 - nothing more is loaded
        used = int(statm.read().split()[0]) * resource.getpagesize()
    resource.setrlimit(resource.RLIMIT_AS, (used + MEMORY_BYTES, used + MEMORY_BYTES))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    os.nice(10)


def _limit_seconds() -> None:
    usage = resource.getrusage(resource.RUSAGE_SELF)
    end = int(usage.ru_utime + usage.ru_stime) + CPU_SECONDS
    resource.setrlimit(resource.RLIMIT_CPU, (end, resource.RLIM_INFINITY))


def _read() -> bytes | None:
    head = sys.stdin.buffer.read(4)
    if len(head) < 4:
        return None
    return sys.stdin.buffer.read(int.from_bytes(head, "big"))


def _write(*messages: bytes) -> None:
    for each in messages:
        sys.stdout.buffer.write(len(each).to_bytes(4, "big") + each)
    sys.stdout.buffer.flush()


def main() -> None:
    warnings.simplefilter("ignore")
    _limit()
    while (file := _read()) is not None:
        _limit_seconds()
        try:
            facts, thumbnail, teaser = decode(file)
        except (MemoryError, Image.DecompressionBombError):
            # What a decoder leaves behind after that is not known: the next picture has a new process.
            _write(b'{"problem": "large"}')
            return
        except Exception as error:  # noqa: BLE001 - decoders raise anything
            unknown = isinstance(error, UnidentifiedImageError)
            _write(json.dumps({"problem": "unknown" if unknown else "damaged"}).encode())
            continue
        _write(json.dumps(facts).encode(), thumbnail, teaser)


if __name__ == "__main__":
    main()
