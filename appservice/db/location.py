"""Where the database is: `database.url` in the settings."""

from pathlib import Path
from urllib.parse import unquote, urlsplit

from appservice.db.errors import DatabaseUnusable

_HINT = "Write sqlite:///ppv.db for a file in the working folder, or sqlite:////var/lib/ppv/ppv.db for any other."


def sqlite_path(url: str) -> Path:
    """The file that an address like `sqlite:///relative.db` names. Raises DatabaseUnusable for any other."""
    parts = urlsplit(url)
    if parts.scheme != "sqlite":
        raise DatabaseUnusable(
            f"database.url begins with “{parts.scheme}:”, which is no database known here. {_HINT}"
        )
    if parts.netloc or parts.query or parts.fragment or len(parts.path) < 2:
        raise DatabaseUnusable(f"database.url does not name a file. {_HINT}")
    return Path(unquote(parts.path[1:]))
