"""How admins' messages are read and answered."""

import re

from bot.chat.command_call import CommandCall
from bot.domain.people.audit_log import AuditAction, AuditEntry
from bot.errors import UserError
from bot.ids import UserId, tx_id
from bot.messages import Line
from bot.ports import Clock, Rooms

_USER = re.compile(r"@[^\s:]+:[^\s/]+")


async def answer(rooms: Rooms, asked: CommandCall, words: str) -> None:
    origin = asked.event
    await rooms.send(origin.room, Line(words), tx_id("admin", origin.event), reply_to=origin.event)


def act(asked: CommandCall, deed: AuditAction, about: str, words: str, clock: Clock) -> AuditEntry:
    """One message leads to one act."""
    origin = asked.event
    return AuditEntry(
        idempotency_key=origin.event,
        actor=origin.sender,
        action=deed,
        target=about,
        reason=words,
        at=clock.now(),
    )


def whom(asked: CommandCall) -> tuple[UserId, str]:
    """The Matrix ID at the start, or a link to somebody, and the words behind it. Raises UserError."""
    first, words = [*asked.argument.split(maxsplit=1), "", ""][:2]
    user = _USER.fullmatch(first.removeprefix("https://matrix.to/#/"))
    if user is None:
        raise UserError("Whom? Write the whole Matrix ID, such as `@name:example.org`.")
    return UserId(user[0]), words.strip()


def reason(words: str) -> str:
    """Raises UserError where there is none."""
    if not words.strip():
        raise UserError(
            "Please say why, behind the code: those whom it concerns are told, and the log keeps it."
        )
    return words.strip()
