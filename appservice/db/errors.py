"""What every engine's errors have in common."""

from appservice.db.missing_database import not_made_yet
from bot.errors import OperatorError


class DatabaseUnusable(OperatorError):
    """The database cannot be worked with as it is; the text says what the operator does next."""


def no_database(place: object) -> DatabaseUnusable:
    """Return the error for a command that needs a database where none was made yet."""
    return DatabaseUnusable(not_made_yet(f"database at {place}"))
