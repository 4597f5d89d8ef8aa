"""What a check found: fine, or what to do next."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass

import aiohttp

from bot.errors import PpvError

log = logging.getLogger(__name__)

_PATIENCE = 15.0

Check = Callable[[], Awaitable[str]]
"""Returns in a few words what is fine. Raises CheckFailed, or what the thing itself raises."""


class CheckFailed(Exception):
    """Something is not as it should be; the text says what to do next."""


@dataclass(frozen=True, slots=True)
class CheckResult:
    what: str
    ok: bool
    message: str


async def run_checks(checks: Mapping[str, Check]) -> list[CheckResult]:
    """All of them at once, in their order; one that takes longer than 15 seconds is not well."""
    return list(await asyncio.gather(*(_one(what, check) for what, check in checks.items())))


async def _one(what: str, check: Check) -> CheckResult:
    try:
        async with asyncio.timeout(_PATIENCE):
            return CheckResult(what=what, ok=True, message=await check())
    except TimeoutError:
        return CheckResult(what=what, ok=False, message="no answer within 15 seconds")
    except (CheckFailed, PpvError, OSError, aiohttp.ClientError) as error:
        return CheckResult(what=what, ok=False, message=explained(error))
    except Exception as error:
        log.debug("check failed", extra={"check": what}, exc_info=True)
        return CheckResult(
            what=what,
            ok=False,
            message=f"this check itself failed ({type(error).__name__}: {error}). Please report it, with the"
            " output of `matrix-ppv doctor --json`",
        )


def explained(error: Exception) -> str:
    """Return an error in words for an operator. Connection errors often have no text of their own."""
    match error:
        case aiohttp.ClientConnectorCertificateError() | aiohttp.ClientSSLError():
            return (
                f"this machine does not trust the certificate there ({error}): use one of a public authority,"
                " or add yours to this machine's trusted certificates"
            )
        case aiohttp.ServerDisconnectedError():
            return "the connection was closed before an answer came"
        case aiohttp.ClientError():
            return f"{type(error).__name__}: {error}"
    return str(error) or type(error).__name__
