"""A copy of an SQLite file as it is at one moment, while others write to it.

https://www.sqlite.org/backup.html
"""

import sqlite3
from contextlib import closing
from pathlib import Path


def snapshot(source: Path, target: Path) -> None:
    """Raises sqlite3.Error, and OSError when `source` is not there."""
    if not source.is_file():
        raise FileNotFoundError(f"{source} is not there")
    with (
        closing(sqlite3.connect(f"file:{source}?mode=ro", uri=True)) as reading,
        closing(sqlite3.connect(target)) as writing,
    ):
        reading.backup(writing)
