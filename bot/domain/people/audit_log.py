"""What an admin did, as it is kept for ever."""

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from bot.ids import UserId

COMMAND_LINE = UserId("(command line)")
"""The actor of what is done by the command line."""


class AuditAction(StrEnum):
    BLOCK = "block"
    UNBLOCK = "unblock"
    RETRY = "retry"
    """A job that was laid aside is done again."""
    DROP = "drop"
    """It is forgotten."""
    REFUND = "refund"
    REPRICE = "reprice"
    WITHDRAW = "withdraw"
    TAKE_DOWN = "takedown"
    RESTORE = "restore"
    DISMISS = "dismiss"
    """A report: the offer stays."""
    IDENTITY = "identity"
    """Somebody's new cross-signing identity is right."""
    REMOVE = "remove"
    """What nobody needed any more: by the settings, not by an admin."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AuditEntry:
    idempotency_key: str
    """What led to it, such as the id of a message: one thing leads to one act, however often it is done."""
    actor: UserId
    action: AuditAction
    target: str
    """Whom or what: a Matrix ID, a code, a job's number."""
    reason: str = field(default="", repr=False)
    """The reason, as the admin put it."""
    at: datetime
