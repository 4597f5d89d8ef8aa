"""The versions of the database: numbered SQL files, each applied once, whole or not at all."""

from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from appservice.db.errors import DatabaseUnusable, no_database

FOLDER = Path(__file__).with_name("migrations")


class SchemaState(StrEnum):
    """How a database stands to this code."""

    EMPTY = "empty"
    BEHIND = "behind"
    HEAD = "head"
    NEWER = "newer"
    FOREIGN = "foreign"
    """Somebody else's."""


@dataclass(frozen=True, slots=True)
class Upgraded:
    """How an upgrade ended."""

    version: int
    """The newest."""
    copy: Path | None
    """The database as it was before; None where nothing was to be done, or no copy was wanted."""


def migrations() -> list[str]:
    """The SQL of every version, from 1 on."""
    return [script.read_text(encoding="utf-8") for script in sorted(FOLDER.glob("*.sql"))]


def state_at(version: int) -> SchemaState:
    """Of a database of ours."""
    head = len(migrations())
    if version == head:
        return SchemaState.HEAD
    return SchemaState.BEHIND if version < head else SchemaState.NEWER


def require_ours(state: SchemaState) -> None:
    """Raises DatabaseUnusable for one that no upgrade helps."""
    if state is SchemaState.NEWER:
        raise DatabaseUnusable(
            "The database was made by a newer version of matrix-ppv."
            " Install that version again, or restore the backup from before the upgrade."
        )
    if state is SchemaState.FOREIGN:
        raise DatabaseUnusable(
            "The database belongs to another program. Give matrix-ppv one of its own in database.url."
        )


def require_head(state: SchemaState, place: object) -> None:
    """Raises DatabaseUnusable for any that is not at the newest version. `place` is for people."""
    if state is SchemaState.EMPTY:
        raise no_database(place)
    require_usable(state)


def require_usable(state: SchemaState) -> None:
    """Raises DatabaseUnusable for any that is neither at the newest version nor empty."""
    if state is SchemaState.BEHIND:
        raise DatabaseUnusable(
            "The database was made by an older version of matrix-ppv. Run: matrix-ppv db upgrade"
        )
    require_ours(state)
