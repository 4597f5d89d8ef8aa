"""What a check found: fine, or what to do next."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass

from bot.errors import PpvError

_PATIENCE = 15.0

Check = Callable[[], Awaitable[str]]
"""Returns in a few words what is fine. Raises Unwell, or what the thing itself raises."""


class Unwell(Exception):
    """Something is not as it should be; the text says what to do next."""


@dataclass(frozen=True, slots=True)
class Finding:
    what: str
    well: bool
    words: str


async def examine(checks: Mapping[str, Check]) -> list[Finding]:
    """All of them at once, in their order; one that takes longer than 15 seconds is not well."""
    return list(await asyncio.gather(*(_one(what, check) for what, check in checks.items())))


async def _one(what: str, check: Check) -> Finding:
    try:
        async with asyncio.timeout(_PATIENCE):
            return Finding(what=what, well=True, words=await check())
    except TimeoutError:
        return Finding(what=what, well=False, words="no answer within 15 seconds")
    except (Unwell, PpvError, OSError) as error:
        return Finding(what=what, well=False, words=str(error))
