"""What is done by the command line stands in the log of admins' acts as well."""

import secrets

from appservice.clock import SystemClock
from bot.domain.people.audit_log import COMMAND_LINE, AuditAction, AuditEntry


def act(deed: AuditAction, about: str, words: str = "") -> AuditEntry:
    """Each call is one more."""
    return AuditEntry(
        idempotency_key=f"cli:{secrets.token_hex(8)}",
        actor=COMMAND_LINE,
        action=deed,
        target=about,
        reason=words,
        at=SystemClock().now(),
    )
