"""PostgreSQL's errors, classed by who can mend them."""

import psycopg

from bot.errors import OperatorError, TemporaryError

_PASSING = frozenset({"08", "40", "53", "55", "57", "58"})
"""Classes: connection, serialization, room and memory, locks, operators, the system's own.

https://www.postgresql.org/docs/current/errcodes-appendix.html
"""
_PASSING_TOO = frozenset({"25006", "25P03", "25P04"})
"""Read-only, as a standby is; a transaction that took too long."""


def classed(error: Exception) -> Exception:
    """What is not PostgreSQL's comes back as it is."""
    if not isinstance(error, psycopg.Error):
        return error
    kind = TemporaryError if _passes(error) else OperatorError
    return kind(f"database: {in_words(error)}")


def in_words(error: psycopg.Error) -> str:
    """Without the detail, which may hold what is in the rows."""
    first_line = str(error).partition("\n")[0].strip()
    return error.diag.message_primary or first_line.removeprefix("connection failed: ")


def _passes(error: psycopg.Error) -> bool:
    if error.sqlstate is None:  # It came from no server: there is none, or it went away.
        return isinstance(error, psycopg.OperationalError | psycopg.InterfaceError)
    return error.sqlstate[:2] in _PASSING or error.sqlstate in _PASSING_TOO
