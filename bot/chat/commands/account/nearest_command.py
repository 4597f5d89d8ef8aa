"""What somebody probably meant to type."""

import difflib
from collections.abc import Iterable


def nearest(typed: str, names: Iterable[str]) -> str | None:
    """The name that looks most like it; None if nothing does."""
    near = difflib.get_close_matches(typed.lower(), list(names), n=1)
    return near[0] if near else None
