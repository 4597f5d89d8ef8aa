"""Files that lie where relative paths started before: in the working folder."""

from collections.abc import Iterator
from pathlib import Path

from config.locations import Location, locations
from config.settings import Settings


def left_behind(written: Settings, folder: Path) -> Iterator[str]:
    """Say what lies at a relative path below the working folder, and not below `folder`, where it counts now.

    `written` has its paths as they stand in the configuration.
    """
    here = Path.cwd()
    for each in locations(written):
        old, new = here / each.path, folder / each.path
        if not each.path.is_absolute() and _holds_something(old) and not _holds_something(new):
            yield _words(each, old, new)


def _words(each: Location, old: Path, new: Path) -> str:
    return (
        f"{each.key}: there is nothing at {new}, but something at {old}. Relative paths start in the folder of the"
        f" configuration file, no longer in the working folder: write {_absolute(each.key, old)}, or move it."
    )


def _absolute(key: str, path: Path) -> str:
    schemes = {"database.url": "sqlite:///", "blobs.url": "file://"}
    return f"{schemes.get(key, '')}{path}"


def _holds_something(path: Path) -> bool:
    """Whether there is a file, or a folder that is not empty."""
    try:
        return any(path.iterdir()) if path.is_dir() else path.exists()
    except OSError:
        return False
