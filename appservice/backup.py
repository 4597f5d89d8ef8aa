"""Everything that is kept, in one archive, taken while matrix-ppv runs; and back from it.

The database comes first: whatever it names was stored before, so the ciphertexts that follow are all there.
"""

import sqlite3
import tarfile
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from appservice.db.sqlite.location import sqlite_path
from appservice.db.sqlite.snapshot import snapshot
from bot.errors import Broken, Refusal
from config.settings import Settings

_DATABASE, _BLOBS, _CRYPTO, _CONFIG = "ppv.db", "blobs", "crypto", "config.yaml"


@dataclass(frozen=True, slots=True)
class Places:
    """Where what belongs into an archive lies on this machine."""

    database: Path
    blobs: Path
    crypto: Path

    @classmethod
    def of(cls, settings: Settings) -> "Places":
        return cls(
            sqlite_path(settings.database.address),
            settings.blobs.folder,
            settings.encryption.folder,
        )


def save(places: Places, archive: Path, config: Path | None) -> int:
    """Write the archive; its size in bytes. With `config`, the keys are in it. Raises Broken."""
    partial = archive.with_name(f"{archive.name}.partial")
    try:
        partial.touch(mode=0o600)
        with (
            tempfile.TemporaryDirectory(dir=archive.parent) as folder,
            tarfile.open(partial, "w") as tar,
        ):
            for name, file in _contents(places, Path(folder)):
                tar.add(file, name, recursive=False)
            if config is not None:
                tar.add(config, _CONFIG)
        partial.replace(archive)
    except (OSError, sqlite3.Error) as error:
        partial.unlink(missing_ok=True)
        raise Broken(f"the backup could not be made: {error}") from error
    return archive.stat().st_size


def restore(archive: Path, places: Places) -> None:
    """Put everything back where nothing is. Raises Refusal where something is, and Broken."""
    for place in (places.database, places.blobs, places.crypto):
        if (place.is_dir() and any(place.iterdir())) or place.is_file():
            raise Refusal(
                f"{place} is there already, and a restore replaces nothing. Move it away first, with"
                " matrix-ppv stopped."
            )
    try:
        with tarfile.open(archive, "r") as tar:
            for member in tar:
                target = _target(places, member.name)
                if target is None or not member.isfile():
                    continue
                target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
                member.name = target.name
                tar.extract(member, target.parent, filter="data")
                target.chmod(0o600)
    except (OSError, tarfile.TarError) as error:
        raise Broken(f"{archive} could not be restored: {error}") from error


def _contents(places: Places, folder: Path) -> Iterator[tuple[str, Path]]:
    """Names in the archive, and the files to be added under them, one by one."""
    snapshot(places.database, folder / "database")
    yield _DATABASE, folder / "database"
    for blob in sorted(places.blobs.glob("??/??/*")):
        yield f"{_BLOBS}/{blob.relative_to(places.blobs)}", blob
    for file in sorted(places.crypto.glob("*.json")):
        yield f"{_CRYPTO}/{file.name}", file
    for store in sorted(places.crypto.glob("olm-*.db")):
        snapshot(store, folder / store.name)
        yield f"{_CRYPTO}/{store.name}", folder / store.name


def _target(places: Places, name: str) -> Path | None:
    """Where a file of the archive belongs; None for what does not belong anywhere."""
    kind, _, rest = name.partition("/")
    if ".." in rest.split("/") or rest.startswith("/"):
        return None
    match kind, rest:
        case (kind, "") if kind == _DATABASE:
            return places.database
        case (kind, rest) if kind == _BLOBS and rest:
            return places.blobs / rest
        case (kind, rest) if kind == _CRYPTO and rest and "/" not in rest:
            return places.crypto / rest
    return None
