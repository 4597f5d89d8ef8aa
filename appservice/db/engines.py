"""Which engine an address belongs to."""

from urllib.parse import urlsplit

from appservice.db.engine import Engine
from appservice.db.errors import DatabaseUnusable
from appservice.db.sqlite.engine import SqliteEngine
from appservice.db.sqlite.location import HINT, sqlite_path


def engine_at(url: str) -> Engine:
    """Raises DatabaseUnusable for an address that is none."""
    scheme = urlsplit(url).scheme
    if scheme == "sqlite":
        return SqliteEngine(sqlite_path(url))
    raise DatabaseUnusable(
        f"database.url begins with “{scheme}:”, which is no database known here. {HINT}"
    )
