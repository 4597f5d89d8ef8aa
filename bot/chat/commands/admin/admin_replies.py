"""How admins' messages are read and answered."""

import re

from bot.chat.command_call import Asked
from bot.domain.people.audit_log import AdminAct, Deed
from bot.errors import Refusal
from bot.ids import UserId, tx_id
from bot.messages import Line
from bot.ports import Clock, Rooms

_USER = re.compile(r"@[^\s:]+:[^\s/]+")


async def answer(rooms: Rooms, asked: Asked, words: str) -> None:
    origin = asked.origin
    await rooms.send(origin.room, Line(words), tx_id("admin", origin.event), reply_to=origin.event)


def act(asked: Asked, deed: Deed, about: str, words: str, clock: Clock) -> AdminAct:
    """One message leads to one act."""
    origin = asked.origin
    return AdminAct(
        cause=origin.event, by=origin.sender, deed=deed, about=about, words=words, at=clock.now()
    )


def whom(asked: Asked) -> tuple[UserId, str]:
    """The Matrix ID at the start, or a link to somebody, and the words behind it. Raises Refusal."""
    first, words = [*asked.argument.split(maxsplit=1), "", ""][:2]
    user = _USER.fullmatch(first.removeprefix("https://matrix.to/#/"))
    if user is None:
        raise Refusal("Whom? Write the whole Matrix ID, such as `@name:example.org`.")
    return UserId(user[0]), words.strip()


def reason(words: str) -> str:
    """Raises Refusal where there is none."""
    if not words.strip():
        raise Refusal(
            "Please say why, behind the code: those whom it concerns are told, and the log keeps it."
        )
    return words.strip()
