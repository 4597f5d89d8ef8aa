"""SQLite's errors, classed by who can mend them."""

import sqlite3

from bot.errors import Broken, PpvError, Transient

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


class DatabaseUnusable(Broken):
    """The database cannot be worked with as it is; the text says what the operator does next."""


def classed(error: Exception) -> PpvError:
    """Transient for locks, disks and memory (https://www.sqlite.org/rescode.html), Broken for the rest."""
    code = getattr(error, "sqlite_errorcode", 0) & _PRIMARY_CODE
    kind = Transient if code in _PASSING else Broken
    return kind(f"database: {error}")
