"""QR codes, drawn as pictures for the chat and for paper."""

import io

_SQUARE = 10
"""Pixels of each of its squares: large enough to be printed."""


def draw_qr_code(words: str) -> tuple[bytes, int, int]:
    """A PNG with a quiet zone of four squares, as ISO 18004 asks for; its width and height."""
    import segno  # noqa: PLC0415 - loaded with the first one

    code = segno.make_qr(words, error="m")
    file = io.BytesIO()
    code.save(file, kind="png", scale=_SQUARE)
    width, height = code.symbol_size(scale=_SQUARE)
    return file.getvalue(), int(width), int(height)
