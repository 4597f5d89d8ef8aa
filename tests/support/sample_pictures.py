"""Pictures to be looked at."""

import io
from pathlib import Path

from PIL import Image

CASES = Path(__file__).parents[1] / "cases"
"""Small files that failed elsewhere."""


def opened(file: bytes) -> Image.Image:
    return Image.open(io.BytesIO(file))


def png(image: Image.Image, **more: object) -> bytes:
    file = io.BytesIO()
    image.save(file, "PNG", **more)
    return file.getvalue()


def noise(width: int, height: int) -> Image.Image:
    """Each pixel another colour, the same every time."""
    pixels = bytes((x * x + 7 * y * y + 31 * x * y + 97 * c) % 251 for y in range(height)
                   for x in range(width) for c in range(3))  # fmt: skip
    return Image.frombytes("RGB", (width, height), pixels)


def board(square: int, side: int = 640) -> bytes:
    """A chessboard with squares of so many pixels, in fine lines that a teaser must not show."""
    pixels = bytes(
        255 * ((x // square + y // square) % 2) for y in range(side) for x in range(side)
    )
    return png(Image.frombytes("L", (side, side), pixels).convert("RGB"))
