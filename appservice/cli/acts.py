"""What is done by the command line stands in the log of admins' acts as well."""

import secrets

from appservice.clock import SystemClock
from bot.domain.people.audit_log import COMMAND_LINE, AdminAct, Deed


def act(deed: Deed, about: str, words: str = "") -> AdminAct:
    """Each call is one more."""
    return AdminAct(
        cause=f"cli:{secrets.token_hex(8)}",
        by=COMMAND_LINE,
        deed=deed,
        about=about,
        words=words,
        at=SystemClock().now(),
    )
