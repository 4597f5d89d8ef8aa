"""What the program tells its operators: log lines on standard error, without secrets."""

import logging
import sys
from collections.abc import Iterable
from types import TracebackType
from typing import Literal

from appservice.observability.formats import ConsoleFormatter, JsonFormatter
from appservice.observability.redaction import Redaction

_TALKATIVE = ("PIL", "aiohttp.access", "aiosqlite", "asyncio", "httpcore", "httpx", "stripe")

_logger = logging.getLogger(__name__)


def configure(
    *,
    level: Literal["debug", "info", "warning", "error"],
    style: Literal["console", "json"],
    secrets: Iterable[str],
) -> None:
    """Send all log lines to standard error, redacted; those of libraries only from warnings on.

    `secrets` are never written, wherever they turn up. What ends the program is logged as well.
    """
    redaction = Redaction(secrets)
    handler = logging.StreamHandler()
    handler.setFormatter({"console": ConsoleFormatter, "json": JsonFormatter}[style](redaction))
    root = logging.getLogger()
    root.setLevel(level.upper())
    root.handlers[:] = [handler]
    for name in _TALKATIVE:
        logging.getLogger(name).setLevel(logging.WARNING)
    # nio reports what it could not parse, in full; we hear of its errors as values, and of psycopg's too.
    for name in ("nio", "psycopg"):
        logging.getLogger(name).setLevel(logging.CRITICAL)
    sys.excepthook = _log_the_end


def _log_the_end(
    kind: type[BaseException], error: BaseException, trace: TracebackType | None
) -> None:
    _logger.critical("ended by an error", exc_info=(kind, error, trace))
