"""What every engine's errors have in common."""

from bot.errors import Broken


class DatabaseUnusable(Broken):
    """The database cannot be worked with as it is; the text says what the operator does next."""
