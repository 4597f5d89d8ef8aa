"""SQLite's errors, classed by who can mend them."""

import sqlite3

from bot.errors import OperatorError, TemporaryError

_PRIMARY_CODE = 0xFF
_PASSING = frozenset(
    {
        sqlite3.SQLITE_BUSY,
        sqlite3.SQLITE_LOCKED,
        sqlite3.SQLITE_NOMEM,
        sqlite3.SQLITE_READONLY,
        sqlite3.SQLITE_INTERRUPT,
        sqlite3.SQLITE_IOERR,
        sqlite3.SQLITE_FULL,
        sqlite3.SQLITE_CANTOPEN,
        sqlite3.SQLITE_PROTOCOL,
    }
)


def classed(error: Exception) -> Exception:
    """TemporaryError for locks, disks and memory (https://www.sqlite.org/rescode.html), OperatorError for the rest.

    What is not SQLite's comes back as it is.
    """
    if not isinstance(error, sqlite3.Error):
        return error
    code = getattr(error, "sqlite_errorcode", 0) & _PRIMARY_CODE
    kind = TemporaryError if code in _PASSING else OperatorError
    return kind(f"database: {error}")
