"""Marks in what people send, and where they turn up again: on the disks of matrix-ppv and of the homeserver."""

import base64
import io
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from PIL import Image, ImageChops, ImageStat, UnidentifiedImageError

from sandbox.environment import Environment
from sandbox.sample_media import MediaFile

_SLICE = 32
_LEAST = 8
"""Characters of base 64 that are looked for: what is shorter stands anywhere by chance."""
_SIDE = 32
_ALIKE = 12.0
"""Mean difference of grey levels below which two pictures show the same."""
_TEASER_SIDE = 16


@dataclass(frozen=True, slots=True)
class Finding:
    kind: str
    """`name`, `words`, `key`, `bytes` or `picture`."""
    place: str
    file: str


@dataclass(slots=True)
class Canary:
    """What was sent, to be looked for."""

    names: set[str] = field(default_factory=set)
    words: set[str] = field(default_factory=set)
    keys: set[str] = field(default_factory=set)
    """As they stand in a JSON Web Key: base 64 for addresses, without padding."""
    files: list[bytes] = field(default_factory=list)

    def sends(self, media: MediaFile) -> None:
        self.names.add(media.name)
        self.files += [media.data, *([media.poster.data] if media.poster else [])]

    def found_in(self, town: Environment, more: Mapping[str, Path] | None = None) -> set[Finding]:
        """In every file that the two programs keep, whatever it is, and in `more` folders by name."""
        found = set()
        for place, file in [*places(town), *files_in(more or {})]:
            try:
                data = file.read_bytes()
            except FileNotFoundError:
                continue  # A program at work deletes files.
            kinds = set(self._kinds_in(data))
            if "picture" in kinds and has_its_original(file):
                kinds.remove("picture")
            found |= {Finding(kind, place, file.name) for kind in kinds}
        return found

    def _kinds_in(self, data: bytes) -> Iterator[str]:
        for kind, marks in (("name", self.names), ("words", self.words)):
            if any(holds(data, mark.encode()) for mark in marks):
                yield kind
        raw_keys = [base64.urlsafe_b64decode(f"{key}==") for key in self.keys]
        if any(holds(data, key) for key in raw_keys):
            yield "key"
        if any(file[at : at + _SLICE] in data for file in self.files for at in _samples(file)):
            yield "bytes"
        if any(shows_the_same(data, file) for file in self.files):
            yield "picture"


def has_its_original(file: Path) -> bool:
    """Whether it is a thumbnail that Synapse made of what it still has: that shows more, and is searched itself."""
    *above, _ = file.parts
    if "local_thumbnails" not in above:
        return False
    at = above.index("local_thumbnails")
    return Path(*above[:at], "local_content", *above[at + 1 :]).exists()


def places(town: Environment) -> Iterator[tuple[str, Path]]:
    """Every file of both programs by the name of its place. The configuration holds secrets by its nature."""
    ours, theirs = town.product.configuration.folder, town.synapse.folder
    for root, base in ((ours, "ours"), (theirs, "homeserver")):
        for file in sorted(root.rglob("*")):
            if file.is_file() and file.name not in {"config.yaml", "homeserver.yaml"}:
                inside = file.relative_to(root).parts
                yield f"{base} {inside[0].removesuffix('-wal').removesuffix('-shm')}", file


def files_in(folders: Mapping[str, Path]) -> Iterator[tuple[str, Path]]:
    for name, folder in folders.items():
        for file in sorted(folder.rglob("*")):
            if file.is_file():
                yield name, file


def holds(data: bytes, mark: bytes) -> bool:
    """Whether it stands there in any spelling."""
    return any(spelling in data for spelling in spellings(mark))


def spellings(mark: bytes) -> set[bytes]:
    """Raw, hex, as JSON escapes it, and in both alphabets of base 64 at each of the three shifts."""
    found = {mark, mark.hex().encode(), mark.hex().upper().encode()}
    try:
        text = mark.decode()
        found.add(json.dumps(text)[1:-1].encode())
        found.add("".join(f"\\u{ord(each):04x}" for each in text).encode())
    except UnicodeDecodeError:
        pass
    for encode in (base64.b64encode, base64.urlsafe_b64encode):
        for shift in range(3):
            # The first and the last characters depend on what stands around the mark.
            inside = encode(b"\0" * shift + mark)[4 if shift else 0 :].rstrip(b"=")[:-1]
            if len(inside) >= _LEAST:
                found.add(inside)
    return found


def _samples(file: bytes) -> Iterator[int]:
    """Places in a file: headers are alike in many."""
    return iter(range(len(file) // 4, len(file) - _SLICE, max(1, len(file) // 16)))


def shows_the_same(data: bytes, file: bytes) -> bool:
    """Whether both are pictures of the same, and `data` shows more of it than a teaser may."""
    stored, sent = _picture(data), _picture(file)
    if stored is None or sent is None or _is_teaser(stored):
        return False
    small = [each.convert("L").resize((_SIDE, _SIDE)) for each in (stored, sent)]
    mean: float = ImageStat.Stat(ImageChops.difference(small[0], small[1])).mean[0]
    return mean < _ALIKE


def _picture(data: bytes) -> Image.Image | None:
    try:
        with Image.open(io.BytesIO(data), formats=["JPEG", "PNG", "WEBP", "GIF"]) as picture:
            return picture.convert("RGB")
    except (UnidentifiedImageError, OSError, ValueError):
        return None


def _is_teaser(picture: Image.Image) -> bool:
    """Squares of one colour each: 16 on the long side at most, however large it is shown."""
    scale = max(picture.size) / _TEASER_SIDE
    if scale <= 1:
        return True
    size = (max(1, round(picture.width / scale)), max(1, round(picture.height / scale)))
    centres = picture.resize(size, Image.Resampling.NEAREST)
    again = centres.resize(picture.size, Image.Resampling.NEAREST)
    mean: float = ImageStat.Stat(ImageChops.difference(again, picture).convert("L")).mean[0]
    return mean < 1.0
