"""Which engine an address belongs to."""

from urllib.parse import urlsplit

from appservice.db.engine import Engine
from appservice.db.errors import DatabaseUnusable
from appservice.db.sqlite.location import HINT, sqlite_path
from appservice.db.sqlite.sqlite_engine import SqliteEngine


def engine_at(url: str) -> Engine:
    """Raises DatabaseUnusable for an address that is none."""
    scheme = urlsplit(url).scheme
    if scheme == "sqlite":
        return SqliteEngine(sqlite_path(url))
    if scheme in {"postgresql", "postgres"}:
        return _postgres(url)
    raise DatabaseUnusable(
        f"database.url begins with “{scheme}:”, which is no database known here. {HINT}"
    )


def _postgres(url: str) -> Engine:
    try:
        from appservice.db.postgres.pg_engine import PostgresEngine  # noqa: PLC0415 - psycopg, only where it is used
    except ImportError as error:
        raise DatabaseUnusable(
            "PostgreSQL needs one more package. In the copy of the repository, run: pip install '.[postgres]'"
        ) from error
    return PostgresEngine(url)
