"""Relative paths of the configuration: they start in the folder of the configuration file."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import quote, unquote, urlsplit

from pydantic import SecretStr

from config.settings import Settings


@dataclass(frozen=True, slots=True)
class Location:
    """A path that the configuration names."""

    key: str
    path: Path


def locations(settings: Settings) -> tuple[Location, ...]:
    """Return what matrix-ppv makes on this machine, by the paths as they are written."""
    database = _sqlite_path(settings.database.address)
    return (
        *([Location("database.url", database)] if database else []),
        Location("blobs.url", settings.blobs.folder),
        Location("encryption.folder", settings.encryption.folder),
    )


def anchored(settings: Settings, folder: Path) -> Settings:
    """Return the settings with every relative path put below `folder`, an absolute one."""
    module = settings.keys.pkcs11.module
    changes: dict[str, dict[str, Any]] = {
        "blobs": {"url": f"file://{quote(str(folder / settings.blobs.folder))}"},
        "encryption": {"folder": folder / settings.encryption.folder},
    }
    address = anchored_url(settings.database.address, folder)
    if address != settings.database.address:
        changes["database"] = {"url": SecretStr(address)}
    if "/" in module:  # The system's loader looks for a bare name in its own folders.
        pkcs11 = settings.keys.pkcs11.model_copy(update={"module": str(folder / module)})
        changes["keys"] = {"pkcs11": pkcs11}
    return settings.model_copy(
        update={
            name: getattr(settings, name).model_copy(update=values)
            for name, values in changes.items()
        }
    )


def anchored_url(url: str, folder: Path) -> str:
    """Return the address of a database, with a relative path of an SQLite file put below `folder`."""
    path = _sqlite_path(url)
    if path is None or path.is_absolute():
        return url
    return f"sqlite:///{quote(str(folder / path))}"


def _sqlite_path(url: str) -> Path | None:
    """None for what names no file."""
    parts = urlsplit(url)
    file = parts.scheme == "sqlite" and not parts.netloc and len(parts.path) > 1
    return Path(unquote(parts.path[1:])) if file else None
