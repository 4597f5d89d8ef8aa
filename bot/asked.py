"""A chat command as it was asked."""

from dataclasses import dataclass, field
from typing import Protocol

from bot.events import Origin


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """`!ppv name argument`, by whom and where."""

    origin: Origin
    argument: str = field(default="", repr=False)


class Command(Protocol):
    """One chat command. Raises Refusal, whose words go back to who asked."""

    async def __call__(self, asked: Asked) -> None: ...
