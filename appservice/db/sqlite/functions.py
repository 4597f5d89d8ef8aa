"""Functions that migrations use and that SQLite, or an older one, does not have."""

from collections.abc import Callable


def split_part(text: str, separator: str, number: int) -> str:
    """As PostgreSQL has it: https://www.postgresql.org/docs/current/functions-string.html."""
    parts = text.split(separator)
    return parts[number - 1] if number <= len(parts) else ""


FUNCTIONS: tuple[tuple[str, int, Callable[..., str | bytes]], ...] = (
    ("split_part", 3, split_part),
    # SQLite has it since 3.41: https://www.sqlite.org/lang_corefunc.html#unhex
    ("unhex", 1, bytes.fromhex),
)
"""Each by its name and the number of its arguments."""
