"""Where an SQLite database is."""

from pathlib import Path
from urllib.parse import unquote, urlsplit

from appservice.db.errors import DatabaseUnusable

HINT = "Write sqlite:///ppv.db for a file beside the configuration, or sqlite:////var/lib/ppv/ppv.db for any other."


def sqlite_path(url: str) -> Path:
    """The file that an address like `sqlite:///relative.db` names. Raises DatabaseUnusable for any other."""
    parts = urlsplit(url)
    if parts.netloc or parts.query or parts.fragment or len(parts.path) < 2:
        raise DatabaseUnusable(f"database.url does not name a file. {HINT}")
    return Path(unquote(parts.path[1:]))
