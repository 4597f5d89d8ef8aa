"""Files that are neither seen nor heard in a chat."""

import hashlib
import io
import zipfile

from sandbox.sample_media.media_file import MediaFile

_LONG_AGO = (2026, 1, 1, 0, 0, 0)


def document(name: str = "recipe.pdf", *, text: str = "The secret recipe") -> MediaFile:
    """A PDF of one page that says `text` (no parentheses, no backslashes)."""
    page = f"BT /F1 28 Tf 72 720 Td ({text}) Tj ET".encode()
    objects = [
        b"<</Type/Catalog/Pages 2 0 R>>",
        b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
        b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Contents 4 0 R/Resources 6 0 R>>",
        b"<</Length %d>>stream\n%b\nendstream" % (len(page), page),
        b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>",
        b"<</Font<</F1 5 0 R>>>>",
    ]
    pdf = bytearray(b"%PDF-1.4\n")
    offsets = []
    for number, body in enumerate(objects, 1):
        offsets.append(len(pdf))
        pdf += b"%d 0 obj%b endobj\n" % (number, body)
    start = len(pdf)
    pdf += b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1)
    pdf += b"".join(b"%010d 00000 n \n" % offset for offset in offsets)
    pdf += b"trailer<</Size %d/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF\n" % (len(objects) + 1, start)
    return MediaFile(name=name, mimetype="application/pdf", data=bytes(pdf))


def archive(name: str = "brushes.zip", *, entries: int = 3) -> MediaFile:
    """A ZIP of small text files."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as folder:
        for number in range(1, entries + 1):
            entry = zipfile.ZipInfo(f"brush-{number}.txt", date_time=_LONG_AGO)
            folder.writestr(entry, f"brush number {number}\n" * 20)
    return MediaFile(name=name, mimetype="application/zip", data=buffer.getvalue())


def blob(name: str = "samples.bin", *, size: int, seed: int = 1) -> MediaFile:
    """`size` bytes that do not compress."""
    data = hashlib.shake_256(seed.to_bytes(8, "big")).digest(size)
    return MediaFile(name=name, mimetype="application/octet-stream", data=data)
