"""PostgreSQL's programs, and who runs them."""

import getpass
import os
import pwd
import shutil
from pathlib import Path
from typing import Any

_DEBIAN = Path("/usr/lib/postgresql")


def program(name: str) -> Path:
    """The newest that is installed. Raises FileNotFoundError, saying how to get it."""
    installed = sorted(_DEBIAN.glob(f"*/bin/{name}"), key=lambda path: int(path.parts[-3]))
    if installed:
        return installed[-1]
    if found := shutil.which(name):
        return Path(found)
    raise FileNotFoundError(f"{name} is not installed. Run: sandbox/setup.sh postgres")


def owner() -> str:
    """Who runs the server: it refuses root."""
    return "postgres" if os.geteuid() == 0 else getpass.getuser()


def as_owner() -> dict[str, Any]:
    """For subprocess."""
    return {"user": owner(), "group": owner(), "extra_groups": ()} if os.geteuid() == 0 else {}


def give(folder: Path) -> None:
    """To whoever runs the server."""
    user = pwd.getpwnam(owner())
    os.chown(folder, user.pw_uid, user.pw_gid)
