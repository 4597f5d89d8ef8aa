"""Pictures without a decoder: what goes in decides what comes out."""

import hashlib
from collections.abc import AsyncIterator, Sequence

from appservice.pictures.file_types import type_of
from appservice.pictures.metadata.cleaning import cleaned, looked_through
from bot.ports import Bar, Metadata, NoPicture, Picture


class FakePictures:
    """Takes whatever begins like a PNG for a picture of 1600 by 1200."""

    def type_of(self, head: bytes) -> str | None:
        return type_of(head)

    def without_metadata(self, file: AsyncIterator[bytes], found: Metadata) -> AsyncIterator[bytes]:
        return cleaned(file, found)

    def with_metadata(self, file: AsyncIterator[bytes], found: Metadata) -> AsyncIterator[bytes]:
        return looked_through(file, found)

    async def look(self, file: bytes) -> Picture:
        if not file.startswith(b"\x89PNG"):
            raise NoPicture("it is a kind of picture that I cannot open.")
        return Picture(
            width=1600,
            height=1200,
            thumbnail=b"thumbnail of " + hashlib.sha256(file).digest(),
            thumbnail_mimetype="image/jpeg",
            thumbnail_width=800,
            thumbnail_height=600,
            teaser=b"teaser",
        )

    async def bars(self, title: str, bars: Sequence[Bar]) -> tuple[bytes, int, int]:
        return f"{title}: {' '.join(bar.words for bar in bars)}".encode(), 960, 480

    async def qr_code(self, words: str) -> tuple[bytes, int, int]:
        return f"to be scanned: {words}".encode(), 330, 330

    async def enlarge(self, teaser: bytes) -> tuple[bytes, int, int]:
        return b"large " + teaser, 480, 360
