"""Everything that is kept, in one archive, taken while matrix-ppv runs; and back from it.

The database comes first: whatever it names was stored before, so the ciphertexts that follow are all there.
"""

import asyncio
import sqlite3
import tarfile
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from appservice.db.engine import Engine
from appservice.db.engines import engine_at
from appservice.db.missing_database import not_made_yet
from appservice.db.sqlite.sqlite_snapshot import snapshot
from bot.errors import OperatorError, UserError
from config.settings import Settings

_DATABASE, _BLOBS, _CRYPTO, _CONFIG = "ppv.db", "blobs", "crypto", "config.yaml"


@dataclass(frozen=True, slots=True)
class BackupPaths:
    """Where what belongs into an archive lies on this machine."""

    database: Engine
    blobs: Path
    crypto: Path
    required: tuple[Path, ...] = ()
    """The folders that every start makes: without one of them an archive would not be whole."""

    @classmethod
    def of(cls, settings: Settings) -> "BackupPaths":
        blobs, crypto = settings.blobs.folder, settings.encryption.folder
        required = (blobs,) if settings.encryption.direct_rooms == "off" else (blobs, crypto)
        return cls(engine_at(settings.database.address), blobs, crypto, required)


def save(places: BackupPaths, archive: Path, config: Path | None) -> int:
    """Write the archive; its size in bytes. With `config`, the keys are in it.

    Raises OperatorError, and TemporaryError for a database out of reach. For the command line: it runs an event loop.
    """
    for required in places.required:
        if not required.is_dir():
            raise OperatorError(not_made_yet(f"folder {required.absolute()}"))
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
        raise OperatorError(f"the backup could not be made: {error}") from error
    finally:
        partial.unlink(missing_ok=True)
    return archive.stat().st_size


def restore(archive: Path, places: BackupPaths) -> None:
    """Put everything back where nothing is. Raises UserError where something is, and OperatorError.

    For the command line: it runs an event loop.
    """
    if database := asyncio.run(places.database.existing_data()):
        raise UserError(f"A restore replaces nothing. {database}")
    for place in (places.blobs, places.crypto):
        if place.is_dir() and any(place.iterdir()):
            raise UserError(
                f"A restore replaces nothing. {place} is there already. Move it away first, with"
                " matrix-ppv stopped."
            )
    try:
        with tarfile.open(archive, "r") as tar:
            for member in tar:
                if member.isfile() and member.name == _DATABASE:
                    _restore_database(tar, member, places)
                elif member.isfile() and (target := _target(places, member.name)):
                    _extract(tar, member, target)
    except (OSError, tarfile.TarError) as error:
        raise OperatorError(f"{archive} could not be restored: {error}") from error


def _restore_database(tar: tarfile.TarFile, member: tarfile.TarInfo, places: BackupPaths) -> None:
    home = places.blobs.absolute().parent
    home.mkdir(mode=0o700, parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=home) as folder:
        file = Path(folder) / _DATABASE
        _extract(tar, member, file)
        asyncio.run(places.database.restore_from(file))


def _extract(tar: tarfile.TarFile, member: tarfile.TarInfo, target: Path) -> None:
    target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    member.name = target.name
    tar.extract(member, target.parent, filter="data")
    target.chmod(0o600)


def _contents(places: BackupPaths, folder: Path) -> Iterator[tuple[str, Path]]:
    """Names in the archive, and the files to be added under them, one by one."""
    asyncio.run(places.database.save_to(folder / "database"))
    yield _DATABASE, folder / "database"
    for blob in sorted(places.blobs.glob("??/??/*")):
        yield f"{_BLOBS}/{blob.relative_to(places.blobs)}", blob
    for file in sorted(places.crypto.glob("*.json")):
        yield f"{_CRYPTO}/{file.name}", file
    for store in sorted(places.crypto.glob("olm-*.db")):
        snapshot(store, folder / store.name)
        yield f"{_CRYPTO}/{store.name}", folder / store.name


def _target(places: BackupPaths, name: str) -> Path | None:
    """Where a file of the archive belongs; None for what does not belong anywhere."""
    kind, _, rest = name.partition("/")
    if ".." in rest.split("/") or rest.startswith("/"):
        return None
    match kind, rest:
        case (kind, rest) if kind == _BLOBS and rest:
            return places.blobs / rest
        case (kind, rest) if kind == _CRYPTO and rest and "/" not in rest:
            return places.crypto / rest
    return None
